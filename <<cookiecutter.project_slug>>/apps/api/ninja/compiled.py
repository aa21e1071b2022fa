"""Compiled lists of Ninja schemas."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from importlib import import_module
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin
from uuid import UUID

from django.conf import settings
from django.core.checks import CheckMessage, Info, register
from django.db.models import ForeignKey, Model
from ninja import Schema
from ninja.orm.fields import TYPES
from pydantic import AfterValidator, TypeAdapter
from pydantic.fields import FieldInfo

from apps.api.compiled import Convert, NotCompilable, Plan, resolve, reverse_key
from apps.api.ninja.http import in_utc
from apps.api.ninja.schemas import MONEY, two_places
from apps.api.pagination import Reader, read_instances

LISTS: list[tuple[str, type[Schema]]] = []  # path and schema of every list, for the system check
# Types of columns whose values need no validation, and the conversions that the JSON encoder would be called for.
CONVERSIONS: dict[Any, Convert | None] = {
    **dict.fromkeys((bool, bytes, date, float, int, str, time, timedelta, UUID)),
    Decimal: str,
    datetime: in_utc,
}
OUTPUT = {"response_status": 200}  # marks a value as output for Ninja's validators


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
            if model := getattr(getattr(schema, "Meta", None), "model", None):
                compile_schema(schema, model)
        except NotCompilable as error:
            hint = "The list is right, but takes several times as long. Declare the value as a column or annotation."
            found.append(Info(f"The list {path} is not compiled: {error}.", hint, schema, "api.I001"))
    return found


def _expressions(
    plan: Plan, schema: type[Schema], model: type[Model], prefix: str = "", within: tuple[type, ...] = ()
) -> dict[str, str]:
    if schema in within:
        raise NotCompilable(f"{schema.__name__} contains itself")
    own = schema.__pydantic_decorators__
    validators = own.model_validators.keys() - {"_run_root_validator"}  # Ninja's, which reads attributes
    if validators or own.validators or own.root_validators or own.field_validators or schema.__pydantic_post_init__:
        raise NotCompilable(f"{schema.__name__} has a validator")
    if own.field_serializers or own.model_serializers or own.computed_fields:
        raise NotCompilable(f"{schema.__name__} has a serializer or a computed field")
    if settings := ", ".join(schema.model_config.keys() - {"from_attributes", "json_schema_extra", "title"}):
        raise NotCompilable(f"{schema.__name__} has {settings} in its model_config")
    expressions = {}
    for name, field in schema.model_fields.items():
        if field.exclude:
            continue
        alias = field.validation_alias or name
        if not isinstance(alias, str) or getattr(field, "exclude_if", None):
            raise NotCompilable(f"{name}: it has several aliases, or is left out at times")
        if {name, alias} & schema._ninja_resolvers.keys():  # noqa: SLF001 - there is no public way
            raise NotCompilable(f"{name}: it has a resolver")
        try:
            expressions[name] = _expression(plan, field, model, alias, prefix, (*within, schema))
        except NotCompilable as error:
            raise NotCompilable(f"{name}: {error}") from None
    return expressions


def _expression(
    plan: Plan, field: FieldInfo, model: type[Model], attribute: str, prefix: str, within: tuple[type, ...]
) -> str:
    origin = get_origin(field.annotation)
    kinds = [kind for kind in get_args(field.annotation) if kind is not NoneType] or [field.annotation]
    kind: Any = kinds[0] if len(kinds) == 1 else field.annotation  # of an optional field, or of the items of a list
    metadata = [*field.metadata, *getattr(kind, "__metadata__", ())]
    kind = getattr(kind, "__origin__", kind) if get_origin(kind) is Annotated else kind
    own = [item for item in metadata if not _only_refuses(item)]
    if own and (own != [MONEY] or kind is not Decimal):
        raise NotCompilable("it has a validator or serializer of its own")
    is_schema = isinstance(kind, type) and issubclass(kind, Schema)
    if is_schema and origin is list:
        key = reverse_key(plan.model, prefix + attribute)
        inner = Plan(key.model)
        return plan.many(attribute, key, inner.finish(_expressions(inner, kind, key.model, "", within)))
    source = resolve(model, attribute.split("."), prefix)
    if source.optional and (is_schema or field.default is not None):
        raise NotCompilable("a relation on the way to it may be missing")
    column = source.field
    if isinstance(column, ForeignKey) and is_schema:
        prefix += attribute.replace(".", "__") + "__"
        return plan.one(source.path, _expressions(plan, kind, column.related_model, prefix, within))
    if isinstance(column, ForeignKey):
        raise NotCompilable(f"{attribute} is an object; declare its schema, or {column.attname}")
    if not (origin is Literal or isinstance(kind, type) or all(isinstance(part, type) for part in kinds)):
        raise NotCompilable(f"{field.annotation} has no compiled form")
    adapter = TypeAdapter[Any](field.rebuild_annotation())

    def convert(value: Any) -> Any:
        return adapter.dump_python(adapter.validate_python(value, context=OUTPUT))

    if label := source.convert:
        return plan.value(source.path, lambda value: convert(label(value)))
    if own:
        return plan.value(source.path, lambda value: two_places(value) if type(value) is Decimal else convert(value))
    is_plain = column is not None and kind is TYPES.get(column.get_internal_type()) and kind in CONVERSIONS
    return plan.value(source.path, CONVERSIONS[kind] if is_plain and not hasattr(column, "from_db_value") else convert)


def _only_refuses(item: Any) -> bool:
    """Return whether `item` of a field's metadata changes no value: a constraint, or a validator of Ninja's."""
    return type(item).__module__ == "annotated_types" or (
        isinstance(item, AfterValidator) and item.func.__module__ == "ninja.orm.fields"
    )
