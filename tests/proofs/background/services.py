"""Services that only these tests have."""


def do_as_told(*, order_id: int) -> None:
    """Do what the task of this name is told."""


def do_alone() -> None:
    """Do what no task wraps."""
