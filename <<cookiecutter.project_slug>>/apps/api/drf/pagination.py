"""Pagination of Django REST framework lists."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import pagination

# % if cookiecutter.use_example -
from apps.api.drf.compiled import LazyPage

# % endif -

PAGE_SIZE = serializers.IntegerField(min_value=1, max_value=pagination.MAX_PAGE_SIZE)


class CursorPagination(BasePagination):
    """Cursor pages."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        page_size = pagination.DEFAULT_PAGE_SIZE
        if given := request.query_params.get("page_size"):
            try:
                page_size = PAGE_SIZE.run_validation(given)
            except serializers.ValidationError as error:
                raise serializers.ValidationError({"page_size": error.detail}) from None
        # % if not cookiecutter.use_example
        paginate = pagination.paginate
        # % else
        paginate = LazyPage
        # % endif
        self.page = paginate(queryset, request=request, page_size=page_size)
        return self.page.results

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.page.next, "previous": self.page.previous, "results": data})

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        url = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": url, "previous": url, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        text = {"type": "string"}
        size = {"type": "integer", "minimum": 1, "maximum": pagination.MAX_PAGE_SIZE}
        return [
            {"name": "cursor", "in": "query", "schema": text, "description": "From `next` or `previous`."},
            {"name": "page_size", "in": "query", "schema": size, "description": "Number of results per page."},
        ]
