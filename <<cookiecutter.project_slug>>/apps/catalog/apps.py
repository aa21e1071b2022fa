from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "apps.catalog"

    def ready(self) -> None:
        """Let the cache hear of changes to products."""
        from apps.catalog.models import PRODUCTS, Product  # noqa: PLC0415 - models are loaded by now

        PRODUCTS.forget_when_changed(Product)
