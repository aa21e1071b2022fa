"""Compiled lists for Ninja schemas."""

from collections.abc import Iterator
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin

from django.db.models import Field, FileField, ManyToOneRel, Model
from ninja import Schema
from ninja.orm.fields import TYPES
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from apps.api.compiled import Convert, Many, NotCompilable, One, Plan, Value, resolve

OUTPUT = {"response_status": 200}  # tells validators that the value is not input


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
        if {name, attribute} & schema._ninja_resolvers.keys():  # noqa: SLF001 - there is no public way
            raise NotCompilable(f"{schema.__name__}.{name} has a resolver")
        try:
            yield _field(name, field, model, attribute, prefix)
        except NotCompilable as error:
            raise NotCompilable(f"{schema.__name__}.{name}: {error}") from None


def _field(name: str, field: FieldInfo, model: type[Model], attribute: str, prefix: str) -> Value | One | Many:
    kinds = [kind for kind in get_args(field.annotation) if kind is not NoneType]
    kind = kinds[0] if kinds else field.annotation  # of an optional field, or of the items of a list
    is_schema = isinstance(kind, type) and issubclass(kind, Schema)
    if get_origin(field.annotation) is list:
        relation = getattr(getattr(model, attribute, None), "rel", None)
        if type(relation) is not ManyToOneRel or not is_schema:
            raise NotCompilable("not a list of schemas of a reverse foreign key")
        return Many(name, attribute, list(_fields(kind, relation.related_model)))
    source = resolve(model, attribute.split("."), prefix)
    if source.optional and field.default is not None:
        raise NotCompilable("a foreign key on the way may be null")
    if is_schema:
        if source.field is None or not source.field.is_relation:
            raise NotCompilable("not a foreign key")
        inner = _fields(kind, source.field.related_model, f"{prefix}{attribute.replace('.', '__')}__")
        return One(name, source.path, list(inner))
    if isinstance(source.field, FileField):
        raise NotCompilable("a file")
    return Value(name, source.path, source.convert or _converter(field, kind, source.field))


def _converter(field: FieldInfo, kind: Any, column: "Field[Any, Any] | None") -> Convert | None:
    """Return what validates and serializes a value of `column`, unless that changes nothing."""
    while column is not None and column.is_relation:
        column = column.target_field
    functions = [item.func for item in field.metadata if hasattr(item, "func")]
    ninjas_own = all(function.__module__ == "ninja.orm.fields" for function in functions)
    if column is not None and kind is TYPES.get(column.get_internal_type()) and ninjas_own:
        return None
    adapter = TypeAdapter[Any](field.rebuild_annotation())
    return lambda value: adapter.dump_python(adapter.validate_python(value, context=OUTPUT), context=OUTPUT)
