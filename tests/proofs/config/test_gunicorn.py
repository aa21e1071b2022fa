"""A web server with production's settings, as gunicorn runs it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from config.settings.env import BASE_DIR
from proofs.config.test_production import GOOD, run

PROGRAM = [sys.executable, "-m", "config.gunicorn"]
GUNICORN = [*PROGRAM, "--bind", "127.0.0.1:0"]
LISTENING = re.compile(r"Listening at: (http://127\.0\.0\.1:\d+)")


def wait_until(true: Callable[[], object], process: subprocess.Popen[bytes]) -> None:
    """Return once `true` is, while `process` runs."""
    deadline = time.monotonic() + 40
    while not true():
        assert process.poll() is None, "gunicorn has ended"
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.02)


@contextmanager
def gunicorn(
    folder: Path, *arguments: str, start: Sequence[str] = GUNICORN, **environment: str
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run gunicorn inside the block, with its home and its log in `folder`; yield it and the log."""
    (folder / "home").mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own arguments
            [*start, *arguments],
            cwd=BASE_DIR,
            env={**kept, "HOME": str(folder / "home"), "TMPDIR": str(folder / "home"), **environment},
            stdout=output,
            stderr=output,
        )
        try:
            yield process, log
        finally:
            process.kill()
            process.wait()


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_at_sigterm_a_request_in_progress_is_finished(interface: str, tmp_path: Path) -> None:
    environment = {
        **GOOD,
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "PYTHONWARNINGS": "ignore:No directory at",
        "SLOW_REQUESTS": str(tmp_path),
        "WEB_ASGI": str(interface == "asgi"),
        "WEB_CONCURRENCY": "1",
    }
    with (
        gunicorn(tmp_path, f"proofs.config.slow:{interface}", **environment) as (process, log),
        ThreadPoolExecutor() as pool,
    ):
        wait_until(lambda: LISTENING.search(log.read_text()), process)
        (address,) = LISTENING.findall(log.read_text())
        request = Request(f"{address}/health/live/?slow", headers={"Host": "example.com"})  # noqa: S310 - ours
        answer = pool.submit(urlopen, request, timeout=50)
        wait_until((tmp_path / "here").exists, process)

        process.send_signal(signal.SIGTERM)
        wait_until(lambda: "Handling signal: term" in log.read_text(), process)
        (tmp_path / "go").touch()

        assert json.load(answer.result()) == {"status": "ok"}
        assert process.wait(timeout=30) == 0

    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["path"] for line in lines if line["logger"] == "access"] == ["/health/live/"]
    assert {line["level"] for line in lines if line["logger"] == "gunicorn.error"} == {"info"}
    assert list((tmp_path / "home").iterdir()) == []  # as there may be nowhere to write


def test_what_is_missing_is_said_in_one_line(tmp_path: Path) -> None:
    with gunicorn(tmp_path, **{**GOOD, "SECRET_KEY": ""}) as (process, log):
        assert process.wait(timeout=40) == 1

    assert log.read_text() == "Error: Invalid environment variables: SECRET_KEY is missing.\n"


@pytest.mark.parametrize("name", ["WEB_CONCURRENCY", "WEB_THREADS", "WEB_ASGI", "PORT", "LOG_LEVEL"])
def test_what_is_misread_is_said_in_one_line_without_its_value(name: str, tmp_path: Path) -> None:
    with gunicorn(tmp_path, **{**GOOD, name: "hidden7"}) as (process, log):
        assert process.wait(timeout=40) == 1

    (line,) = log.read_text().splitlines()
    assert line.startswith(f"Error: Invalid environment variables: {name} must be ")
    assert "hidden7" not in line


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


@pytest.mark.skipif(not (BASE_DIR / "Dockerfile").exists(), reason="the project has no image")
@pytest.mark.parametrize("hosts", [".example.com", ",example.com", "other.example.com", "[2001:db8::7]"])
@pytest.mark.parametrize("asked", ["HEALTH_PORT", "PORT"])
def test_the_images_health_check_needs_no_host_and_no_proxy_and_asks_the_port(
    asked: str, hosts: str, tmp_path: Path
) -> None:
    dockerfile = (BASE_DIR / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    (command,) = re.findall(r"^HEALTHCHECK .* CMD (\[.*\])$", dockerfile, re.MULTILINE)
    environment = {
        **GOOD,
        "ALLOWED_HOSTS": hosts,
        "PORT": free_port(),
        "HEALTH_PORT": free_port() if asked == "HEALTH_PORT" else "",
        "PYTHONWARNINGS": "ignore:No directory at",
        "WEB_CONCURRENCY": "",
        **dict.fromkeys(("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"), "http://127.0.0.1:9"),
        "no_proxy": "example.com",
    }

    def check() -> int:
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, *json.loads(command)[1:]], env=environment, stderr=subprocess.DEVNULL, check=False
        ).returncode

    assert check() == 1
    with gunicorn(tmp_path, "--bind", f"[::1]:{environment['PORT']}", **environment) as (process, log):
        wait_until(lambda: "Listening at" in log.read_text(), process)
        if asked == "HEALTH_PORT":
            wait_until(lambda: check() == 0, process)
    if asked == "PORT":
        (tmp_path / "home").rmdir()
        with gunicorn(tmp_path, "--bind", f"127.0.0.1:{environment['PORT']}", **environment) as (process, log):
            wait_until(lambda: check() == 0, process)


