"""JSON in and out of Ninja operations."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from django.http import HttpRequest, HttpResponse
from ninja import parser, renderers, responses
from ninja.errors import HttpError

from apps.api.errors import envelope
from apps.errors import DomainError


class JSONParser(parser.Parser):
    """JSON without NaN or Infinity. A query parameter without a value counts as absent."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise HttpError(415, "Only application/json is supported.")
        return json.loads(request.body.decode(), parse_constant=_refuse)

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        given = super().parse_querydict(data, list_fields, request)
        values = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        for name, value in values.items():
            if "\0" in value:
                raise DomainError("invalid", "Null characters are not allowed.", field=name)
        return {name: value for name, value in values.items() if value}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def in_utc(moment: datetime) -> str:
    """Return a moment as text in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class JSONEncoder(responses.NinjaJSONEncoder):
    """Writes times in UTC with all of their microseconds."""

    def default(self, o: Any) -> Any:
        return in_utc(o) if isinstance(o, datetime) else super().default(o)


class JSONRenderer(renderers.JSONRenderer):
    encoder_class = JSONEncoder
    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


def respond(status: int, data: Any, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return a response that Ninja passes on as it is."""
    content = json.dumps(data, cls=JSONEncoder, **JSONRenderer.json_dumps_params)
    return HttpResponse(content, status=status, content_type="application/json", headers=headers)


def refuse(status: int, code: str = "", detail: str = "", headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return an error response, with the usual code and text of `status` unless they are given."""
    return respond(status, envelope(status, code, detail), headers)
