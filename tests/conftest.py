"""Fixtures of the template's tests, the choice of variants, and the report on them."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from baking import ASKED, CACHE, Bakery, forget_others, template_digest
from environment import Environment
from mutations import MutationReport
from options import (
    ALL_VARIANTS,
    FUNCTIONAL_VARIANTS,
    ROOT,
    Variant,
    conditions,
    cover,
    matching,
    one_for_each,
    reproducing_command,
)
from progress import Progress, long_ones_first, read
from proving import PROOFS
from suites import SuiteReport

if TYPE_CHECKING:
    from pytest_cookies.plugin import Cookies

DURATIONS = CACHE / "durations.json"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what chooses variants."""
    parser.addoption(
        "--where",
        default="",
        metavar="ANSWERS",
        help="only the variants with these answers, such as api=drf,use_example=no",
    )
    parser.addoption(
        "--full",
        action="store_true",
        help="costly tests too for every variant, not for a few in which every pair of answers occurs",
    )
    parser.addoption(
        "--fresh",
        action="store_true",
        help="run again what passed before with the same content, as CI does",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are cores: now and then each waits for a server or a worker it started."""
    return (os.cpu_count() or 1) + 1


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each variant, if it has an argument for one; a costly test for a cover of them."""
    where, full = metafunc.config.getoption("--where"), metafunc.config.getoption("--full")
    costly = metafunc.definition.get_closest_marker("costly")
    once_for = metafunc.definition.get_closest_marker("once_for")
    for argument, variants in (
        ("variant", ALL_VARIANTS),
        ("functional_variant", FUNCTIONAL_VARIANTS),
    ):
        if argument in metafunc.fixturenames:
            try:
                chosen = matching(variants, where)
            except ValueError as error:
                raise pytest.UsageError(f"--where: {error}") from error
            if costly and not where and not full:
                chosen = cover(chosen)
            if once_for:
                chosen = matching(chosen, once_for.kwargs.get("where", ""))
            if once_for and not where and not full:
                but = once_for.kwargs.get("but")
                without = one_for_each(chosen, but) if but else []
                chosen = one_for_each([variant for variant in chosen if variant not in without], once_for.args)
            metafunc.parametrize(argument, chosen, ids=lambda variant: variant.id)


def pytest_configure(config: pytest.Config) -> None:
    """Forget the bakes of older templates and report on suites: once, not in every worker."""
    if not hasattr(config, "workerinput"):
        forget_others(CACHE / "bakes" / template_digest())
        forget_others(CACHE / "proofs" / template_digest(str(PROOFS.relative_to(ROOT))))
        config.pluginmanager.register(Progress(config, DURATIONS))
        config.pluginmanager.register(SuiteReport(config))
        config.pluginmanager.register(MutationReport())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long."""
    long_ones_first(items, read(DURATIONS), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def pytest_runtest_setup() -> None:
    """Begin a test's list of answers asked for."""
    ASKED.clear()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report what is to stay small, without a limit: rather a line more than one that nobody can read."""
    hooks = [*(ROOT / "hooks").glob("*.py"), *ROOT.glob("*.py")]
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in hooks)
    terminalreporter.write_line(f"conditions in the skeleton: {conditions()}; lines of hooks and extensions: {lines}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure the commands that generate the projects it was about."""
    report = yield
    if report.failed:
        commands = dict.fromkeys(map(reproducing_command, ASKED))
        report.sections.append(("The projects of this test", "\n".join(commands)))
    return report


@pytest.fixture(scope="session")
def bake(cookies_session: "Cookies") -> Bakery:
    """Bake projects: ``bake(answers)`` returns a folder to read, not to change."""
    return Bakery(cookies_session, template_digest())


@pytest.fixture(scope="session")
def environment() -> Iterator[Environment]:
    """The environment that the tools and tests of every variant run in."""
    environment = Environment()
    yield environment
    environment.end()


@pytest.fixture(scope="session")
def fresh(pytestconfig: pytest.Config) -> bool:
    """Whether what passed before with the same content is to run again."""
    return bool(pytestconfig.getoption("--fresh") or "CI" in os.environ)


@pytest.fixture
def baked(variant: Variant, bake: Bakery) -> Path:
    """The project of ``variant``, to read, not to change."""
    return bake(dict(variant.answers))


@pytest.fixture
def functional_baked(functional_variant: Variant, bake: Bakery) -> Path:
    """The project of ``functional_variant``, to read, not to change."""
    return bake(dict(functional_variant.answers))
