"""Report on the generated projects' own test suites: a line when one is done, a table at the end."""

from dataclasses import asdict, dataclass
from typing import Any

import pytest

PROPERTY = "suite"


@dataclass(frozen=True)
class Suite:
    """What one run of a generated project's own tests came to."""

    variant: str
    database: str
    tests: int
    seconds: float
    passed: bool
    command: str

    def line(self, width: int) -> str:
        """Return this as a line of a table whose first column is ``width`` wide."""
        result = "passed" if self.passed else "FAILED"
        return f"{self.variant:{width}}  {self.database:10}  {self.tests:5}  {self.seconds:7.1f}  {result}"

    def property(self) -> tuple[str, dict[str, Any]]:
        """Return this as a property of a test's report, which travels between processes."""
        return PROPERTY, asdict(self)


class SuiteReport:
    """The pytest plugin that collects suites from the reports of the tests that ran them."""

    def __init__(self, config: pytest.Config) -> None:
        """Write to the terminal of ``config``."""
        self._config = config
        self._suites: list[Suite] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write a line for each suite as soon as it is done."""
        for name, value in report.user_properties if report.when == "call" else ():
            if name == PROPERTY:
                suite = Suite(**value)  # type: ignore[arg-type] # pytest says object
                self._suites.append(suite)
                terminal = self._config.pluginmanager.get_plugin("terminalreporter")
                if terminal:
                    terminal.ensure_newline()
                    terminal.write_line(f"{len(self._suites):4}  {suite.line(0)}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the table, the failures last and with the commands that generate them."""
        if not self._suites:
            return
        terminalreporter.section("the generated projects' own tests")
        width = max(len(suite.variant) for suite in self._suites)
        terminalreporter.write_line(f"{'variant':{width}}  database    tests  seconds  result")
        for suite in sorted(self._suites, key=lambda suite: (not suite.passed, suite.variant)):
            terminalreporter.write_line(suite.line(width))
        for suite in self._suites:
            if not suite.passed:
                terminalreporter.write_line(f"to generate it: {suite.command}")
