"""How values look in JSON and in addresses, the same on every database and in every framework."""

from datetime import UTC, datetime
from decimal import Decimal


def money_text(amount: Decimal) -> str:
    """Return `amount` with two places: `12.50`. SQLite alone would say `12.5`."""
    return f"{amount:.2f}"


def time_text(moment: datetime) -> str:
    """Return `moment` (aware) in UTC as ISO 8601 with `Z`: `2026-11-22T08:00:00Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def time_from(text: str) -> datetime:
    """Return the moment that `text` says in ISO 8601, in UTC; it is UTC already if there is no offset.

    Raises:
        ValueError: it says no moment that can be kept.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


def is_storable(text: str) -> bool:
    """Return whether databases can keep `text`: PostgreSQL refuses NUL, and half a surrogate pair is no UTF-8."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)
