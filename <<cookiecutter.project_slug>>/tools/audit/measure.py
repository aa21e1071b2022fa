"""Requests to every page at growing numbers of rows, and what their statements tell."""

import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.admin import ModelAdmin
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import Error, models, transaction
from django.test import Client
from django.test.runner import DiscoverRunner
from django.test.utils import setup_test_environment

from tools.audit.findings import Finding, Report, Sample
from tools.audit.pages import Objects, Page, pages
from tools.audit.plans import missing_indexes, sequential_scans
from tools.audit.recorder import Recorder, Statement

LAST = 30  # times the first number of rows: more than a page of any list
WIDE = (models.TextField, models.JSONField, models.BinaryField)


class Made:
    """Objects that the factories of the project's tests make, their owner and an admin."""

    def __init__(self) -> None:
        from tests.walks import objects  # noqa: PLC0415 - not every project has it

        self.factories, self.number = objects, 1
        self.user = objects.make(get_user_model())
        self.admin = objects.make(get_user_model(), is_staff=True, is_superuser=True)
        objects.make_everything(self.user)
        self.objects: Objects = {}
        for model in objects.factories():
            path = objects.path_to_user(model)
            found = model._default_manager.filter(**({path: self.user} if path else {})).first()
            self.objects |= {model: found} if found else {}

    def grow(self, number: int) -> None:
        """Make up to `number` objects of every kind that the user owns, and as many for the first of each kind."""
        for _ in range(self.number, number):
            self.factories.make_everything(self.user)
            for model, factory in self.factories.factories().items():
                path = self.factories.path_to_user(model)
                for key in model._meta.concrete_fields:
                    parent = self.objects.get(key.related_model) if isinstance(key, models.ForeignKey) else None
                    if parent and not key.unique and key.related_model is not get_user_model():
                        owner = {path: self.user} if path and path.split("__")[0] != key.name else {}
                        factory.create(**{key.name: parent}, **owner)
        self.number = number


class Current:
    """The first objects of the current database, a user of that name or else a superuser, and a superuser."""

    def __init__(self, name: str) -> None:
        users = get_user_model()._default_manager
        self.admin = users.filter(is_superuser=True).earliest("pk")
        self.user = users.get_by_natural_key(name) if name else self.admin
        self.objects: Objects = {one: row for one in apps.get_models() if (row := one._default_manager.first())}

    def grow(self, number: int) -> None:
        """Leave the database as it is."""


@contextmanager
def database(*, current: bool) -> Iterator[None]:
    """Run the block in a transaction that is rolled back: in the current database, or else in an empty one."""
    setup_test_environment()
    warnings.simplefilter("ignore")  # of migrations, which the tests judge
    with ExitStack() as stack:
        if not current:
            runner = DiscoverRunner(verbosity=0, interactive=False)
            stack.callback(runner.teardown_databases, runner.setup_databases())
        stack.enter_context(transaction.atomic())
        yield
        transaction.set_rollback(True)


def client_of(user: Any, *, by_session: bool) -> Client:
    """Return a client of `user`: of the admin by session, of an API as its tests authenticate."""
    client = Client(raise_request_exception=False)
    try:
        from tests.authentication import authenticate_somehow  # noqa: PLC0415 - not every project has it
    except ImportError:
        by_session = True
    client.force_login(user) if by_session else authenticate_somehow(client, user)
    return client


