"""JSON from outside, read strictly: what is ambiguous or harmful is refused before anything looks at it."""

import json
import re
from typing import Any

from apps.api.errors import ApiError

SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


class InvalidJSON(ApiError):  # noqa: N818 - named for what the body is
    """The body is not JSON that two readers would understand alike."""

    def __init__(self, reason: str) -> None:
        super().__init__("parse_error", f"The body is not valid JSON: {reason}.")


def load_json(body: bytes) -> Any:
    """Return what `body` says.

    Raises:
        InvalidJSON: it is not UTF-8, not JSON (NaN and Infinity are not), nested too deeply, has half a surrogate
            pair, or an object in it has the same key twice.
    """
    try:
        value = json.loads(body.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant)
        if SURROGATE_ESCAPE.search(body):
            # Half a pair is no text: neither a database nor the answer could carry it.
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InvalidJSON("it has half a surrogate pair") from None
    except UnicodeDecodeError:
        raise InvalidJSON("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise InvalidJSON(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise InvalidJSON("it is nested too deeply") from None
    except ValueError:  # an integer of more digits than Python converts
        raise InvalidJSON("a number in it is too long") from None
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise InvalidJSON("an object has the same key twice")
    return result


def _refuse_constant(name: str) -> None:
    raise InvalidJSON(f"{name} is not a JSON value")
