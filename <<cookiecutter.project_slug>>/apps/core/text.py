"""How values look: in JSON the same on every database and in every framework, and to people."""

from datetime import UTC, datetime
from decimal import Decimal

from django.utils.formats import number_format


def money_text(amount: Decimal) -> str:
    """Return `amount` with two places: `12.50`. SQLite alone would say `12.5`."""
    return f"{amount:.2f}"


def money_label(amount: Decimal) -> str:
    """Return `amount` for people, as their locale writes it: `1,234.50`."""
    return number_format(amount, decimal_pos=2, force_grouping=True)


def parse_time(text: str) -> datetime | None:
    """Return the moment that `text` names in ISO 8601, in UTC, or None if it names none. Without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def time_text(moment: datetime) -> str:
    """Return `moment` (aware) in UTC as ISO 8601 with `Z`: `2026-11-22T08:00:00Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
