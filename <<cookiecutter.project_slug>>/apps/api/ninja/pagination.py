"""Pagination of Ninja lists."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, pagination
from ninja.signature.details import is_collection_type

# % if cookiecutter.use_example
from apps.api.compiled import Compiled
from apps.api.ninja.compiled import LISTS, reader_of

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

    def paginate_queryset(self, queryset: QuerySet[Model], pagination: Any, request: HttpRequest, **params: Any) -> Any:
        return paginate(queryset, request=request, page_size=pagination.page_size)._asdict()


# % if cookiecutter.use_example
OUTPUT_OPTIONS = ("by_alias", "exclude_defaults", "exclude_none", "exclude_unset")  # of an operation or a router


class CompiledPagination(CursorPagination):
    """Cursor pages of a compiled list, which are not validated again."""

    def __init__(self, *, schema: Any, page: Any, **options: Any) -> None:
        super().__init__(**options)
        self.schema = schema
        self.page: Any = type(page.__name__, (page,), {"model_dump": lambda self, **options: vars(self)})
        self.Output = None  # type: ignore[assignment]  # so that Ninja leaves the page as it is

    def paginate_queryset(self, queryset: QuerySet[Model], pagination: Any, request: HttpRequest, **params: Any) -> Any:
        read = reader_of(self.schema, queryset.model)
        page = paginate(queryset, request=request, page_size=pagination.page_size, read=read)
        return self.page.model_construct(**page._asdict()) if isinstance(page.results, Compiled) else page


# % endif
class PaginatedRouter(Router):
    """A router whose lists are paginated, like Ninja's RouterPaginated. It serves HEAD as GET."""

    def add_api_operation(self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any) -> None:
        if is_collection_type(options.get("response")):
            # % if cookiecutter.use_example
            schema: Any = options["response"].__args__[0]
            is_schema = isinstance(schema, type) and issubclass(schema, Schema)
            has_options = any(options.get(name) or getattr(self, name, None) for name in OUTPUT_OPTIONS)
            if is_schema and not has_options and not hasattr(view_func, "_ninja_is_paginated"):
                LISTS.append((path, schema))
                attributes = {"__annotations__": {"results": list[schema]}}
                page = type(f"Paged{schema.__name__}", (CursorPagination.Output,), attributes)
                options["response"] = page
                view_func = pagination.paginate(CompiledPagination, schema=schema, page=page)(view_func)
            # % endif
            view_func = pagination.paginate(CursorPagination)(view_func)
        methods = [*methods, "HEAD"] if "GET" in methods else methods
        super().add_api_operation(path, methods, view_func, **options)
