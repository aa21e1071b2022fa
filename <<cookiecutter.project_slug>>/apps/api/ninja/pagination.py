"""Cursor pages of Ninja operations."""

from collections.abc import Callable
from functools import partial
from typing import Any, get_args

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from ninja import pagination as ninja
from ninja.signature.details import is_collection_type
from ninja.utils import contribute_operation_callback

from apps.api.compiled import NotCompilable
from apps.api.ninja.compiled import compile_schema
from apps.api.ninja.http import respond
from apps.api.pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page, paginate


class CursorPagination(ninja.PaginationBase):
    """Cursor pages; of dictionaries instead of instances where `schema`, that of the items, can be compiled."""

    items_attribute = "results"

    class Input(Schema):
        cursor: str = ""
        page_size: int = Field(DEFAULT_PAGE_SIZE, ge=1, le=MAX_PAGE_SIZE)

    class Output(Schema):
        next: str | None
        previous: str | None
        results: list[Any]

    def __init__(self, *, schema: type[Schema] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.schema = schema
        self.Output = None  # type: ignore[assignment,misc]  # Ninja then passes on what paginate_queryset returns

    def paginate_queryset(
        self, queryset: QuerySet[Any], pagination: Any, request: HttpRequest, **params: Any
    ) -> Page | HttpResponse:
        try:
            plan = compile_schema(self.schema, queryset.model) if self.schema else None
        except NotCompilable:
            plan = None
        if plan is not None and not plan.supports(queryset):
            plan = None
        page = paginate(queryset, url=request.build_absolute_uri(), plan=plan, **pagination.dict())
        if plan is None:
            return page
        return respond({"next": page.next, "previous": page.previous, "results": page.results})


class PaginatedRouter(Router):
    """A router whose lists are pages, like Ninja's RouterPaginated."""

    lists: list[tuple[str, type[Schema]]] = []  # of every router, for the system check

    def add_api_operation(self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any) -> None:
        response = options.get("response")
        if is_collection_type(response):
            (schema,) = get_args(response)
            self.lists.append((path, schema))
            view_func = ninja.paginate(CursorPagination, schema=schema)(view_func)
            contribute_operation_callback(view_func, partial(ninja.make_response_paginated, CursorPagination))
        super().add_api_operation(path, methods, view_func, **options)
