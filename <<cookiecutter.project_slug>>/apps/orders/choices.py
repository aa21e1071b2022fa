"""Choices of order fields, and the rules between them."""

from django.db import models


class OrderStatus(models.TextChoices):
    PENDING = "pending", "Pending"
    CONFIRMED = "confirmed", "Confirmed"
    SHIPPED = "shipped", "Shipped"
    CANCELLED = "cancelled", "Cancelled"


# The statuses from which an order may change to each status, and the error for any other.
TRANSITIONS = {
    OrderStatus.CONFIRMED: ({OrderStatus.PENDING}, ("order_not_pending", "Only pending orders can be confirmed.")),
    OrderStatus.SHIPPED: ({OrderStatus.CONFIRMED}, ("order_not_confirmed", "Only confirmed orders can be shipped.")),
    OrderStatus.CANCELLED: (
        {OrderStatus.PENDING, OrderStatus.CONFIRMED},
        ("order_not_cancellable", "Only pending or confirmed orders can be cancelled."),
    ),
}
