"""Base schema and field types of Ninja schemas."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BigIntegerField, QuerySet
from django.utils.timezone import is_naive, make_aware
from ninja import Field, Schema
from ninja import FilterSchema as NinjaFilterSchema
from pydantic import AfterValidator, ConfigDict, PlainSerializer, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError


class Input(Schema):
    """A request body: unknown fields are errors, and fields of `Meta.model` must pass the model's own validation."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def clean_as_model_field(cls, value: Any, info: ValidationInfo) -> Any:
        """Return `value` as the model's field cleans it, with its choices and validators; neither null nor blank."""
        if isinstance(value, str) and "\0" in value:
            raise invalid("Null characters are not allowed.")
        try:
            field = cls.Meta.model._meta.get_field(info.field_name)  # type: ignore[attr-defined]  # noqa: SLF001 - public
            return value if field.is_relation else field.clean(value, None)
        except (AttributeError, FieldDoesNotExist):
            return value
        except ValidationError as error:
            raise invalid(error.messages[0], error.error_list[0].code) from None


class FilterSchema(NinjaFilterSchema):
    """Ninja's FilterSchema; a request that filters by nothing leaves the queryset as it is, which saves a copy of it."""

    def filter[Q: QuerySet[Any]](self, queryset: Q) -> Q:
        return super().filter(queryset) if self.model_fields_set or filters_by_default(type(self)) else queryset


@cache
def filters_by_default(schema: type[NinjaFilterSchema]) -> bool:
    """Return whether `schema` filters, or may filter, when the request gives none of its values."""
    has_own = schema.custom_expression is not NinjaFilterSchema.custom_expression
    return has_own or bool(schema().get_filter_expression())


def invalid(message: str, code: str | None = "invalid") -> PydanticCustomError:
    """Return the error for a wrong value, with a code of the API."""
    return PydanticCustomError("value_error", "{message}", {"message": message, "code": code})


def _in_utc(value: datetime) -> datetime:
    try:
        return (make_aware(value) if is_naive(value) else value).astimezone(UTC)
    except OverflowError:
        raise invalid("Date and time out of range.") from None


def two_places(value: Decimal) -> str:
    """Return an amount of money as text."""
    return f"{value:.2f}"


# The id of an object, within what the database can hold.
Id = Annotated[int, Field(ge=1, le=BigIntegerField.MAX_BIGINT)]
# A date and time in a query string; in the current time zone if it names none.
DateTime = Annotated[datetime, AfterValidator(_in_utc)]
# A computed amount of money, as text with two places.
MONEY = PlainSerializer(two_places, return_type=str)
Money = Annotated[Decimal, MONEY]
