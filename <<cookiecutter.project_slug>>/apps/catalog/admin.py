"""Admin of products."""

from django.contrib import admin
from unfold.admin import ModelAdmin
from unfold.decorators import display

from apps.catalog.models import Product
from apps.catalog.money import money


@admin.register(Product)
class ProductAdmin(ModelAdmin):
    list_display = ["name", "sku", "shown_price", "available"]
    list_filter = ["available"]
    search_fields = ["name", "sku"]
    search_help_text = "Search by name or SKU"
    show_full_result_count = False

    @display(description="Price", ordering="price")
    def shown_price(self, product: Product) -> str:
        return money(product.price)
