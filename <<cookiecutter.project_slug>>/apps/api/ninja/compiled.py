"""Compiled lists of Ninja schemas."""

from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from types import NoneType
from typing import Any, get_args, get_origin

from django.conf import settings
from django.core.checks import CheckMessage, Info, register
from django.db.models import FileField, ForeignKey, Model
from ninja import Schema
from ninja.orm.fields import TYPES
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from apps.api.compiled import Convert, NotCompilable, Plan, resolve, reverse_key
from apps.api.ninja.http import in_utc
from apps.api.ninja.schemas import MONEY, two_places
from apps.api.pagination import Reader, read_instances

LISTS: list[tuple[str, type[Schema]]] = []  # path and schema of every list, for the system check
# The conversions of the JSON encoder, which would be called for each value.
AS_TEXT: dict[type, Convert] = {Decimal: str, datetime: in_utc}
OUTPUT = {"response_status": 200}  # marks a value as output for Ninja's validators


def listed(path: str, response: Any) -> type[Schema]:
    """Return the schema of the list `response`, and remember it for the system check."""
    schema: type[Schema] = get_args(response)[0]
    LISTS.append((path, schema))
    return schema


def compile_schema(schema: type[Schema], model: type[Model]) -> Plan:
    """Return the plan for lists of `schema`. Raises NotCompilable, which names the field."""
    plan = Plan(model)
    return plan.finish(_expressions(plan, schema, model))


@cache
def reader_of(schema: type[Schema], model: type[Model]) -> Reader:
    """Return how lists of `schema` are loaded: as output or, if they cannot be compiled, as instances."""
    try:
        return compile_schema(schema, model).read
    except NotCompilable:
        return read_instances


@register
def compiled_lists(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name the field that keeps a list of a ModelSchema from being compiled."""
    import_module(settings.ROOT_URLCONF)  # and with it the routers
    found: list[CheckMessage] = []
    for path, schema in LISTS:
        try:
            if meta := getattr(schema, "Meta", None):
                compile_schema(schema, meta.model)
        except NotCompilable as error:
            hint = "The list is right, but takes several times as long. Declare the value as a column or annotation."
            found.append(Info(f"The list {path} is not compiled: {error}.", hint, schema, "api.I001"))
    return found


def _expressions(plan: Plan, schema: type[Schema], model: type[Model], prefix: str = "") -> dict[str, str]:
    own = schema.__pydantic_decorators__
    validators = own.model_validators.keys() - {"_run_root_validator"}  # Ninja's, which reads attributes
    if validators or own.field_validators or own.field_serializers or own.model_serializers or own.computed_fields:
        raise NotCompilable(f"{schema.__name__} has a validator, a serializer or a computed field")
    expressions = {}
    for name, field in schema.model_fields.items():
        attribute = str(field.validation_alias or name)
        if {name, attribute} & schema._ninja_resolvers.keys():  # noqa: SLF001 - there is no public way
            raise NotCompilable(f"{name}: it has a resolver")
        try:
            expressions[name] = _expression(plan, field, model, attribute, prefix)
        except NotCompilable as error:
            raise NotCompilable(f"{name}: {error}") from None
    return expressions


def _expression(plan: Plan, field: FieldInfo, model: type[Model], attribute: str, prefix: str) -> str:
    kinds = [kind for kind in get_args(field.annotation) if kind is not NoneType]
    kind: Any = kinds[0] if kinds else field.annotation  # of an optional field, or of the items of a list
    is_schema = isinstance(kind, type) and issubclass(kind, Schema)
    if is_schema and get_origin(field.annotation) is list:
        key = reverse_key(plan.model, prefix + attribute)
        inner = Plan(key.model)
        return plan.many(attribute, key, inner.finish(_expressions(inner, kind, key.model)))
    source = resolve(model, attribute.split("."), prefix)
    if source.optional and (is_schema or field.default is not None):
        raise NotCompilable("a relation on the way to it may be missing")
    if is_schema:
        if not isinstance(source.field, ForeignKey):
            raise NotCompilable(f"{attribute} is not a foreign key")
        prefix += attribute.replace(".", "__") + "__"
        return plan.one(source.path, _expressions(plan, kind, source.field.related_model, prefix))
    column = source.field
    while isinstance(column, ForeignKey):
        column = column.target_field
    if isinstance(column, FileField):
        raise NotCompilable("it is a file")
    ninjas_own = all(item.func.__module__ == "ninja.orm.fields" for item in field.metadata if hasattr(item, "func"))
    if source.convert or (column is not None and kind is TYPES.get(column.get_internal_type()) and ninjas_own):
        return plan.value(source.path, source.convert or AS_TEXT.get(kind))
    if kind is Decimal and field.metadata == [MONEY]:
        return plan.value(source.path, two_places)
    adapter = TypeAdapter[Any](field.rebuild_annotation())
    return plan.value(source.path, lambda value: adapter.dump_python(adapter.validate_python(value, context=OUTPUT)))
