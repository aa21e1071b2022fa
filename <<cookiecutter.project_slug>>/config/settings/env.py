"""Environment variables, read strictly: malformed values are rejected, and no message shows a value.

A line NAME=value means the same in .env and wherever else variables are set: the value is used as it is, without
surrounding white space. Quotes, `$NAME` and `# comments` have no meaning. An empty value counts as absent.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]

# The pattern of a whole value, and its description in messages.
type Kind = tuple[str, str]
TEXT = (r"[^\x00-\x1f\x7f\ud800-\udfff]*", "a text without control characters")
KEY = (r"[^\x00-\x09\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]*", "a key: text, or PEM with \\n for new lines")
HOST = (r"(([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+|\[[0-9A-Fa-f:.]+\])", "a host without scheme and port, such as example.com")
ORIGIN = (rf"https?://{HOST[0]}(:[0-9]{{1,5}})?", "an origin such as https://example.com")
SECONDS = (r"[0-9]{1,5}(\.[0-9]{1,3})?", "a number of seconds, such as 30 or 0.5")
URL_PARTS = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+-]*)://((?P<user>[^:/?#@\[\],;]*)(:(?P<password>[^/?#@\[\],;]*))?@)?"
    r"(?P<servers>[^/?#@]*)(/(?P<path>[^?#@]*))?(\?(?P<query>[^#@]*))?"
)
# Options of URLs that are Booleans, and those that are times, whatever they are for.
BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
TIMES = re.compile("timeout|heartbeat")
SERVER = re.compile(r"(\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<host>[\w.%-]*))(:(?P<port>[0-9]{1,5}))?")

# The methods of Environment hide the types that they are named after.
type Bool = bool
type Int = int
type Str = str


@dataclass(frozen=True, repr=False)  # no repr: it holds a password
class URL:
    """The decoded parts of a URL. Several hosts, and their ports, are separated by commas."""

    text: str
    scheme: str
    user: str
    password: str
    host: str
    port: str
    path: str
    options: dict[str, Any]


class Environment:
    """Reads variables by name. Problems are collected until `check` raises all at once; meanwhile defaults stand in."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: dict[str, str] = {}

    def read[T](self, name: Str, default: T, kind: Kind, convert: Callable[[Str], T]) -> T:
        """Return the converted variable; `default` if it is absent or not of that kind."""
        value = self.values.get(name, "").strip()
        if not value:
            return default
        if re.fullmatch(r"(?s)(['\"]).*\1", value):
            self.problems[name] = "must be written without quotes"
        elif not re.fullmatch(kind[0], value):
            self.problems[name] = f"must be {kind[1]}"
        else:
            return convert(value)
        return default

    def str(self, name: Str, default: Str = "", kind: Kind = TEXT) -> Str:
        """Return a text."""
        return self.read(name, default, kind, str)

    # % if "jwt" in cookiecutter.auth
    def key(self, name: Str) -> Str:
        """Return a key. PEM may have \\n for its new lines."""
        return self.str(name, kind=KEY).replace("\\n", "\n")

    def keys(self, name: Str) -> list[Str]:
        """Return keys, separated by commas."""
        return [key.replace("\\n", "\n") for key in self.list(name, KEY)]

    # % endif
    def list(self, name: Str, kind: Kind = TEXT) -> list[Str]:
        """Return the members of a list separated by commas, stripped, without empty ones."""
        members = [member.strip() for member in self.str(name, kind=KEY).split(",")]
        if not all(re.fullmatch(kind[0], member) for member in members if member):
            self.problems[name] = f"must be a list, separated by commas, each {kind[1]}"
        return [member for member in members if member]

    def bool(self, name: Str, *, default: Bool) -> Bool:
        """Return a Boolean."""
        kind = ("(?i)true|1|yes|on|false|0|no|off", "true or false")
        return self.read(name, default, kind, lambda value: value.lower() in {"true", "1", "yes", "on"})

    def int(self, name: Str, default: Int, *, minimum: Int = 0, maximum: Int = 2**31 - 1) -> Int:
        """Return an integer from `minimum` to `maximum`."""
        kind = ("[0-9]{1,10}", f"an integer from {minimum} to {maximum}")
        number = self.read(name, default, kind, int)
        if not minimum <= number <= maximum:
            self.problems[name] = f"must be {kind[1]}"
        return number

    def url(self, name: Str, *prefixes: Str) -> URL | None:
        """Return a URL that begins with one of `prefixes`, such as `https://`; None if it is absent."""
        kind = (f"(?s)({'|'.join(map(re.escape, prefixes))}).*", f"a URL that begins with {' or '.join(prefixes)}")
        text = self.str(name, kind=kind)
        url = parse_url(text)
        if text and not url:
            self.problems[name] = "must be a URL in which special characters are percent-encoded"
        if url and url.scheme in {"http", "https"} and (not url.host or "," in url.host):
            self.problems[name] = "must name one host"
        if url and not all(is_time(value) for option, value in url.options.items() if TIMES.search(option)):
            self.refuse(name)
        return url

    def refuse(self, name: Str) -> None:
        """Report a URL that what it configures would refuse, once it is used."""
        self.problems.setdefault(name, "has an option that is unknown or malformed, or lacks one")

    def require(self, *names: Str) -> None:
        """Report variables that are absent, or lists without members."""
        absent = [name for name in names if not self.values.get(name, "").replace(",", "").strip()]
        self.problems |= dict.fromkeys(absent, "is missing")

    def require_strong(self, *names: Str) -> None:
        """Report keys, or lists of former ones, that are too weak to sign with, by the rule of Django's security.W009."""
        for name in names:
            value = self.values.get(name, "")
            for key in map(str.strip, value.split(",") if name.endswith("_FALLBACKS") else [value]):
                if key and (len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure-")):
                    self.problems.setdefault(name, "is weak: use at least 50 random characters")

    def require_extra(self, name: Str, extra: Str, *modules: Str) -> None:
        """Report a variable that needs an extra of pyproject.toml, unless its modules are installed."""
        if not all(map(is_installed, modules)):
            self.problems[name] = f"needs more to be installed: uv sync --extra {extra}"

    def check(self) -> None:
        """Raise ImproperlyConfigured that names every problem."""
        if self.problems:
            problems = "; ".join(f"{name} {problem}" for name, problem in sorted(self.problems.items()))
            raise ImproperlyConfigured(f"Invalid environment variables: {problems}.")


def parse_url(text: str) -> URL | None:
    """Return the parts of `text`, or None if it is not a URL or special characters are not percent-encoded."""
    parts = URL_PARTS.fullmatch(text)
    encoded = re.fullmatch("([!-$&-~]|%[2-9A-Fa-f][0-9A-Fa-f])*", text)
    servers = [SERVER.fullmatch(server) for server in parts["servers"].split(",")] if parts else []
    if not parts or not encoded or not all(server and 0 < int(server["port"] or 1) < 65_536 for server in servers):
        return None
    user, password, path = (unquote(parts[name] or "") for name in ("user", "password", "path"))
    host = ",".join(unquote(server["ipv6"] or server["host"]) for server in servers if server)
    port = ",".join(server["port"] or "" for server in servers if server)
    query = parse_qsl(parts["query"] or "", keep_blank_values=True)
    options = {name: json_or_text(value) for name, value in query}
    return URL(text, parts["scheme"], user, password, host, port, path, options)


def json_or_text(value: str) -> Any:
    """Return a Boolean or what `value` means in JSON, or `value` itself: a key such as 12e34 is no number."""
    if value.lower() in BOOLEANS:
        return BOOLEANS[value.lower()]
    try:
        found = json.loads(value)
    except (RecursionError, ValueError):
        return value
    return value if isinstance(found, float) and not re.fullmatch("-?[0-9.]+", value) else found


def is_time(value: Any) -> bool:
    """Return whether `value`, an option of a URL, is a number of seconds or milliseconds that a driver can wait."""
    return type(value) in {int, float} and 0 < value < 2**31


def is_installed(module: str) -> bool:
    """Return whether `module` can be imported, without importing it."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # its package is missing
        return False


def load_env_file(file: Path) -> None:
    """Add the variables in `file`, if it exists, to those of the process, which take precedence."""
    lines = file.read_text("utf-8-sig", errors="surrogateescape").split("\n") if file.exists() else []
    for number, line in enumerate(lines, start=1):
        name, equals, value = line.lstrip().partition("=")
        if not line.strip() or name.startswith("#"):
            continue
        if not equals or not re.fullmatch(r"\w+", name):
            raise ImproperlyConfigured(f"Line {number} of {file.name} is not of the form NAME=value.")
        os.environ.setdefault(name, value)


env = Environment(os.environ)
