"""Parsers for Django REST framework, which imports them while it is being imported itself: hence their own module."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import JSONParser

from apps.api.json import load_json


class StrictJSONParser(JSONParser):
    """JSON as `load_json` reads it."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return load_json(stream.read())
