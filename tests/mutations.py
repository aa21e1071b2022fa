"""Mistakes to make in the template on purpose, and a table of what found each."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

PROPERTY = "mutation"

type Check = Callable[..., None]


@dataclass(frozen=True)
class Mutation:
    """A mistake in one of the template's files, and the check that is to find it."""

    mistake: str
    path: str
    old: str
    new: str
    answers: dict[str, str]
    check: Check
    # A word of what the check has to say: it may not fail for any other reason.
    found: str

    def make(self, text: str) -> str:
        """Return ``text``, that of the file, with the mistake in it."""
        assert not self.old or text.count(self.old) == 1, f"{self.path} does not have once: {self.old}"
        return text.replace(self.old, self.new) if self.old else text + self.new


class MutationReport:
    """The pytest plugin that tells what found each mistake."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rows: list[tuple[str, str, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect from the reports of the tests that made the mistakes."""
        for name, value in report.user_properties if report.when == "call" else ():
            if name == PROPERTY and isinstance(value, list | tuple):
                mistake, check = value
                self._rows.append((str(mistake), str(check), "found" if report.passed else "MISSED"))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the table."""
        if not self._rows:
            return
        terminalreporter.section("mistakes made on purpose")
        widths = [max(len(row[column]) for row in self._rows) for column in range(2)]
        for mistake, check, result in sorted(self._rows):
            terminalreporter.write_line(f"{mistake:{widths[0]}}  {check:{widths[1]}}  {result}")
        found = sum(result == "found" for *_, result in self._rows)
        terminalreporter.write_line(f"{found} of {len(self._rows)} found")
