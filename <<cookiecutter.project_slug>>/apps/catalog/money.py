"""How prices look to people."""

from decimal import Decimal

from django.utils.formats import number_format


def money_label(amount: Decimal) -> str:
    """Return `amount` as the reader's language writes it: `1,234.50`."""
    return number_format(amount, decimal_pos=2, force_grouping=True)
