"""Compiled lists of Django REST framework serializers."""

from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from typing import Any, Self

from django.core.checks import CheckMessage, Info, register
from django.db import models
from rest_framework import ISO_8601, serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.schemas.generators import EndpointEnumerator
from rest_framework.settings import api_settings

from apps.api.compiled import Compiled, Convert, NotCompilable, Plan, Source, resolve, reverse_key
from apps.api.pagination import Page, Reader, paginate, read_instances

# Fields whose output is a function of a single column.
SIMPLE_FIELDS = (
    serializers.BooleanField,
    serializers.CharField,
    serializers.ChoiceField,
    serializers.DateField,
    serializers.DateTimeField,
    serializers.DecimalField,
    serializers.DurationField,
    serializers.FloatField,
    serializers.IntegerField,
    serializers.JSONField,
    serializers.TimeField,
    serializers.UUIDField,
)


# What decides the output of a serializer, and of a field.
SERIALIZER_METHODS = [
    *("__new__", "__init__", "fields", "_readable_fields", "to_representation"),
    *(name for name in dir(serializers.ModelSerializer) if name.startswith(("build_", "get_", "include_"))),
]
FIELD_METHODS = ["get_attribute", "to_representation", "enforce_timezone", "quantize"]


class LazyPage(Sequence[Any]):
    """A page that the serializer of its results loads: as output, or as the instances that everybody else gets."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._load = partial(paginate, *args, **options)

    def read(self, read: Reader) -> list[Any]:
        """Return the results that `read` loads."""
        self._page = self._load(read=read)
        return self._page.results

    @property
    def results(self) -> Self:
        return self

    @property
    def next(self) -> str | None:
        return self._page.next

    @property
    def previous(self) -> str | None:
        return self._page.previous

    @cached_property
    def _page(self) -> Page:
        return self._load()

    @cached_property
    def _instances(self) -> list[Any]:
        return self.read(read_instances)

    def __len__(self) -> int:
        return len(self._instances)

    def __getitem__(self, index: Any) -> Any:
        return self._instances[index]


class CompiledListSerializer(serializers.ListSerializer[Any]):
    """A list that takes its output straight from the database where the serializer of its objects can be compiled."""

    def to_representation(self, data: Any) -> Any:
        child: Any = self.child
        if "fields" not in vars(child):  # or somebody has changed them
            if isinstance(data, LazyPage):
                data = data.read(reader_of(child.__class__))
            elif isinstance(data, models.QuerySet):
                data, _ = reader_of(child.__class__)(data, [])
        return data if isinstance(data, Compiled) else super().to_representation(data)


@lru_cache(1000)  # a class may be made for each request
def reader_of(serializer_class: Any) -> Reader:
    """Return how lists of this serializer are loaded: as output or, if they cannot be compiled, as instances."""
    try:
        return compile_serializer(serializer_class).read
    except NotCompilable:
        return read_instances


def compile_serializer(serializer_class: type[serializers.BaseSerializer[Any]]) -> Plan:
    """Return the plan for lists of a ModelSerializer. Raises NotCompilable, which names the field."""
    meta: Any = getattr(serializer_class, "Meta", None)
    if getattr(meta, "list_serializer_class", None) is not CompiledListSerializer:
        raise NotCompilable(f"{serializer_class.__name__} is no ModelSerializer of apps.api.drf with their lists")
    plan = Plan(meta.model)
    return plan.finish(_expressions(plan, serializer_class(), meta.model))


@register
def compiled_lists(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Name the field that keeps a list from being compiled."""
    found: dict[type, CheckMessage] = {}
    for _, _, callback in EndpointEnumerator().get_api_endpoints():
        view = callback.cls
        try:
            if issubclass(view, ListModelMixin) and view.serializer_class:
                compile_serializer(view.serializer_class)
        except NotCompilable as error:
            hint = "The list is right, but takes several times as long. Declare the value as a column or annotation."
            found[view] = Info(f"Its list is not compiled: {error}.", hint, view, "api.I001")
    return list(found.values())


def _expressions(plan: Plan, serializer: Any, model: type[models.Model], prefix: str = "") -> dict[str, str]:
    _require_stock(serializer, SERIALIZER_METHODS)
    expressions = {}
    for name, field in serializer.fields.items():
        if not field.write_only:
            try:
                expressions[name] = _expression(plan, field, model, prefix)
            except NotCompilable as error:
                raise NotCompilable(f"{name}: {error}") from None
    return expressions


def _expression(plan: Plan, field: Any, model: type[models.Model], prefix: str) -> str:
    _require_stock(field, FIELD_METHODS)
    if isinstance(field, serializers.ListSerializer):
        relation = str(field.source)
        key = reverse_key(plan.model, prefix + relation)
        inner = Plan(key.model)
        return plan.many(relation, key, inner.finish(_expressions(inner, field.child, key.model)))
    if not field.source_attrs:
        raise NotCompilable(f"{type(field).__name__} takes the whole object")
    source = resolve(model, field.source_attrs, prefix)
    is_serializer = isinstance(field, serializers.Serializer)
    if source.optional and (is_serializer or field.default is not serializers.empty or not field.allow_null):
        advice = "" if is_serializer else "; declare allow_null=True and no default"
        raise NotCompilable(f"a relation on the way to it may be missing{advice}")
    if type(field) is serializers.PrimaryKeyRelatedField and field.pk_field is None:
        return plan.value(source.path)
    if isinstance(source.field, models.ForeignKey):
        if is_serializer:
            prefix += field.source.replace(".", "__") + "__"
            return plan.one(source.path, _expressions(plan, field, source.field.related_model, prefix))
    elif isinstance(field, SIMPLE_FIELDS):
        return plan.value(source.path, _convert(field, source))
    raise NotCompilable(f"{type(field).__name__} has no compiled form")


def _convert(field: Any, source: Source) -> Convert | None:
    """Return what gives the same output as the field's own method, which is slow for the most common types."""
    own: Convert = field.to_representation
    column, label = source.field, source.convert
    if label is not None:
        return lambda value: own(label(value))
    if isinstance(field, serializers.DecimalField) and field.decimal_places is not None:
        as_text = getattr(field, "coerce_to_string", api_settings.COERCE_DECIMAL_TO_STRING)
        if as_text and not (field.localize or field.normalize_output or field.rounding):
            places = f".{field.decimal_places}f"
            return lambda value: format(value, places) if type(value) is Decimal else own(value)
    in_utc = isinstance(column, models.DateTimeField) and getattr(field, "timezone", None) is UTC
    if in_utc and getattr(field, "format", api_settings.DATETIME_FORMAT) == ISO_8601:
        return lambda value: value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if hasattr(column, "from_db_value"):
        return own
    is_text = isinstance(field, serializers.CharField) and isinstance(column, models.CharField | models.TextField)
    is_number = isinstance(field, serializers.IntegerField) and isinstance(column, models.IntegerField)
    return None if is_text or is_number else own


def _require_stock(instance: Any, names: Sequence[str]) -> None:
    """Raise NotCompilable if what has one of these names is not DRF's, or this module's, own."""
    for owner in type(instance).__mro__:
        if owner.__module__ not in {__name__, "builtins"} and not owner.__module__.startswith("rest_framework."):
            for name in vars(owner).keys() & set(names):
                raise NotCompilable(f"{type(instance).__name__} overrides {name}")
