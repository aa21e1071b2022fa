"""The APIs that the contract is tested against: whatever `config.urls` mounts under /api/."""

from django.urls import URLResolver

from config.urls import urlpatterns

ROOTS = [
    f"/{entry.pattern}"
    for entry in urlpatterns
    if isinstance(entry, URLResolver) and str(entry.pattern).startswith("api/")
]
