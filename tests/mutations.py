"""Mistakes to make in the template on purpose, and a table of what found each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from options import SKELETON

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

    def make(self, template: Path) -> None:
        """Make the mistake in the folder ``template``; ``path`` is in the skeleton unless the template has it."""
        file = template / self.path if (template / self.path).exists() else template / SKELETON.name / self.path
        if not self.old:
            file.parent.mkdir(exist_ok=True)
            text = file.read_text("utf-8") if file.exists() else ""
            file.write_text(text + self.new, "utf-8")
            return
        text = file.read_text("utf-8")
        assert text.count(self.old) == 1, f"{self.path} does not have once: {self.old}"
        file.write_text(text.replace(self.old, self.new), "utf-8")


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
