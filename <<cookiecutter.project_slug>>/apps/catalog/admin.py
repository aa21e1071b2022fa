"""Admin of products."""

from decimal import Decimal

from django.conf import settings
from django.contrib import admin
from django.utils.formats import number_format
from unfold.admin import ModelAdmin
from unfold.decorators import display

from apps.catalog.models import Product


def money(amount: Decimal) -> str:
    """Return `amount` with its currency, such as "1,234.50 EUR"."""
    return f"{number_format(amount, decimal_pos=2, force_grouping=True)} {settings.CURRENCY}"


@admin.register(Product)
class ProductAdmin(ModelAdmin):
    icon = "sell"
    list_display = ["name", "sku", "shown_price", "available"]
    list_filter = ["available"]
    search_fields = ["name", "sku"]
    search_help_text = "Search by name or SKU"
    show_full_result_count = False

    @display(description="Price", ordering="price")
    def shown_price(self, product: Product) -> str:
        return money(product.price)
