"""Compiled lists: output rows straight from the database, without model instances and serializer machinery.

The API framework's own module beside this one translates the declared fields of a serializer or schema into `Value`,
`One` and `Many` and makes a `Plan` of them, once. `Plan.rows(queryset)` then runs one `values_list` query, plus one for
each `Many`, and passes the values through a generated function that builds the dictionaries.

    plan = Plan(Order, [
        Value("id", "id"),
        Value("total", "total", "{:.2f}".format),
        One("customer", "customer", [Value("name", "customer__name")]),
        Many("items", "items", [Value("product_name", "product__name")]),
    ])
    plan.rows(Order.objects.with_summary().prefetch_related(Prefetch("items", queryset=...)))

The rows of a `Many` come from the queryset of the developer's own `Prefetch`, if there is one. A declaration that
cannot be compiled raises `NotCompilable`, whose message gives the reason; a queryset that cannot be is one for which
`supports()` is false. Both are served by the ordinary serializer.
"""

# ruff: noqa: SLF001 - Django has no public way to read the prefetches and the database of a queryset

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignKey, ManyToOneRel, Model, Prefetch, QuerySet
from django.db.models.query import ModelIterable

type Convert = Callable[[Any], Any]


class NotCompilable(Exception):  # noqa: N818 - reads as what it says
    """A declaration that only the ordinary serializer can serve; the message says why."""


@dataclass(frozen=True, slots=True)
class Value:
    """A column or annotation at `path`, converted by `convert` unless it is None."""

    name: str
    path: str
    convert: Convert | None = None


@dataclass(frozen=True, slots=True)
class One:
    """The object that the foreign key at `path` points to, or None; the paths of `fields` begin at the outer model."""

    name: str
    path: str
    fields: "Sequence[Value | One | Many]"


@dataclass(frozen=True, slots=True)
class Many:
    """The objects whose foreign key points here; the paths of `fields` begin at their own model."""

    name: str
    relation: str
    fields: "Sequence[Value | One | Many]"


@dataclass(frozen=True, slots=True)
class Source:
    """What an attribute path such as `product.name` means to the database.

    Attributes:
        path: of the column, such as `product__name`.
        field: the model's field; None for an annotation.
        convert: makes a label of the value where the path ends in `get_…_display`.
        optional: whether a foreign key on the way may be NULL.
    """

    path: str
    field: "Field[Any, Any] | None"
    convert: Convert | None = None
    optional: bool = False


def resolve(model: type[Model], attributes: Sequence[str], prefix: str = "") -> Source:
    """Return the column behind `attributes`, a path of names from `model` such as `["product", "name"]`.

    Raises:
        NotCompilable: it leads to a property, a method or a relation to many.
    """
    *relations, name = attributes
    optional = False
    for relation in relations:
        key = _field(model, relation)
        if not isinstance(key, ForeignKey):
            raise NotCompilable(f"{model.__name__}.{relation} is not a foreign key")
        optional = optional or key.null
        prefix += f"{relation}__"
        model = key.related_model
    if name.startswith("get_") and name.endswith("_display"):
        field = _field(model, name.removeprefix("get_").removesuffix("_display"))
        if field is not None and field.choices and not hasattr(getattr(model, name), "__wrapped__"):
            label = partial(_label, dict(field.flatchoices))
            return Source(prefix + field.attname, field, label, optional)
    field = _field(model, name)
    if field is not None:
        return Source(prefix + field.attname, field, None, optional)
    if relations or hasattr(model, name):
        raise NotCompilable(f"{model.__name__}.{name} is not a column")
    return Source(prefix + name, None)


def _field(model: type[Model], name: str) -> "Field[Any, Any] | None":
    try:
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) and field.column is not None else None


def _label(labels: Mapping[Any, Any], value: Any) -> str:
    return str(labels.get(value, value))  # now, in the language of the request: a label may be lazy


def reverse_key(model: type[Model], relation: str) -> "ForeignKey[Any, Any]":
    """Return the foreign key behind `relation`, the reverse side of it.

    Raises:
        NotCompilable: it is another kind of relation, or none.
    """
    for found in model._meta.related_objects:
        if found.get_accessor_name() == relation and type(found) is ManyToOneRel:
            return found.field
    raise NotCompilable(f"{model.__name__}.{relation} is not a reverse foreign key")


class Rows(list[dict[str, Any]]):
    """The output of a plan, ready for JSON."""


