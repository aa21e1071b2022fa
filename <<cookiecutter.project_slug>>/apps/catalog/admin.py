"""Admin of products."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from apps.catalog.models import Product


@admin.register(Product)
class ProductAdmin(ModelAdmin):
    list_display = ["name", "sku", "price", "available"]
    list_filter = ["available"]
    search_fields = ["name", "sku"]
    search_help_text = "Search by name or SKU"
    show_full_result_count = False
