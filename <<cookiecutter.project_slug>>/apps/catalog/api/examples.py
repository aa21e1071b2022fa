"""What the schemas look like filled in, for the OpenAPI document."""

from typing import Any

EXAMPLES: dict[str, Any] = {
    "Product": {"id": 4, "sku": "LAMP-1", "name": "Lamp", "price": "12.50", "available": True},
}
