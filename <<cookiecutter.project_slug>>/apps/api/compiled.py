"""Compiled lists: output straight from the database, without model instances and serializer machinery.

The declared fields of a serializer or schema become the expressions of one function, once: see `Plan`. What cannot be
compiled, because of its declaration (`NotCompilable`) or its queryset (`Plan.supports`), is left to the ordinary
serializer.
"""
# ruff: noqa: SLF001 - Django has no public way to read the prefetches and the database of a queryset

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial, partialmethod
from inspect import getattr_static
from typing import Any, NamedTuple, Self

from django.db.models import Field, ForeignKey, ManyToOneRel, Model, Prefetch, QuerySet
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import ModelIterable
from django.db.models.query_utils import DeferredAttribute
from django.utils.encoding import force_str

from apps.api.pagination import read_instances

type Convert = Callable[[Any], Any]


class NotCompilable(Exception):  # noqa: N818 - reads as what it says
    """A declaration that only the ordinary serializer can serve; the message says why."""


class Source(NamedTuple):
    """The meaning of an attribute path such as `product.name`: see `resolve`."""

    path: str
    field: "Field[Any, Any] | None"  # a foreign key only for the object behind it; None for an annotation
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
    columns, convert = _columns(model), None
    field = columns.get(name)
    labelled = columns.get(name.removeprefix("get_").removesuffix("_display"))
    if labelled and isinstance(getattr_static(model, name, None), partialmethod):  # of Django, not the model's own
        field, labels = labelled, dict(labelled.flatchoices)
        convert = partial(_label, labels)
        if None in labels:
            raise NotCompilable(f"{model.__name__}.{field.name} has a label for NULL")
    if field is not None:
        path = prefix + field.attname
        if type(getattr_static(model, field.attname)) not in {DeferredAttribute, ForeignKeyDeferredAttribute}:
            raise NotCompilable(f"{model.__name__}.{name} is more than its column")
        while isinstance(field, ForeignKey) and name != field.name:
            field = field.target_field
        return Source(path, field, convert, optional)
    if prefix or "__" in name or hasattr(model, name):
        raise NotCompilable(f"{model.__name__}.{name} is not a column")
    return Source(name, None)


def reverse_key(model: type[Model], relation: str) -> "ForeignKey[Any, Any]":
    """Return the foreign key behind `relation`, which is its reverse side."""
    for found in model._meta.related_objects:
        if found.get_accessor_name() == relation and type(found) is ManyToOneRel:
            return found.field
    raise NotCompilable(f"{model.__name__}.{relation} is not a reverse foreign key")


def _columns(model: type[Model]) -> "dict[str, Field[Any, Any]]":
    if any(getattr_static(model, name) is not vars(Model)[name] for name in ("__init__", "from_db")):
        raise NotCompilable(f"{model.__name__} has its own __init__ or from_db")
    columns = {name: field for field in model._meta.concrete_fields for name in (field.attname, field.name)}
    return columns | {"pk": model._meta.pk}


def _label(labels: dict[Any, Any], value: Any) -> Any:
    # Converted for each request, in its language: a label may be lazy.
    return force_str(labels.get(value, value), strings_only=True)


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
        self._annotations: frozenset[str] = frozenset()
        self._many: list[tuple[str, ForeignKey[Any, Any], Plan]] = []
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
        self._many.append((relation, key, plan))
        return f"many[{len(self._many) - 1}].get({self.value(key.target_field.attname)}) or []"

    def finish(self, fields: Mapping[str, str]) -> Self:
        """Compile the expressions of all fields."""
        self._annotations = frozenset(path for path in self._columns if "__" not in path) - _columns(self.model).keys()
        variables = "".join(f"{variable}, " for variable in self._columns.values())
        source = f"lambda rows, many: [{_dictionary(fields)} for {variables}*_, in rows]"
        self._build = eval(source, dict(self._converters))  # noqa: S307 - of names that Python has accepted
        return self

    def read(self, queryset: QuerySet[Any], columns: Sequence[str]) -> tuple[list[Any], list[list[Any]]]:
        """Return the output, or the instances if `supports` is false, with the values of `columns`: a `Reader` of pages.

        Costs one query, and one for each `many`.
        """
        return self._read(queryset, columns) if self.supports(queryset) else read_instances(queryset, columns)

    def supports(self, queryset: QuerySet[Any]) -> bool:
        """Return whether the output is what the ordinary serializer would make of `queryset`."""
        query = queryset.query
        evaluated = queryset._result_cache is not None
        is_plain = queryset.model is self.model and queryset._iterable_class is ModelIterable
        if evaluated or not is_plain or query.combinator or query.distinct:
            return False
        if not self._annotations <= query.annotation_select.keys():
            return False
        chosen = _prefetches(queryset)
        if any(inner.query.is_sliced for inner in chosen.values()) or chosen.keys() - {name for name, *_ in self._many}:
            return False
        return all(plan.supports(_objects(queryset, relation, key)) for relation, key, plan in self._many)

    def _read(self, queryset: QuerySet[Any], columns: Sequence[str]) -> tuple[Compiled, list[list[Any]]]:
        selected = list(dict.fromkeys([*self._columns, *columns]))
        values = list(queryset.prefetch_related(None).values_list(*selected))
        many: list[defaultdict[Any, list[dict[str, Any]]]] = []
        for relation, key, plan in self._many:
            inner = _objects(queryset, relation, key)
            if not getattr(inner, "_db", None) and inner.db != queryset.db:
                inner = inner.using(queryset.db)
            target = selected.index(key.target_field.attname)
            inner = inner.filter(**{f"{key.attname}__in": [row[target] for row in values]})
            many.append(defaultdict(list))
            for output, (owner,) in zip(*plan._read(inner, [key.attname]), strict=True):
                many[-1][owner].append(output)
        indexes = [selected.index(name) for name in columns]
        return Compiled(self._build(values, many)), [[row[index] for index in indexes] for row in values]


def _dictionary(fields: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name!r}: {expression}" for name, expression in fields.items()) + "}"


def _objects(queryset: QuerySet[Any], relation: str, key: "ForeignKey[Any, Any]") -> QuerySet[Any]:
    """Return the queryset of all objects that `relation` may have for the rows of `queryset`."""
    chosen = _prefetches(queryset)
    return chosen[relation] if relation in chosen else key.model._default_manager.all()


def _prefetches(queryset: QuerySet[Any]) -> dict[str, QuerySet[Any]]:
    """Return the querysets by which the prefetches of `queryset` choose the objects of a relation."""
    lookups: Sequence[Any] = queryset._prefetch_related_lookups  # type: ignore[attr-defined]  # not in the stubs
    return {
        lookup.prefetch_to: lookup.queryset
        for lookup in lookups
        if isinstance(lookup, Prefetch) and lookup.queryset is not None and not lookup.to_attr
    }
