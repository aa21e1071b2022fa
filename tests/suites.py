"""The generated projects' own tests, and the proofs: run, kept while nothing they depend on changes, and reported on."""

import json
import os
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from baking import CACHE, digest
from environment import Ended, Environment
from files import contents
from options import Variant
from running import clean_environment
from workshop import COMPILED

PROPERTY = "suite"
TESTS = ("::test_its_own_tests_pass", "::test_the_proofs_hold")

# Passed suites, each under a name that follows from all it depends on.
KEPT = CACHE / "suites"


@dataclass(frozen=True)
class Suite:
    """What one run of a generated project's own tests came to."""

    variant: str
    database: str
    tests: int
    seconds: float
    cpu: float
    passed: bool
    command: str
    output: str = ""
    again: bool = False

    def line(self, width: int) -> str:
        """Return this as a line of a table whose first column is ``width`` wide."""
        result = "FAILED" if not self.passed else "passed before" if self.again else "passed"
        return f"{self.variant:{width}}  {self.database:18}  {self.tests:5}  {self.seconds:7.1f}  {self.cpu:7.1f}  {result}"

    @property
    def failures(self) -> list[str]:
        """The lines of the output that name a test that failed and why."""
        return [line for line in self.output.splitlines() if line.startswith(("FAILED ", "ERROR "))]

    def as_property(self) -> tuple[str, dict[str, Any]]:
        """Return this as a property of a test's report, which travels between processes."""
        return PROPERTY, asdict(replace(self, output="\n".join(self.failures)))


def run_suite(
    project: Path, environment: Environment, *arguments: str, env: Mapping[str, str] | None = None
) -> tuple[bool, int, Ended]:
    """Run the tests of ``project`` as its owner would; return whether they pass, how many there are, the rest."""
    ended = environment.nursery.run(
        *("pytest", "-q", "-n0", "--junitxml=suite.xml", "-p", "no:cacheprovider", "-p", "no:schemathesis"),
        *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # of what the nursery has imported
        f"--basetemp={project.with_name('tmp')}",  # or pytest tidies up what every other run left
        *arguments,
        cwd=project,
        # What Python compiles is kept: see workshop.py.
        env=clean_environment(PYTHONDONTWRITEBYTECODE="", **(env or {})),
    )
    return ended.status == 0, number_of_tests(project / "suite.xml"), ended


def number_of_tests(junit: Path) -> int:
    """Return how many tests the file ``junit`` tells of; without the file it is none."""
    if not junit.exists():
        return 0
    root = ET.parse(junit).getroot()  # noqa: S314 - written by pytest a moment ago
    return sum(int(suite.get("tests", 0)) for suite in root.iter("testsuite"))


def outcome(
    variant: Variant,
    database: str,
    project: Path,
    environment: Environment,
    *arguments: str,
    env: Mapping[str, str],
    fresh: bool,
) -> Suite:
    """Run tests in ``project``; unless ``fresh``, what passed with the same content need not run again."""
    parts = [" ".join(arguments).encode(), database.encode(), environment.folder.name.encode(), content(project)]
    kept = KEPT / f"{digest(*parts)}.json"
    if kept.exists() and not fresh:
        return replace(Suite(**json.loads(kept.read_text("utf-8"))), variant=variant.id, again=True)
    passed, tests, ended = run_suite(project, environment, *arguments, env=env)
    suite = Suite(variant.id, database, tests, ended.seconds, ended.cpu, passed, variant.command, ended.output)
    if passed:
        KEPT.mkdir(parents=True, exist_ok=True)
        written = kept.with_suffix(f".{os.getpid()}")
        written.write_text(json.dumps(suite.as_property()[1]), "utf-8")
        written.replace(kept)
    return suite


def content(project: Path) -> bytes:
    """Return a name for the content of ``project``, but for its secrets and what Python compiled."""
    written = {name: text for name, text in contents(project).items() if COMPILED not in Path(name).parts}
    return digest(*(part for name, text in written.items() for part in (name.encode(), text))).encode()


def is_suite(name: str) -> bool:
    """Tell whether the test of that name runs a suite."""
    return any(test in name for test in TESTS)


class SuiteReport:
    """The pytest plugin that collects suites from the reports of the tests that ran them."""

    def __init__(self, config: pytest.Config) -> None:
        """Write to the terminal of ``config``."""
        self._config = config
        self._suites: list[Suite] = []
        self._expected: set[str] = set()
        self._start = time.monotonic()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn how many suites there will be, where one process runs them."""
        self._expected.update(item.nodeid for item in session.items if is_suite(item.nodeid))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Learn how many suites there will be, where workers run them."""
        self._expected.update(filter(is_suite, ids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write a line for each suite as soon as it is done."""
        for name, value in report.user_properties if report.when == "call" else ():
            if name == PROPERTY:
                suite = Suite(**value)  # type: ignore[arg-type] # pytest says object
                self._suites.append(suite)
                terminal = self._config.pluginmanager.get_plugin("terminalreporter")
                if terminal:
                    minutes, seconds = divmod(int(time.monotonic() - self._start), 60)
                    terminal.ensure_newline()
                    terminal.write_line(
                        f"{minutes:3}:{seconds:02} {len(self._suites):4}/{len(self._expected)}  {suite.line(0)}"
                    )
                    for failure in suite.failures:
                        terminal.write_line(f"              {failure}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the table, the failures first and with the commands that generate them."""
        if not self._suites:
            return
        terminalreporter.section("the generated projects' own tests")
        width = max(len(suite.variant) for suite in self._suites)
        terminalreporter.write_line(f"{'variant':{width}}  {'database':18}  tests  seconds      cpu  result")
        for suite in sorted(self._suites, key=lambda suite: (suite.passed, suite.variant)):
            terminalreporter.write_line(suite.line(width))
        for database in sorted({suite.database for suite in self._suites}):
            suites = [suite for suite in self._suites if suite.database == database]
            passed = sum(suite.passed for suite in suites)
            ran = sum(suite.cpu for suite in suites if not suite.again)
            terminalreporter.write_line(
                f"{database}: {passed} of {len(suites)} passed, {sum(suite.again for suite in suites)} of them before; "
                f"{sum(suite.tests for suite in suites)} tests, {ran:.0f} seconds of CPU"
            )
        terminalreporter.write_line(f"all tests: {time.monotonic() - self._start:.0f} seconds")
        for suite in self._suites:
            if not suite.passed:
                terminalreporter.write_line(f"to generate it: {suite.command}")
                for failure in suite.failures:
                    terminalreporter.write_line(f"  {failure}")
