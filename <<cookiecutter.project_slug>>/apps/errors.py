"""Errors raised by services, independent of HTTP: each API, the admin and the commands present them in their own way."""


class DomainError(Exception):
    """A request that breaks a rule of the domain.

    Args:
        code: identifies the rule in programs, such as `order_not_pending`.
        message: explains it to people.
        field: the path of the input field to blame, such as `items.0.product`.
    """

    def __init__(self, code: str, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.field = field


class NotFound(DomainError):  # noqa: N818 - its usual name, as in Http404
    """An object that does not exist among those the caller may see."""

    def __init__(self, message: str = "Not found.") -> None:
        super().__init__("not_found", message)
