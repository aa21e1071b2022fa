"""The APIs that the contract is tested against: whatever `config.urls` mounts under /api/."""

import sys
from typing import Any

from django.urls import URLResolver

from config.urls import urlpatterns

ROOTS = [
    f"/{entry.pattern}"
    for entry in urlpatterns
    if isinstance(entry, URLResolver) and str(entry.pattern).startswith("api/")
]

# Django Ninja's throttles live as long as the process, and know their rate from its start.
LASTING_THROTTLES: list[Any] = list(getattr(getattr(sys.modules.get("config.api_ninja"), "api", None), "throttle", []))
