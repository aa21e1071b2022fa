"""Refuse an older Cookiecutter in one line. One below 2.1 cannot import this, and says so by its name."""

from cookiecutter import __version__
from cookiecutter.exceptions import FailedHookException
from jinja2.ext import Extension

if tuple(map(int, __version__.split(".")[:2])) < (2, 6):
    raise FailedHookException(f"This template needs Cookiecutter 2.6 or newer, and this is {__version__}.")


class Needed(Extension):
    """Nothing more: to import it is the check."""
