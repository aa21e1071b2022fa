"""Amounts of money for people to read."""

from decimal import Decimal

from django.conf import settings
from django.utils.formats import number_format


def money(amount: Decimal) -> str:
    """Return `amount` with its currency, such as "1,234.50 EUR"."""
    return f"{number_format(amount, decimal_pos=2, force_grouping=True)} {settings.CURRENCY}"
