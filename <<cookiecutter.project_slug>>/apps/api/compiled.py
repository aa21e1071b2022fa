"""Compiled lists: output rows straight from the database, without model instances and serializer machinery.

The declared fields of a serializer or schema become `Value`, `One` and `Many`, and these a `Plan`, once:

    Plan(Order, [Value("id", "id"), Many("items", "items", [Value("product_name", "product__name")])])

What cannot be compiled, because of its declaration (`NotCompilable`) or its queryset (`Plan.supports`), is left to the
ordinary serializer.
"""
# ruff: noqa: SLF001 - Django has no public way to read the prefetches and the database of a queryset

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignKey, ManyToOneRel, Model, Prefetch, QuerySet
from django.db.models.query import ModelIterable

from apps.api.pagination import read_instances

type Output = Value | One | Many
type Convert = Callable[[Any], Any]


class NotCompilable(Exception):  # noqa: N818 - reads as what it says
    """A declaration that only the ordinary serializer can serve; the message says why."""


class Value(NamedTuple):
    """A column or annotation at `path`, converted by `convert` unless it is None."""

    name: str
    path: str
    convert: Convert | None = None


class One(NamedTuple):
    """The object behind the foreign key at `path`, or None; the paths of `fields` begin at the outer model."""

    name: str
    path: str
    fields: Sequence[Output]


class Many(NamedTuple):
    """The objects whose foreign key points here; the paths of `fields` begin at their own model."""

    name: str
    relation: str
    fields: Sequence[Output]


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
        key = _field(model, relation)
        if not isinstance(key, ForeignKey):
            raise NotCompilable(f"{model.__name__}.{relation} is not a foreign key")
        optional = optional or key.null
        prefix += f"{relation}__"
        model = key.related_model
    field, convert = _field(model, name), None
    if field is None and name.startswith("get_") and name.endswith("_display"):
        field = _field(model, name.removeprefix("get_").removesuffix("_display"))
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


def _field(model: type[Model], name: str) -> "Field[Any, Any] | None":
    try:
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) and field.column is not None else None


def _label(labels: dict[Any, Any], value: Any) -> str:
    return str(labels.get(value, value))  # converted for each request, in its language: a label may be lazy


class Rows(list[dict[str, Any]]):
    """The output of a plan, ready for JSON, and for each row the raw values of `columns` that it was made from."""

    columns: list[str]
    values: list[tuple[Any, ...]]


class Plan:
    """Compiled fields of `model`. Raises NotCompilable if one of them is not possible."""

    def __init__(self, model: type[Model], fields: Sequence[Output]) -> None:
        self._model = model
        self._columns: dict[str, str] = {}  # with the variable that holds the column's value
        self._many: dict[str, tuple[ForeignKey[Any, Any], Plan]] = {}
        self._converters: dict[str, Convert] = {}
        row = self._dictionary(fields)
        source = f"lambda rows, many: [{row} for {', '.join([*self._columns.values(), '*_'])} in rows]"
        self._build = eval(source, dict(self._converters))  # noqa: S307 - of names that Python has accepted

    def page(self, queryset: QuerySet[Any], columns: Sequence[str]) -> tuple[list[Any], list[list[Any]]]:
        """Return the rows, or the instances if `supports` is false, with the values of `columns`: a reader of pages."""
        if not self.supports(queryset):
            return read_instances(queryset, columns)
        rows = self.rows(queryset, columns)
        indexes = [rows.columns.index(name) for name in columns]
        return rows, [[raw[index] for index in indexes] for raw in rows.values]

    def rows(self, queryset: QuerySet[Any], extra: Sequence[str] = ()) -> Rows:
        """Return the objects of `queryset`, having read the columns `extra` too: one query, and one for each `Many`."""
        columns = [*self._columns, *(column for column in extra if column not in self._columns)]
        values = list(queryset.prefetch_related(None).values_list(*columns))
        many = {relation: self._related(queryset, relation, columns, values) for relation in self._many}
        rows = Rows(self._build(values, many))
        rows.columns, rows.values = columns, values
        return rows

    def supports(self, queryset: QuerySet[Any]) -> bool:
        """Return whether `rows` gives what the ordinary serializer would for `queryset`."""
        evaluated = queryset._result_cache is not None
        is_plain = queryset.model is self._model and queryset._iterable_class is ModelIterable
        if evaluated or not is_plain or queryset.query.combinator or queryset.query.distinct:
            return False
        for relation, inner in _prefetches(queryset).items():
            _, plan = self._many.get(relation, (None, None))
            if plan is None or inner.query.is_sliced or not plan.supports(inner):
                return False
        return True

    def _related(
        self, queryset: QuerySet[Any], relation: str, columns: list[str], values: list[tuple[Any, ...]]
    ) -> dict[Any, list[dict[str, Any]]]:
        """Return the rows of a `Many` by the value of their foreign key."""
        key, plan = self._many[relation]
        inner = _prefetches(queryset).get(relation, key.model._default_manager.all())
        target = columns.index(key.target_field.attname)
        using = getattr(inner, "_db", None) or queryset.db
        inner = inner.using(using).filter(**{f"{key.attname}__in": [row[target] for row in values]})
        rows = plan.rows(inner, [key.attname])
        owner = rows.columns.index(key.attname)
        grouped = defaultdict(list)
        for row, raw in zip(rows, rows.values, strict=True):
            grouped[raw[owner]].append(row)
        return grouped

    def _dictionary(self, fields: Sequence[Output], *, nested: bool = False) -> str:
        """Return the source of the dictionary that `fields` make of one row."""
        return "{" + ", ".join(f"{field.name!r}: {self._expression(field, nested=nested)}" for field in fields) + "}"

    def _expression(self, field: Output, *, nested: bool) -> str:
        if isinstance(field, Many):
            key = reverse_key(self._model, field.relation)
            if nested:
                raise NotCompilable(f"{field.relation} is a list inside a nested object")
            self._many[field.relation] = key, Plan(key.model, field.fields)
            return f"many[{field.relation!r}].get({self._variable(key.target_field.attname)}) or []"
        variable = self._variable(field.path)
        if isinstance(field, One):
            return f"None if {variable} is None else {self._dictionary(field.fields, nested=True)}"
        if field.convert is None:
            return variable
        converter = f"f{len(self._converters)}"
        self._converters[converter] = field.convert
        return f"None if {variable} is None else {converter}({variable})"

    def _variable(self, path: str) -> str:
        return self._columns.setdefault(path, f"c{len(self._columns)}")


def _prefetches(queryset: QuerySet[Any]) -> dict[str, QuerySet[Any]]:
    """Return the querysets by which the prefetches of `queryset` choose the objects of a relation."""
    lookups: Sequence[Any] = queryset._prefetch_related_lookups  # type: ignore[attr-defined]  # not in the stubs
    return {
        lookup.prefetch_to: lookup.queryset
        for lookup in lookups
        if isinstance(lookup, Prefetch) and lookup.queryset is not None and not lookup.to_attr
    }
