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
    def validate_by_model(cls, value: Any, info: ValidationInfo) -> Any:
        try:
            if isinstance(value, str):
                ProhibitNullCharactersValidator()(value)
            field = cls.Meta.model._meta.get_field(info.field_name)  # type: ignore[attr-defined]  # noqa: SLF001 - documented
            return value if field.is_relation else field.clean(value, None)
        except (AttributeError, FieldDoesNotExist):
            return value
        except ValidationError as error:
            raise invalid(error.messages[0], error.error_list[0].code) from None


def invalid(message: str, code: str = "invalid") -> PydanticCustomError:
    """Return the error for a value with an error code of the API."""
    return PydanticCustomError("value_error", "{message}", {"message": message, "code": code})
