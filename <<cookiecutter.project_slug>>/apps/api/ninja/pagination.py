"""Pagination of Ninja lists."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, pagination
from ninja.operation import Operation
from ninja.signature.details import is_collection_type
from ninja.utils import contribute_operation_callback

# % if cookiecutter.use_example
from apps.api.compiled import Compiled
from apps.api.ninja.compiled import listed, reader_of
from apps.api.ninja.http import respond

# % endif -
from apps.api.pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, paginate


class CursorPagination(pagination.PaginationBase):
    """Cursor pages."""

    items_attribute = "results"

    class Input(Schema):
        cursor: str = Field("", description="From `next` or `previous` of another page.")
        page_size: int = Field(DEFAULT_PAGE_SIZE, ge=1, le=MAX_PAGE_SIZE, description="Number of results per page.")

    class Output(Schema):
        next: str | None
        previous: str | None
        results: list[Any]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.Output = None  # type: ignore[assignment,misc]  # so that Ninja accepts a response for a page

    def paginate_queryset(self, queryset: QuerySet[Model], pagination: Any, request: HttpRequest, **params: Any) -> Any:
        return paginate(queryset, request=request, page_size=pagination.page_size)


# % if cookiecutter.use_example
class CompiledPagination(CursorPagination):
    """Cursor pages of a compiled list."""

    def __init__(self, *, schema: type[Schema], **options: Any) -> None:
        super().__init__(**options)
        self.schema = schema

    def paginate_queryset(self, queryset: QuerySet[Model], pagination: Any, request: HttpRequest, **params: Any) -> Any:
        read = reader_of(self.schema, queryset.model)
        page = paginate(queryset, request=request, page_size=pagination.page_size, read=read)
        return respond(200, page._asdict()) if isinstance(page.results, Compiled) else page


# % endif
def document_page(operation: Operation) -> None:
    """Make the OpenAPI document of a list show a page."""
    pagination.make_response_paginated(CursorPagination, operation)  # type: ignore[arg-type]  # has what it reads


class PaginatedRouter(Router):
    """A router whose lists are paginated, like Ninja's RouterPaginated. It serves HEAD as GET."""

    def add_api_operation(self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any) -> None:
        if is_collection_type(options.get("response")):
            paginated: Any = pagination.paginate(CursorPagination)
            # % if cookiecutter.use_example
            paginated = pagination.paginate(CompiledPagination, schema=listed(path, options["response"]))
            # % endif
            view_func = paginated(view_func)
            contribute_operation_callback(view_func, document_page)
        methods = [*methods, "HEAD"] if "GET" in methods else methods
        super().add_api_operation(path, methods, view_func, **options)