def measure(root: Path, report: Report, *, rows: int, current: bool, user: str) -> Iterator[Finding]:
    """Yield what requests to every endpoint and admin page show, and add their samples to the report."""
    with database(current=current):
        made = Current(user) if current else Made()
        admin, client = client_of(made.admin, by_session=True), client_of(made.user, by_session=False)
        recorded: dict[Page, list[Recorder]] = {page: [] for page in pages(root, report.unseen)}
        sizes = [0] if current else [rows, 2 * rows, LAST * rows]
        for number in sizes:
            made.grow(number)
            for page, recorders in recorded.items():
                recorder = Recorder(root, (page.file, page.line))
                sender = admin if isinstance(page.view, ModelAdmin) else client
                answer = request(page.url(made.objects), sender, number, recorder)
                if isinstance(answer, Sample):
                    recorders.append(recorder)
                    report.samples.setdefault(page.path, []).append(answer)
                elif answer:
                    report.unseen.append(f"GET {page.path}: {answer}")
        for page, recorders in recorded.items():
            if len(recorders) == len(sizes):
                yield from growth(page, recorders, report.samples[page.path], rows)
                yield from unused_columns(page, recorders[-1])
                yield from sequential_scans(page, recorders[-1], current=current)
                yield from missing_indexes(page, recorders[-1])
    report.seen.append(f"{sum(map(bool, recorded.values()))} endpoints and admin pages")
    report.unseen[:] = dict.fromkeys(report.unseen)


def request(url: str, client: Client, rows: int, recorder: Recorder) -> Sample | str:
    """Send a request twice, the first to fill caches of the process, and return what the second cost, or why not."""
    if not url:
        return "no object for it, add a factory of its model"
    try:
        with transaction.atomic():
            client.get(url)
            cache.clear()
            start = time.perf_counter()
            with recorder.recording():
                response: Any = client.get(url)
                size = sum(map(len, response.streaming_content if response.streaming else [response.content]))
            milliseconds = (time.perf_counter() - start) * 1000
    except Error as error:
        return repr(error)
    if response.status_code == 200:
        return Sample(rows, recorder.statements.total(), milliseconds, size, recorder.read)
    cause = repr(response.exc_info[1])[:200] if response.exc_info else ""
    return "" if response.status_code == 405 else f"it answers {response.status_code} {cause}"


def growth(page: Page, recorders: list[Recorder], samples: list[Sample], rows: int) -> Iterator[Finding]:
    """Yield what grows with the rows: statements that are repeated, and rows that are read."""
    counts = [f"{sample.queries} queries" + f" for {sample.rows} rows" * bool(sample.rows) for sample in samples[:2]]
    proof = f"Measured: GET {page.path} runs {', '.join(counts)}."
    repeated: dict[tuple[str, int], tuple[Statement, str, str]] = {}
    for (statement, _), count in recorders[0].same.items():
        if count > 2:
            repeated[statement.path, statement.line] = statement, "RUN006", f"it is sent {count} times for the same"
    before = recorders[0].statements if len(recorders) > 1 else Counter[Statement]()
    for statement, count in recorders[:2][-1].statements.items():
        place = statement.path, statement.line
        told = repeated.get(place, (statement, "", ""))
        if count - before[statement] >= max(3, rows // 2) and (told[1] != "RUN001" or statement.advice):
            repeated[place] = statement, "RUN001", statement.advice or "it is sent again and again"
    for (path, line), (statement, rule, detail) in repeated.items():
        level, sql = "error" if rule == "RUN001" else "warning", statement.sql[:1000]
        yield Finding(rule=rule, path=path, line=line, level=level, detail=detail, proof=proof, sql=sql)
    last = samples[-1]
    if "{" not in page.path and last.read > 2 * samples[0].read and last.read >= 0.95 * last.rows:
        yield page.find("RUN003", f"{last.read} rows", f", after {last.rows} objects of each kind were made")


def unused_columns(page: Page, recorder: Recorder) -> Iterator[Finding]:
    """Yield the columns of any size that a list loads and does not use; an admin's forms share its QuerySet."""
    many = "{" not in page.path and not isinstance(page.view, ModelAdmin) and recorder.read >= 10
    for model, names in recorder.loaded.items() if many else ():
        columns = [one for one in model._meta.concrete_fields if isinstance(one, WIDE) and one.attname in names]
        if unused := [one.name for one in columns if one.attname not in recorder.used[model]]:
            yield page.find("RUN005", f"{', '.join(unused)} of {model.__name__}")
