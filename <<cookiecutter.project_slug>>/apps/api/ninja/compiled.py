"""Compiled lists for Ninja schemas."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID

from django.db.models import ManyToOneRel, Model
from ninja import Schema
from ninja.compatibility.util import UNION_TYPES
from ninja.orm.fields import TYPES
from pydantic import AfterValidator, BeforeValidator, PlainSerializer, PlainValidator, WrapSerializer, WrapValidator
from pydantic.fields import FieldInfo

from apps.api.compiled import Convert, Many, NotCompilable, One, Plan, Source, Value, resolve

PLAIN_TYPES = {bool, date, datetime, Decimal, float, int, str, time, timedelta, UUID}
CONVERTERS = (AfterValidator, BeforeValidator, PlainValidator, WrapSerializer, WrapValidator)


@cache
def compile_schema(schema: type[Schema], model: type[Model]) -> Plan:
    """Return the plan of a list of `schema`. Raises NotCompilable."""
    return Plan(model, list(_fields(schema, model)))


def _fields(schema: type[Schema], model: type[Model], prefix: str = "") -> Iterator[Value | One | Many]:
    own = schema.__pydantic_decorators__
    validators = own.model_validators.keys() - {"_run_root_validator"}  # Ninja's, which reads attributes
    if validators or own.field_validators or own.field_serializers or own.model_serializers or own.computed_fields:
        raise NotCompilable(f"{schema.__name__} has a validator, a serializer or a computed field")
    for name, field in schema.model_fields.items():
        attribute = str(field.validation_alias or name)
        if {name, attribute} & schema._ninja_resolvers.keys():  # noqa: SLF001 - not public, and the only way to see them
            raise NotCompilable(f"{schema.__name__}.{name} has a resolver")
        yield _field(name, field, model, attribute.split("."), prefix)


def _field(name: str, field: FieldInfo, model: type[Model], attributes: Sequence[str], prefix: str) -> Value | One | Many:
    kind, metadata = _unwrap(field.annotation, field.metadata)
    if get_origin(kind) is list:
        relation = getattr(getattr(model, attributes[0], None), "rel", None)
        (kind,) = get_args(kind)
        if type(relation) is not ManyToOneRel or not issubclass(kind, Schema):
            raise NotCompilable(f"{name} is not a list of schemas for a reverse foreign key")
        return Many(name, attributes[0], list(_fields(kind, relation.related_model)))
    source = resolve(model, attributes, prefix)
    if source.optional and field.default is not None:
        raise NotCompilable(f"{name} has no value where {attributes[0]} is null")
    if isinstance(kind, type) and issubclass(kind, Schema):
        if source.field is None or not source.field.is_relation:
            raise NotCompilable(f"{name} is not a foreign key")
        inner = prefix + "__".join(attributes) + "__"
        return One(name, source.path, list(_fields(kind, source.field.related_model, inner)))
    return Value(name, source.path, _converter(name, kind, metadata, source))


def _unwrap(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """Return the type in an optional or annotated one, and what annotates it."""
    if get_origin(annotation) in UNION_TYPES:
        kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
        return _unwrap(kinds[0], metadata) if len(kinds) == 1 else (annotation, metadata)
    if get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        return _unwrap(annotation, [*more, *metadata])
    return annotation, metadata


def _converter(name: str, kind: Any, metadata: list[Any], source: Source) -> Convert | None:
    """Return what makes the output of a value from the database; the renderer knows dates and decimals."""
    for item in metadata:
        # Ninja's own validator of a text's length does not apply to output.
        if isinstance(item, CONVERTERS) and item.func.__module__ != "ninja.orm.fields":
            raise NotCompilable(f"{name} has a validator or serializer")
    column = source.field.target_field if source.field and source.field.is_relation else source.field
    expected = kind if column is None else str if source.convert else TYPES.get(column.get_internal_type())
    if expected not in PLAIN_TYPES or not (kind is expected or (issubclass(kind, Enum) and issubclass(kind, expected))):
        raise NotCompilable(f"{name} has another type than its column")
    serializers = [item.func for item in metadata if isinstance(item, PlainSerializer)]
    if serializers:
        return serializers[-1]
    return source.convert or (kind if source.field is None and kind in {bool, float, int} else None)
