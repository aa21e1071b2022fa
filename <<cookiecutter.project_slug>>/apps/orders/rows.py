from typing import Any

from apps.api.querysets import RowQuerySet
from apps.api.text import money_text, time_text


def customer_row(customer: Any) -> dict[str, Any]:
    return {
        "id": customer.pk,
        "name": customer.name,
        "email": customer.email,
        "created_at": time_text(customer.created_at),
    }


def order_row(order: Any) -> dict[str, Any]:
    return {
        "id": order.pk,
        "customer": {"id": order.customer_id, "name": order.customer.name},
        "status": str(order.status),
        "status_display": order.get_status_display(),
        "shipping_address": order.shipping_address,
        "tracking_number": order.tracking_number,
        "item_count": order.item_count,
        "total": money_text(order.total),
        "items": [
            {
                "id": item.pk,
                "product": item.product_id,
                "product_name": item.product.name,
                "quantity": item.quantity,
                "unit_price": money_text(item.unit_price),
                "subtotal": money_text(item.subtotal),
            }
            for item in order.items.all()
        ],
        "created_at": time_text(order.created_at),
    }


class LegacyRows(RowQuerySet[Any, Any]):
    def newest_first(self) -> Any:
        return self.order_by("-created_at", "-id")

    def matching(
        self, *, status: Any = None, customer: Any = None, created_after: Any = None, created_before: Any = None
    ) -> Any:
        filters = {
            "status": status,
            "customer_id": customer,
            "created_at__gt": created_after,
            "created_at__lt": created_before,
        }
        return self.filter(**{name: value for name, value in filters.items() if value is not None})

    def rows(self) -> list[Any]:
        if self.model.__name__ == "Customer":
            return [customer_row(customer) for customer in self]
        return [order_row(order) for order in self.with_details()]  # type: ignore[attr-defined]
