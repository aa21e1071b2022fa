from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class CatalogConfig(AppConfig):
    name = "apps.catalog"

    def ready(self) -> None:
        """Drop the cached lists of products whenever one changes."""
        from apps.catalog.cache import forget_products_on_commit  # noqa: PLC0415 - models are loaded by now

        for signal in (post_save, post_delete):
            signal.connect(forget_products_on_commit, sender="catalog.Product")
