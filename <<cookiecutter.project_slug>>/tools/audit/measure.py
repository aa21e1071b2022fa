"""Requests to every page at growing numbers of rows, and what their statements tell."""

import logging
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import Error, models, transaction
from django.test import Client
from django.test.runner import DiscoverRunner
from django.test.utils import setup_test_environment

from tools.audit.findings import Finding, Report, Sample

# % if "drf" in cookiecutter.api -
from tools.audit.indexes import missing_indexes

# % endif -
from tools.audit.pages import Objects, Page, admin_pages, endpoints
from tools.audit.plans import sequential_scans
from tools.audit.recorder import Recorder, Statement

LAST = 30  # times the first number of rows: more than a page of any list


class Rows:
    """The objects to measure with, made by the project's factories."""

    def __init__(self) -> None:
        from tests.walks import objects  # noqa: PLC0415 - not every project has it

        self.made = objects
        self.user = objects.make(get_user_model())
        self.superuser = objects.make(get_user_model(), is_staff=True, is_superuser=True)
        objects.make_everything(self.user)
        self.objects: Objects = {}
        for model in objects.factories():
            path = objects.path_to_user(model)
            found = model._default_manager.filter(**({path: self.user} if path else {})).first()
            self.objects |= {model: found} if found else {}

    def grow(self, rounds: int) -> None:
        """Add objects of every kind that the user owns, and as many that belong to the first of each kind."""
        for _ in range(rounds):
            self.made.make_everything(self.user)
            for model, factory in self.made.factories().items():
                path = self.made.path_to_user(model)
                for key in model._meta.concrete_fields:
                    parent = self.objects.get(key.related_model) if isinstance(key, models.ForeignKey) else None
                    if parent and not key.unique and key.related_model is not get_user_model():
                        owner = {path: self.user} if path and path.split("__")[0] != key.name else {}
                        factory.create(**{key.name: parent}, **owner)


@contextmanager
def database(*, current: bool) -> Iterator[None]:
    """Run the block in a transaction that is rolled back: in the current database, or else in an empty one."""
    setup_test_environment()
    logging.disable()
    warnings.simplefilter("ignore")  # of migrations, which the tests judge
    runner = DiscoverRunner(verbosity=0, interactive=False)
    usual = None if current else runner.setup_databases()
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        if usual:
            runner.teardown_databases(usual)


def measure(root: Path, report: Report, *, rows: int, current: bool, user: str) -> Iterator[Finding]:
    """Yield what requests to every endpoint and admin page show, and add their samples to the report."""
    with database(current=current):
        made = None if current else Rows()
        client, admin = client_of(made, user), Client(raise_request_exception=False)
        admin.force_login(made.superuser if made else some_superuser())
        objects = made.objects if made else first_objects()
        pages = [(page, client) for page in endpoints(root, report.unseen.append)]
        pages += [(page, admin) for page in admin_pages(root, objects, report.unseen.append)]
        recorded: dict[Page, list[Recorder]] = {}
        for number in [rows, 2 * rows, LAST * rows] if made else [0]:
            if made:
                made.grow(number - max((samples[-1].rows for samples in report.samples.values()), default=0))
            for page, sender in pages:
                recorder = request(page, sender, objects, number, report, Recorder(root))
                recorded.setdefault(page, []).extend([recorder] if recorder else [])
        for page, recorders in recorded.items():
            if len(recorders) > (2 if made else 0):
                yield from growth(page, recorders, report.samples[page.path], rows)
                yield from sequential_scans(page, recorders[-1], estimated=current)
            # % if "drf" in cookiecutter.api
            yield from missing_indexes(page)
            # % endif
    report.seen.append(f"{sum(map(bool, recorded.values()))} endpoints and admin pages")
    report.unseen[:] = dict.fromkeys(report.unseen)


