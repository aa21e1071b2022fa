"""Building blocks for Ninja schemas."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.timezone import is_naive, make_aware
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, PlainSerializer, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError


class Input(Schema):
    """A request body: unknown fields are errors, and fields of a `Meta.model` must pass the model's own validation."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def validate_as_the_model(cls, value: Any, info: ValidationInfo) -> Any:
        """Return `value` as the model's field cleans it: with its choices, validators, and neither null nor blank."""
        try:
            if isinstance(value, str):
                ProhibitNullCharactersValidator()(value)
            field = cls.Meta.model._meta.get_field(info.field_name)  # type: ignore[attr-defined]  # of a ModelSchema
            return value if field.is_relation else field.clean(value, None)
        except (AttributeError, FieldDoesNotExist):
            return value
        except ValidationError as error:
            raise invalid(error.messages[0], error.error_list[0].code) from None


def invalid(message: str, code: str | None = None) -> PydanticCustomError:
    """Return pydantic's error for a value, with an error code of the API."""
    return PydanticCustomError("value_error", "{message}", {"message": message, "code": code})


def _in_utc(value: datetime) -> datetime:
    try:
        return (make_aware(value) if is_naive(value) else value).astimezone(UTC)
    except OverflowError:
        raise invalid("Date and time out of range.") from None


def _two_places(value: Decimal) -> str:
    return f"{value:.2f}"


# A date and time of a query string, in the current time zone where it names none.
DateTime = Annotated[datetime, AfterValidator(_in_utc)]
# A computed amount. Columns keep their own number of places.
Money = Annotated[Decimal, PlainSerializer(_two_places, return_type=str)]


class FieldErrorOut(Schema):
    field: str
    code: str
    detail: str


class ErrorOut(Schema):
    """The body of every error."""

    detail: str
    code: str
    errors: list[FieldErrorOut]
    request_id: str = ""
