"""Compiled lists: output straight from the database, without model instances and serializer machinery.

The declared fields of a serializer or schema become the expressions of one function, once: see `Plan`. What cannot be
compiled, because of its declaration (`NotCompilable`) or its queryset (`Plan.supports`), is left to the ordinary
serializer.
"""
# ruff: noqa: SLF001 - Django has no public way to read the prefetches and the database of a queryset

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Self

from django.db.models import Field, ForeignKey, ManyToOneRel, Model, Prefetch, QuerySet
from django.db.models.query import ModelIterable

from apps.api.pagination import read_instances

type Convert = Callable[[Any], Any]


class NotCompilable(Exception):  # noqa: N818 - reads as what it says
    """A declaration that only the ordinary serializer can serve; the message says why."""


class Source(NamedTuple):
    """The meaning of an attribute path such as `product.name`: see `resolve`."""

    path: str
    field: "Field[Any, Any] | None"  # None for an annotation
    convert: Convert | None = None  # to the label, for `get_…_display`
    optional: bool = False  # whether a foreign key on the way may be NULL


def resolve(model: type[Model], attributes: Sequence[str], prefix: str = "") -> Source:
    """Return the column behind `attributes`, a path of names from `model` such as `["product", "name"]`."""
    *relations, name = attributes
    optional = False
    for relation in relations:
        key = _columns(model).get(relation)
        if not isinstance(key, ForeignKey):
            raise NotCompilable(f"{model.__name__}.{relation} is not a foreign key")
        optional = optional or key.null
        prefix += f"{relation}__"
        model = key.related_model
    field, convert = _columns(model).get(name), None
    if field is None and name.startswith("get_") and name.endswith("_display"):
        field = _columns(model).get(name.removeprefix("get_").removesuffix("_display"))
        convert = partial(_label, dict(field.flatchoices)) if field else None
    if field is not None:
        return Source(prefix + field.attname, field, convert, optional)
    if relations or hasattr(model, name):
        raise NotCompilable(f"{model.__name__}.{name} is not a column")
    return Source(prefix + name, None)


def reverse_key(model: type[Model], relation: str) -> "ForeignKey[Any, Any]":
    """Return the foreign key behind `relation`, which is its reverse side."""
    for found in model._meta.related_objects:
        if found.get_accessor_name() == relation and type(found) is ManyToOneRel:
            return found.field
    raise NotCompilable(f"{model.__name__}.{relation} is not a reverse foreign key")


def _columns(model: type[Model]) -> "dict[str, Field[Any, Any]]":
    columns = {name: field for field in model._meta.concrete_fields for name in (field.attname, field.name)}
    return columns | {"pk": model._meta.pk}


def _label(labels: dict[Any, Any], value: Any) -> str:
    return str(labels.get(value, value))  # converted for each request, in its language: a label may be lazy


class Compiled(list[dict[str, Any]]):
    """Output that is ready for JSON."""


class Plan:
    """How lists of `model` are loaded: the columns to select, and the function that makes the output of them.

    `value`, `one` and `many` return the expression of a field, and `finish` takes those of all fields:

        plan.finish({"id": plan.value("id"), "customer": plan.one("customer_id", {"name": plan.value("customer__name")})})
    """

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self._columns: dict[str, str] = {}  # with the variable that holds the column's value
        self._many: dict[str, tuple[ForeignKey[Any, Any], Plan]] = {}
        self._converters: dict[str, Convert] = {}

    def value(self, path: str, convert: Convert | None = None) -> str:
        """Return the expression for a column or annotation, converted unless it is None."""
        variable = self._columns.setdefault(path, f"c{len(self._columns)}")
        if convert is None:
            return variable
        converter = f"f{len(self._converters)}"
        self._converters[converter] = convert
        return f"None if {variable} is None else {converter}({variable})"

    def one(self, path: str, fields: Mapping[str, str]) -> str:
        """Return the expression for the object behind the foreign key at `path`, or None."""
        return f"None if {self.value(path)} is None else {_dictionary(fields)}"

    def many(self, relation: str, key: "ForeignKey[Any, Any]", plan: "Plan") -> str:
        """Return the expression for the objects whose foreign key points here, loaded by `plan`."""
        self._many[relation] = key, plan
        return f"many[{relation!r}].get({self.value(key.target_field.attname)}) or []"

    def finish(self, fields: Mapping[str, str]) -> Self:
        """Compile the expressions of all fields."""
        source = f"lambda rows, many: [{_dictionary(fields)} for {', '.join([*self._columns.values(), '*_'])} in rows]"
        self._build = eval(source, dict(self._converters))  # noqa: S307 - of names that Python has accepted
        return self

    def read(self, queryset: QuerySet[Any], columns: Sequence[str]) -> tuple[list[Any], list[list[Any]]]:
        """Return the output, or the instances if `supports` is false, with the values of `columns`: a `Reader` of pages.

        Costs one query, and one for each `many`.
        """
        return self._read(queryset, columns) if self.supports(queryset) else read_instances(queryset, columns)

    def supports(self, queryset: QuerySet[Any]) -> bool:
        """Return whether the output is what the ordinary serializer would make of `queryset`."""
        evaluated = queryset._result_cache is not None
        is_plain = queryset.model is self.model and queryset._iterable_class is ModelIterable
        if evaluated or not is_plain or queryset.query.combinator or queryset.query.distinct:
            return False
        for relation, inner in _prefetches(queryset).items():
            _, plan = self._many.get(relation, (None, None))
            if plan is None or inner.query.is_sliced or not plan.supports(inner):
                return False
        return True

    def _read(self, queryset: QuerySet[Any], columns: Sequence[str]) -> tuple[Compiled, list[list[Any]]]:
        selected = list(dict.fromkeys([*self._columns, *columns]))
        values = list(queryset.prefetch_related(None).values_list(*selected))
        many: dict[str, defaultdict[Any, list[dict[str, Any]]]] = {}
        for relation, (key, plan) in self._many.items():
            inner = _prefetches(queryset).get(relation, key.model._default_manager.all())
            inner = inner.using(getattr(inner, "_db", None) or queryset.db)
            target = selected.index(key.target_field.attname)
            inner = inner.filter(**{f"{key.attname}__in": [row[target] for row in values]})
            many[relation] = defaultdict(list)
            for output, (owner,) in zip(*plan._read(inner, [key.attname]), strict=True):
                many[relation][owner].append(output)
        indexes = [selected.index(name) for name in columns]
        return Compiled(self._build(values, many)), [[row[index] for index in indexes] for row in values]


def _dictionary(fields: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name!r}: {expression}" for name, expression in fields.items()) + "}"


def _prefetches(queryset: QuerySet[Any]) -> dict[str, QuerySet[Any]]:
    """Return the querysets by which the prefetches of `queryset` choose the objects of a relation."""
    lookups: Sequence[Any] = queryset._prefetch_related_lookups  # type: ignore[attr-defined]  # not in the stubs
    return {
        lookup.prefetch_to: lookup.queryset
        for lookup in lookups
        if isinstance(lookup, Prefetch) and lookup.queryset is not None and not lookup.to_attr
    }
