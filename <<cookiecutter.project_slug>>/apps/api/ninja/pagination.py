"""Cursor pages of Ninja's lists."""

from collections.abc import Callable
from functools import partial
from typing import Any, get_args

from asgiref.sync import sync_to_async
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from ninja.pagination import AsyncPaginationBase, make_response_paginated
from ninja.pagination import paginate as paginated
from ninja.signature.details import is_collection_type
from ninja.utils import contribute_operation_callback

from apps.api.compiled import NotCompilable
from apps.api.ninja.compiled import compile_schema
from apps.api.ninja.http import respond
from apps.api.pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page, paginate


class CursorPagination(AsyncPaginationBase):
    """Cursor pages, which are made without model instances where `schema`, that of the items, can be compiled."""

    class Input(Schema):
        cursor: str = ""
        page_size: int = Field(DEFAULT_PAGE_SIZE, ge=1, le=MAX_PAGE_SIZE)

    Output = None  # type: ignore[assignment]  # lets a response pass as it is; the document has PageOut

    def __init__(self, *, schema: type[Schema] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.schema = schema

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
        return respond(200, vars(page)) if plan else page

    async def apaginate_queryset(
        self, queryset: QuerySet[Any], pagination: Any, request: HttpRequest, **params: Any
    ) -> Page | HttpResponse:
        return await sync_to_async(self.paginate_queryset)(queryset, pagination, request, **params)


class PageOut(CursorPagination):
    """What the OpenAPI document says of a page."""

    items_attribute = "results"

    class Output(Schema):
        next: str | None
        previous: str | None
        results: list[Any]


class PaginatedRouter(Router):
    """A router whose lists are paginated, as those of Ninja's RouterPaginated are."""

    def add_api_operation(
        self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any
    ) -> None:
        response = options.get("response")
        if is_collection_type(response):
            view_func = paginated(CursorPagination, schema=get_args(response)[0])(view_func)
            contribute_operation_callback(view_func, partial(make_response_paginated, PageOut()))
        super().add_api_operation(path, methods, view_func, **options)
