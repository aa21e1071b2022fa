"""Take the pictures of the handbook and the README; scripts/gallery calls this.

A project with the default answers is generated, filled with demo data and served, and headless Chromium visits it in
light, in dark, and with the width of a phone. The terminal is drawn from what the commands really print, without the
durations: they tell about the machine that takes the pictures. The reports are of the project's own load test, and of
its audit after a query for each row was added to an admin page.
"""

import base64
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from rich.console import Console
from rich.text import Text

from snapshot import ROOT, snapshot

PICTURES = ROOT / "docs" / "pictures"
PYTHON = ("uv", "run", "--quiet", "python")
PAGES = {  # in the order in which they are visited; signed in after the first
    "login": "/admin/login/?next=/admin/",
    "mail": "/__mail__/",
    "landing": "/",
    "api-docs": "/api/v1/docs/",
    "admin": "/admin/",
    "orders": "/admin/orders/order/",
    "failed-tasks": "/admin/outbox/outboxtask/?state__exact=failed",
}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
SCHEMES = {"light": DESKTOP, "dark": DESKTOP, "phone": PHONE}
# Tasks as they are after a mail server was away for longer than their retries.
FAILED_TASKS = """
from django.utils import timezone
from apps.orders.models import Order
from apps.outbox.models import OutboxTask, State
for order in Order.objects.order_by("-id")[:5]:
    OutboxTask.objects.create(
        task_id=f"demo-{order.pk}", name="apps.orders.tasks.send_order_confirmation", queue="notifications",
        kwargs='{"order_id": %d}' % order.pk, state=State.FAILED, attempts=9, failed_at=timezone.now(),
        exception="ConnectionRefusedError: [Errno 111] Connection refused",
    )
"""
# A mistake for the audit to find: a query for each row.
MISTAKE = """

@display(description="Last order")
def last_order(customer: Customer) -> Order | None:
    return customer.orders.order_by("-created_at").first()


CustomerAdmin.list_display = [*CustomerAdmin.list_display, last_order]
"""


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of a shell outside of this repository's own, with ``variables``."""
    inherited = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return inherited | {"COLUMNS": "100"} | variables


def run(*command: str | Path, cwd: Path, statuses: Container[int] = (0,), **variables: str) -> str:
    """Run ``command`` and return what it prints; exit if its status is not one of ``statuses``."""
    done = subprocess.run(command, cwd=cwd, env=environment(**variables), check=False, capture_output=True, text=True)
    if done.returncode not in statuses:
        sys.exit(f"error: {' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def served(project: Path) -> Iterator[str]:
    """Serve ``project`` and yield its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [*PYTHON, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with subprocess.Popen(
        command, cwd=project, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as server:
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    urllib.request.urlopen(url)
                    break
                except URLError:
                    time.sleep(0.2)
            yield url
        finally:
            server.terminate()


def photograph(page: Page, name: str) -> None:
    """Save a picture of ``page`` as WebP, a third of the size of a PNG."""
    shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 75})
    (PICTURES / f"{name}.webp").write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield headless Chromium."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not chromium:
        sys.exit("error: Chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield started
        started.close()


def pages_of(chromium: Browser, *schemes: str) -> Iterator[tuple[str, Page]]:
    """Yield each of ``schemes`` with a page that is shown in it."""
    for scheme in schemes:
        context = chromium.new_context(
            viewport=SCHEMES[scheme], color_scheme="dark" if scheme == "dark" else "light", device_scale_factor=1
        )
        yield scheme, context.new_page()
        context.close()


def visit(chromium: Browser, url: str, email: str, password: str) -> None:
    """Take all pictures of the site at ``url``."""
    for scheme, page in pages_of(chromium, *SCHEMES):
        for name, path in PAGES.items():
            page.goto(f"{url}{path}", wait_until="networkidle")
            if name == "api-docs":
                page.wait_for_selector(".opblock")
            page.evaluate("document.querySelector('#djDebugRoot, #djDebug')?.remove()")
            photograph(page, f"{name}-{scheme}")
            if name == "login":
                page.fill("[name=username]", email)
                page.fill("[name=password]", password)
                page.press("[name=password]", "Enter")
                page.wait_for_url(f"{url}/admin/")


def reports(chromium: Browser, project: Path) -> None:
    """Take the pictures of the load test's report, which has no dark colours, and of the audit's."""
    load, audit = project / ".local" / "load.html", project / ".local" / "audit.html"
    load.parent.mkdir(exist_ok=True)
    # On a busy machine it may be slower than it promises.
    run(*PYTHON, "-m", "tools.load", "--users=5", "--seconds=10", cwd=project, statuses=(0, 1), LOCUST_HTML=str(load))
    for _, page in pages_of(chromium, "light"):
        page.goto(load.as_uri(), wait_until="networkidle")
        photograph(page, "load")
    with (project / "apps" / "orders" / "admin.py").open("a", encoding="utf-8") as admin:
        admin.write(MISTAKE)
    run(*PYTHON, "-m", "tools.audit", "--format", "html", "--output", audit, cwd=project, statuses=(1,))
    for scheme, page in pages_of(chromium, *SCHEMES):
        page.goto(audit.as_uri(), wait_until="networkidle")
        photograph(page, f"audit-{scheme}")


def draw(lines: list[tuple[str, str]]) -> None:
    """Draw a terminal in which each command was typed and printed what follows it."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=100, file=nowhere, force_terminal=True)
        for command, printed in lines:
            console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
            console.print(Text.from_ansi(re.sub(r" (?:in|after) [\d.]+ ?s\S*(?: \([\d:]+\))?", "", printed.rstrip())))
        console.save_svg(str(PICTURES / "terminal.svg"), title="django-expert")


def main() -> None:
    """Generate, fill, serve, photograph."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        snapshot(folder / "template")
        generate: list[str | Path] = [
            sys.executable,
            "-m",
            "cookiecutter",
            "--no-input",
            "--default-config",
            "--output-dir",
            folder,
        ]
        start = time.monotonic()
        generated = run(*generate, folder / "template", cwd=folder)
        project = folder / "my_project"
        seconds = time.monotonic() - start
        run("uv", "sync", "--quiet", cwd=project)
        demo = run(*PYTHON, "manage.py", "demo", "--no-serve", cwd=project)
        tests = run("uv", "run", "--quiet", "pytest", "-q", "--numprocesses", "auto", cwd=project)
        login = re.search(r"Sign in +(\S+) +(\S+)", demo)
        if not login:
            sys.exit(f"error: the demo printed no login:\n{demo}")
        run(*PYTHON, "manage.py", "shell", "--no-imports", "-c", FAILED_TASKS, cwd=project)
        with browser() as chromium:
            with served(project) as url:
                visit(chromium, url, *login.groups())
            reports(chromium, project)
        draw(
            [
                ("uvx cookiecutter gh:org/django-expert --no-input", generated),
                ("cd my_project && uv run manage.py demo", demo),
                ("uv run pytest", "\n".join(tests.strip().splitlines()[-1:])),
            ]
        )
        sys.stdout.write(f"Generated in {seconds:.2f} s; pictures in {PICTURES.relative_to(ROOT)}/.\n")


if __name__ == "__main__":
    main()
