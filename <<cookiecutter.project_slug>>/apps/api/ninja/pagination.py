"""Pagination of Ninja lists."""

from collections.abc import Callable
from typing import Any, get_args

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, pagination
from ninja.operation import Operation
from ninja.signature.details import is_collection_type
from ninja.utils import contribute_operation_callback

from apps.api.compiled import Rows
from apps.api.ninja.compiled import LISTS, plan_of
from apps.api.ninja.http import respond
from apps.api.pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page, paginate


class CursorPagination(pagination.PaginationBase):
    """Cursor pages, compiled if `schema`, that of the items, can be."""

    items_attribute = "results"

    class Input(Schema):
        cursor: str = Field("", description="From `next` or `previous` of another page.")
        page_size: int = Field(DEFAULT_PAGE_SIZE, ge=1, le=MAX_PAGE_SIZE, description="Number of results per page.")

    class Output(Schema):
        next: str | None
        previous: str | None
        results: list[Any]

    def __init__(self, *, schema: type[Schema] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.schema = schema
        self.Output = None  # type: ignore[assignment,misc]  # so that Ninja accepts a response for a page

    def paginate_queryset(
        self, queryset: QuerySet[Model], pagination: Any, request: HttpRequest, **params: Any
    ) -> Page | HttpResponse:
        plan = plan_of(self.schema, queryset.model) if self.schema else None
        page = paginate(queryset, url=request.build_absolute_uri(), plan=plan, **pagination.dict())
        if isinstance(page.results, Rows):
            return respond(200, {"next": page.next, "previous": page.previous, "results": page.results})
        return page


def document_page(operation: Operation) -> None:
    """Make the OpenAPI document of a list show a page."""
    pagination.make_response_paginated(CursorPagination, operation)  # type: ignore[arg-type]  # has what it reads


class PaginatedRouter(Router):
    """A router whose lists are paginated, like Ninja's RouterPaginated."""

    def add_api_operation(self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any) -> None:
        if is_collection_type(options.get("response")):
            (schema,) = get_args(options["response"])
            LISTS.append((path, schema))
            view_func = pagination.paginate(CursorPagination, schema=schema)(view_func)
            contribute_operation_callback(view_func, document_page)
        super().add_api_operation(path, methods, view_func, **options)