def request(
    page: Page, client: Client, objects: Objects, number: int, report: Report, recorder: Recorder
) -> Recorder | None:
    """Send a request twice, the first to fill caches of the process, and return what the second did."""
    url = page.url(objects)
    if not url:
        report.unseen.append(f"GET {page.path}: no object for it, add a factory of its model")
        return None
    try:
        with transaction.atomic():
            client.get(url)
            cache.clear()
            start = time.perf_counter()
            with recorder.recording():
                response: Any = client.get(url)
                size = sum(map(len, response.streaming_content)) if response.streaming else len(response.content)
            milliseconds = (time.perf_counter() - start) * 1000
    except Error as error:
        report.unseen.append(f"GET {page.path}: {error!r}")
        return None
    if response.status_code == 405:
        return None  # not a GET endpoint
    if response.status_code != 200:
        cause = repr(response.exc_info[1])[:200] if response.exc_info else ""
        report.unseen.append(f"GET {page.path}: it answers {response.status_code} {cause}")
        return None
    read = max([*recorder.read.values(), rows_in(response)], default=0)
    sample = Sample(number, recorder.statements.total(), milliseconds, size, read)
    report.samples.setdefault(page.path, []).append(sample)
    return recorder


def rows_in(response: Any) -> int:
    """Return the length of the longest list of a JSON response."""
    if "json" not in response.headers.get("Content-Type", ""):
        return 0
    content = response.json()
    values = content.values() if isinstance(content, dict) else [content]
    return max((len(value) for value in values if isinstance(value, list)), default=0)


def growth(page: Page, recorders: list[Recorder], samples: list[Sample], rows: int) -> Iterator[Finding]:
    """Yield what grows with the rows: statements that are repeated, and rows that are read."""
    counts = ", ".join(f"{sample.queries} queries for {sample.rows} rows" for sample in samples[:2])
    proof = f"Measured: GET {page.path} runs {counts}."
    repeated: dict[tuple[str, int], Statement] = {}
    before = recorders[0].statements if len(recorders) > 1 else {}
    for statement, count in recorders[min(1, len(recorders) - 1)].statements.items():
        if count - before.get(statement, 0) >= max(3, rows // 2):
            place = place_of(page, statement)
            if place not in repeated or statement.advice:
                repeated[place] = statement
    for (path, line), statement in repeated.items():
        detail = statement.advice or "it is sent again and again"
        yield Finding(rule="RUN001", path=path, line=line, detail=detail, proof=proof, sql=statement.sql[:1000])
    grows = samples[-1].read > 2 * samples[0].read
    if page.is_list and grows and samples[-1].read >= 0.95 * samples[-1].rows:
        detail = f"{samples[-1].read} rows"
        proof = f"Measured: GET {page.path}, after {samples[-1].rows} objects of each kind were made."
        yield Finding(rule="RUN003", path=page.file, line=page.line, detail=detail, proof=proof)


def place_of(page: Page, statement: Statement) -> tuple[str, int]:
    """Return the line to show for a statement: that of the page if only libraries or wrappers of it sent it."""
    folder = page.file.rpartition("/")[0].removesuffix("/api")
    inside = statement.path.startswith(folder) or statement.path.endswith((".html", "models.py"))
    return (
        (statement.path, statement.line) if statement.path and (inside or not page.is_admin) else (page.file, page.line)
    )


def client_of(made: Rows | None, name: str) -> Client:
    """Return a client of the user of that name, or else of the user that owns the objects."""
    client = Client(raise_request_exception=False)
    if made is None:
        users = get_user_model()._default_manager
        client.force_login(users.get(**{get_user_model().USERNAME_FIELD: name}) if name else some_superuser())
        return client
    from tests.authentication import authenticate_somehow  # noqa: PLC0415 - not every project has it

    authenticate_somehow(client, made.user)
    return client


def some_superuser() -> Any:
    return get_user_model()._default_manager.filter(is_superuser=True).earliest("pk")


def first_objects() -> Objects:
    """Return an object of every model that has rows."""
    from django.apps import apps  # noqa: PLC0415

    return {model: found for model in apps.get_models() if (found := model._default_manager.first())}
