"""Environment variables, read strictly: what cannot be understood is refused, and no message shows a value.

A line NAME=value means the same in .env, Compose, `docker run --env-file` and Kubernetes: the value is taken as it is,
but for white space around it. Quotes, `$NAME` and `# comments` have no meaning. Empty means absent.
"""

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]

HOST = r"(([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+|\[[0-9A-Fa-f:.]+\])"
ORIGIN = rf"https?://{HOST}(:[0-9]{{1,5}})?"
# Special characters are percent-encoded; there may be several servers.
URL_PARTS = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+-]*)://((?P<user>[^\s:/?#@\[\]]*)(:(?P<password>[^\s/?#@\[\]]*))?@)?"
    r"(?P<servers>[^\s/?#@]*)(/(?P<path>[^\s?#@]*))?(\?(?P<query>[^\s#@]*))?"
)
SERVER = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.%-]*)(:(?P<port>[0-9]{1,5}))?")

# The methods of Environment hide the types that they are named after.
type Bool = bool
type Int = int
type Str = str


class InvalidValueError(ValueError):
    """What is wrong with a value, in words that do not contain it."""


@dataclass(frozen=True, repr=False)  # without a representation, as it holds a password
class URL:
    """The parts of a URL, decoded. Several hosts are separated by commas; `options` are the query's, read as JSON."""

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

    def read[T](self, name: Str, default: T, parse: Callable[[Str], T], *, multiline: Bool = False) -> T:
        """Return what `parse` makes of the variable; `default` if it is absent or has a problem."""
        value = self.values.get(name, "").strip()
        try:
            demand(not re.fullmatch(r"(['\"]).*\1", value, re.DOTALL), "must be written without quotes")
            demand((re.sub(r"[\r\n]", "", value) if multiline else value).isprintable(), "has a control character")
            return parse(value) if value else default
        except InvalidValueError as problem:
            self.problems[name] = str(problem)
            return default

    def str(
        self, name: Str, default: Str = "", *, pattern: Str = r"(?s).*", form: Str = "", multiline: Bool = False
    ) -> Str:
        r"""Return a text that matches `pattern`, which `form` describes. With `multiline`, `\n` means a new line."""

        def parse(value: str) -> str:
            demand(re.fullmatch(pattern, value), f"must be {form}")
            return value.replace("\\n", "\n") if multiline else value

        return self.read(name, default, parse, multiline=multiline)

    def list(
        self,
        name: Str,
        *,
        default: Sequence[Str] = (),
        pattern: Str = r"(?s).*",
        form: Str = "",
        multiline: Bool = False,
    ) -> list[Str]:
        """Return what commas separate, stripped, without what is empty; `pattern` is each member's."""

        def parse(value: str) -> list[str]:
            members = [member.strip() for member in value.split(",") if member.strip()]
            demand(all(re.fullmatch(pattern, member) for member in members), f"must be {form}, separated by commas")
            return [member.replace("\\n", "\n") if multiline else member for member in members]

        return self.read(name, list(default), parse, multiline=multiline)

    def bool(self, name: Str, *, default: Bool) -> Bool:
        """Return a Boolean."""
        words = "(?i)true|1|yes|on|false|0|no|off"
        word = self.str(name, str(default), pattern=words, form="true or false")
        return word.lower() in {"true", "1", "yes", "on"}

    def int(self, name: Str, default: Int, *, minimum: Int = 0, maximum: Int = 2**31 - 1) -> Int:
        """Return an integer from `minimum` to `maximum`."""

        def parse(value: str) -> int:
            good = re.fullmatch(r"[0-9]{1,10}", value) and minimum <= int(value) <= maximum
            demand(good, f"must be an integer from {minimum} to {maximum}")
            return int(value)

        return self.read(name, default, parse)

    def float(self, name: Str, default: float, *, maximum: float = 86_400) -> float:
        """Return a number from 0 to `maximum`, such as 0.5."""

        def parse(value: str) -> float:
            good = re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value) and float(value) <= maximum
            demand(good, f"must be a number from 0 to {maximum}")
            return float(value)

        return self.read(name, default, parse)

    def url(self, name: Str, *beginnings: Str) -> URL | None:
        """Return a URL with one of the `beginnings`, such as `redis://`; None if it is absent."""

        def parse(value: str) -> URL:
            demand(value.startswith(beginnings), f"must begin with {' or '.join(beginnings)}")
            return parse_url(value)

        return self.read(name, None, parse)

    def require(self, *names: Str) -> None:
        """Count variables that are absent as problems."""
        missing = [name for name in names if not self.values.get(name, "").strip()]
        self.problems |= dict.fromkeys(missing, "is missing")

    def require_strong(self, *names: Str) -> None:
        """Count keys that are too weak to sign with as problems. The rule is Django's security.W009."""
        for name in names:
            value = self.values.get(name, "").strip()
            if value and (len(value) < 50 or len(set(value)) < 5 or value.startswith("django-insecure-")):
                self.problems.setdefault(name, "is weak: use at least 50 random characters")

    def require_extra(self, name: Str, extra: Str, *modules: Str) -> None:
        """Count it as a problem of the variable if `modules`, which that extra installs, are not there."""
        if not all(map(is_installed, modules)):
            self.problems[name] = f"needs more to be installed: uv sync --extra {extra}"

    def check(self) -> None:
        """Raise ImproperlyConfigured that names every problem."""
        if self.problems:
            problems = "; ".join(f"{name} {problem}" for name, problem in sorted(self.problems.items()))
            raise ImproperlyConfigured(f"The environment is not right: {problems}.")


def demand(condition: object, problem: str) -> None:
    """Raise InvalidValueError unless `condition` is true."""
    if not condition:
        raise InvalidValueError(problem)


def is_installed(module: str) -> bool:
    """Whether `module` can be imported; it is not imported, as some take long."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package around it
        return False


def parse_url(text: str) -> URL:
    """Return the parts of `text`. Raises InvalidValueError."""
    parts = URL_PARTS.fullmatch(text)
    servers = [SERVER.fullmatch(server) for server in parts["servers"].split(",")] if parts else []
    good = all(server and int(server["port"] or 0) <= 65_535 for server in servers)
    if not parts or not good or not text.isascii() or re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise InvalidValueError("must be a URL in which special characters are percent-encoded")
    user, password, path = (unquote(parts[name] or "") for name in ("user", "password", "path"))
    options = {name: json_or_text(value) for name, value in parse_qsl(parts["query"] or "")}
    demand("".join(map(str, [user, password, path, *options.values()])).isprintable(), "has a control character")
    host = ",".join(unquote(server["host"]).strip("[]") for server in servers if server)
    port = ",".join(server["port"] or "" for server in servers if server)
    return URL(text, parts["scheme"], user, password, host, port, path, options)


def json_or_text(value: str) -> Any:
    """Return what `value` is in JSON; itself where it is none."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def load_env_file(file: Path) -> None:
    """Add the variables in `file`, if there is one, to those of the process, which win."""
    lines = file.read_text("utf-8-sig", errors="surrogateescape").split("\n") if file.exists() else []
    for number, line in enumerate(lines, start=1):
        name, equals, value = line.lstrip().partition("=")
        if not line.strip() or name.startswith("#"):
            continue
        if not equals or not re.fullmatch(r"\w+", name):
            raise ImproperlyConfigured(f"Line {number} of {file.name} is not of the form NAME=value.")
        os.environ.setdefault(name, value)


env = Environment(os.environ)
