"""What the schemas look like filled in, for the OpenAPI document."""

from typing import Any

EXAMPLES: dict[str, Any] = {
    "NewCustomer": {"name": "Ada", "email": "ada@example.com"},
    "Customer": {"id": 3, "name": "Ada", "email": "ada@example.com", "created_at": "2026-11-22T08:00:00Z"},
    "NewOrder": {
        "customer": 3,
        "shipping_address": "1 High Street, Springfield",
        "items": [{"product": 4, "quantity": 2}],
    },
    "Order": {
        "id": 7,
        "customer": {"id": 3, "name": "Ada"},
        "status": "pending",
        "status_display": "Pending",
        "shipping_address": "1 High Street, Springfield",
        "tracking_number": "",
        "item_count": 1,
        "total": "25.00",
        "items": [
            {
                "id": 9,
                "product": 4,
                "product_name": "Lamp",
                "quantity": 2,
                "unit_price": "12.50",
                "subtotal": "25.00",
            }
        ],
        "created_at": "2026-11-22T08:00:00Z",
    },
    "Shipment": {"tracking_number": "1Z999AA10123456784"},
}
