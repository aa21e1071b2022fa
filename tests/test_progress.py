"""The order in which tests begin."""

from types import SimpleNamespace
from typing import Any

from progress import WAITING, function_of, long_ones_first


def test_of_what_mostly_waits_one_runs_at_a_time() -> None:
    names = [f"tests/test_proofs.py::{name}" for name in sorted(WAITING)]
    names += [f"tests/test_suites.py::test_suite[{number}]" for number in range(40)]
    seconds = {name: 100.0 if function_of(name) in WAITING else 20.0 for name in names}
    items: list[Any] = [SimpleNamespace(nodeid=name) for name in names]

    long_ones_first(items, seconds, processes=3)

    order = [item.nodeid for item in items]
    assert sorted(order) == sorted(names)
    begun = [number for number, name in enumerate(order) if function_of(name) in WAITING]
    # Two others are busy for the 100 seconds with ten of the others.
    assert begun == [0, 11, 22, 33]