def test_the_port_is_open_to_both_versions_of_ip(tmp_path: Path) -> None:
    environment = {**GOOD, "PORT": free_port(), "HEALTH_PORT": free_port(), "PYTHONWARNINGS": "ignore:No directory at"}
    with gunicorn(tmp_path, start=PROGRAM, **environment) as (process, log):
        wait_until(lambda: "Listening at" in log.read_text(), process)
        for name in ("PORT", "HEALTH_PORT"):
            for host in ("127.0.0.1", *(["[::1]"] if socket.has_dualstack_ipv6() else [])):
                wait_until(lambda at=f"http://{host}:{environment[name]}": answers(f"{at}/health/live/"), process)


def answers(url: str, timeout: float = 1) -> bool:
    """Return whether a GET is a 200 in time."""
    try:
        with urlopen(url, timeout=timeout) as response:  # noqa: S310 - ours
            return bool(response.status == 200)
    except OSError:
        return False


def test_liveness_is_told_while_every_thread_waits_and_not_by_a_process_that_hangs(tmp_path: Path) -> None:
    port = free_port()
    environment = {
        **GOOD,
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "HEALTH_PORT": port,
        "PYTHONWARNINGS": "ignore:No directory at",
        "SLOW_REQUESTS": str(tmp_path),
        "WEB_CONCURRENCY": "1",
        "WEB_THREADS": "2",
    }
    with (
        gunicorn(tmp_path, "proofs.config.slow:wsgi", **environment) as (process, log),
        ThreadPoolExecutor() as pool,
        ExitStack() as idle,
    ):
        wait_until(lambda: LISTENING.search(log.read_text()), process)
        (address,) = LISTENING.findall(log.read_text())
        probe = f"http://127.0.0.1:{port}/health/live/"
        wait_until(lambda: answers(probe), process)
        waiting = [pool.submit(urlopen, f"{address}/health/live/?slow", timeout=50) for _ in range(2)]
        wait_until((tmp_path / "here").exists, process)

        wait_until(lambda: not answers(f"{address}/health/live/"), process)
        start = time.monotonic()
        assert all(answers(probe) for _ in range(20))
        for _ in range(20):
            idle.enter_context(socket.create_connection(("127.0.0.1", int(port))))  # says nothing
        assert answers(probe, timeout=5)
        assert time.monotonic() - start < 20

        (worker,) = re.findall(r"Booting worker with pid: (\d+)", log.read_text())
        os.kill(int(worker), signal.SIGSTOP)
        wait_until(lambda: not answers(probe), process)
        os.kill(int(worker), signal.SIGCONT)
        assert answers(probe, timeout=10)
        (tmp_path / "go").touch()
        assert all(future.result().status == 200 for future in waiting)


@pytest.mark.timeout(120)
def test_a_reload_keeps_nobody_waiting_for_the_new_workers(tmp_path: Path) -> None:
    environment = {
        **GOOD,
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "PYTHONWARNINGS": "ignore:No directory at",
        "SLOW_REQUESTS": str(tmp_path),
        "SLOW_START": "8",
        "WEB_CONCURRENCY": "1",
    }
    with gunicorn(tmp_path, "proofs.config.slow:wsgi", **environment) as (process, log):
        wait_until(lambda: LISTENING.search(log.read_text()), process)
        (address,) = LISTENING.findall(log.read_text())
        wait_until(lambda: answers(f"{address}/health/live/"), process)

        process.send_signal(signal.SIGHUP)
        longest = 0.0
        while "Worker exiting" not in log.read_text():
            start = time.monotonic()
            assert answers(f"{address}/health/live/", timeout=30)
            longest = max(longest, time.monotonic() - start)
        assert longest < 7, "shorter than the start of a worker"
        assert log.read_text().count("Booting worker") == 2


def test_metrics_survive_reloads_and_leave_nothing_behind(tmp_path: Path) -> None:
    environment = {
        **GOOD,
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "METRICS_TOKEN": GOOD["SECRET_KEY"],
        "PYTHONWARNINGS": "ignore:No directory at",
        "WEB_CONCURRENCY": "2",
    }
    migrated = run("-W", "ignore:No directory at", "manage.py", "migrate", "--verbosity=0", **environment)
    assert migrated.returncode == 0, migrated.stderr
    with gunicorn(tmp_path, **environment) as (process, log):
        wait_until(lambda: LISTENING.search(log.read_text()), process)
        (address,) = LISTENING.findall(log.read_text())
        folders = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else tmp_path / "home"  # noqa: S108 - as gunicorn

        def get(path: str) -> str:
            request = Request(f"{address}{path}", headers={"Authorization": f"Bearer {GOOD['SECRET_KEY']}"})  # noqa: S310 - ours
            with urlopen(request, timeout=30) as response:  # noqa: S310 - ours
                return str(response.read().decode())

        def files() -> list[str]:
            (folder,) = folders.glob(f"metrics-{process.pid}-*")
            return sorted(path.name for path in folder.iterdir())

        def served() -> float:
            label = 'method="GET",route="/health/live/",status="200"'
            (count,) = re.findall(rf"http_request_duration_seconds_count{{{label}}} (.+)", get("/metrics"))
            return float(count)

        for reload in range(3):
            for _ in range(10):
                get("/health/live/")
            assert served() == 10 * (reload + 1)
            before = log.read_text().count("Booting worker")
            process.send_signal(signal.SIGHUP)
            wait_until(lambda before=before: log.read_text().count("Booting worker") == before + 2, process)
            wait_until(lambda before=before: log.read_text().count("Worker exiting") == before, process)

        assert len(files()) <= 8
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert not list(folders.glob(f"metrics-{process.pid}-*"))