class Plan:
    """Compiled fields of `model`.

    Raises:
        NotCompilable: a `Many` is no reverse foreign key, or stands inside a `One`.
    """

    def __init__(self, model: type[Model], fields: "Sequence[Value | One | Many]") -> None:
        self._model = model
        self._paths: dict[str, str] = {}  # with the variable that holds the column's value
        self._many: dict[str, tuple[ForeignKey[Any, Any], Plan]] = {}
        self._converters: dict[str, Convert] = {}
        row = self._dictionary(fields)
        rows = f"[{row} for {', '.join([*self._paths.values(), '*_'])} in rows]"
        # Made of variables and of names that Python itself has accepted.
        self._build = eval(f"lambda rows, many: {rows}", dict(self._converters))  # noqa: S307

    def rows(self, queryset: QuerySet[Any]) -> Rows:
        """Return the objects of `queryset` as dictionaries: one query, and one for each `Many`."""
        return self.build(queryset, self.fetch(queryset))

    def fetch(self, queryset: QuerySet[Any], columns: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        """Return what `build` needs of each object, and `columns`: see `indexes`. One query."""
        return list(queryset.prefetch_related(None).values_list(*self._columns(columns)))

    def indexes(self, columns: Sequence[str]) -> list[int]:
        """Return where `columns` stand in each of the tuples that `fetch` returns for the same columns."""
        found = self._columns(columns)
        return [found.index(column) for column in columns]

    def build(self, queryset: QuerySet[Any], values: Sequence[tuple[Any, ...]]) -> Rows:
        """Return the dictionaries for what `fetch` returned. One query for each `Many`."""
        many = {
            relation: self._grouped(queryset, relation, key, plan, values)
            for relation, (key, plan) in self._many.items()
        }
        return Rows(self._build(values, many))

    def supports(self, queryset: QuerySet[Any]) -> bool:
        """Return whether `rows` gives what the ordinary serializer would for `queryset`."""
        if (
            queryset.model is not self._model
            or queryset._result_cache is not None
            or queryset._iterable_class is not ModelIterable
            or queryset.query.combinator
            or queryset.query.distinct
        ):
            return False
        for relation, inner in _prefetches(queryset).items():
            _, plan = self._many.get(relation, (None, None))
            if plan is None or inner.query.is_sliced or not plan.supports(inner):
                return False
        return True

    def _columns(self, columns: Sequence[str]) -> list[str]:
        return [*self._paths, *(column for column in columns if column not in self._paths)]

    def _variable(self, path: str) -> str:
        return self._paths.setdefault(path, f"c{len(self._paths)}")

    def _dictionary(self, fields: "Sequence[Value | One | Many]", *, nested: bool = False) -> str:
        """Return the source of the dictionary that `fields` make of one row."""
        return "{" + ", ".join(f"{field.name!r}: {self._expression(field, nested=nested)}" for field in fields) + "}"

    def _expression(self, field: "Value | One | Many", *, nested: bool) -> str:
        if isinstance(field, Many):
            relation = self._relation(field)
            if nested:
                raise NotCompilable(f"{field.relation} is a list inside a nested object")
            return f"many[{field.relation!r}].get({self._variable(relation.target_field.attname)}) or []"
        variable = self._variable(field.path)
        if isinstance(field, One):
            return f"None if {variable} is None else {self._dictionary(field.fields, nested=True)}"
        if field.convert is None:
            return variable
        converter = f"f{len(self._converters)}"
        self._converters[converter] = field.convert
        return f"None if {variable} is None else {converter}({variable})"

    def _relation(self, field: Many) -> "ForeignKey[Any, Any]":
        key = reverse_key(self._model, field.relation)
        self._many[field.relation] = key, Plan(key.model, field.fields)
        return key

    def _grouped(
        self,
        queryset: QuerySet[Any],
        relation: str,
        key: "ForeignKey[Any, Any]",
        plan: "Plan",
        values: Sequence[tuple[Any, ...]],
    ) -> dict[Any, list[dict[str, Any]]]:
        """Return the rows of the related objects by what their foreign key holds."""
        inner = _prefetches(queryset).get(relation, key.model._default_manager.all())
        (target,) = self.indexes([key.target_field.attname])
        (owner,) = plan.indexes([key.attname])
        using = getattr(inner, "_db", None) or queryset.db
        inner = inner.using(using).filter(**{f"{key.attname}__in": [row[target] for row in values]})
        found = plan.fetch(inner, [key.attname])
        grouped: defaultdict[Any, list[dict[str, Any]]] = defaultdict(list)
        for inner_values, row in zip(found, plan.build(inner, found), strict=True):
            grouped[inner_values[owner]].append(row)
        return grouped


def _prefetches(queryset: QuerySet[Any]) -> dict[str, QuerySet[Any]]:
    """Return the querysets by which the prefetches of `queryset` choose the objects of a relation."""
    lookups: Sequence[Any] = queryset._prefetch_related_lookups  # type: ignore[attr-defined]  # not in the stubs
    return {
        lookup.prefetch_to: lookup.queryset
        for lookup in lookups
        if isinstance(lookup, Prefetch) and lookup.queryset is not None and not lookup.to_attr
    }
