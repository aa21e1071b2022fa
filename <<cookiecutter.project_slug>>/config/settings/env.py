"""The one place that reads the environment."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()


def require_extra(extra: str, modules: list[str], *, variable: str) -> None:
    """Raise ImproperlyConfigured, saying what to install, unless all `modules` of `extra` are there."""
    if not all(map(is_installed, modules)):
        raise ImproperlyConfigured(f"What {variable} names needs more to be installed: uv sync --extra {extra}")


def is_installed(module: str) -> bool:
    """Whether `module` can be imported; it is not imported, as some take long."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package around it
        return False


def url_options(url: str) -> dict[str, Any]:
    """Return the options in the query of `url`. `?gzip=true&timeout=5` means a Boolean and a number, as in JSON."""
    return {name: json_or_text(value) for name, value in parse_qsl(urlsplit(url).query)}


def json_or_text(value: str) -> Any:
    """Return what `value` is in JSON; itself where it is none."""
    try:
        return json.loads(value)
    except ValueError:
        return value
