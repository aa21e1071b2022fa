"""The Procfile of docs/deployment.md starts each process of the project, as a platform would start them."""

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

# % if cookiecutter.use_celery -
import pytest

# % endif -
from config.settings.env import BASE_DIR
from proofs.config.slow_clients import free_port, is_served
from proofs.config.test_production import GOOD

PAGE = (BASE_DIR / "docs" / "deployment.md").read_text("utf-8")
PROCFILE, VARIABLES = (
    dict(re.findall(rf"^([\w]+){separator} ?(.+)$", block, re.MULTILINE))
    for separator, block in (
        (":", PAGE.partition("```procfile\n")[2].partition("```")[0]),
        ("=", PAGE.partition("Set the other variables of production and:\n\n```ini\n")[2].partition("```")[0]),
    )
)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of a platform's process."""
    kept = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    database = {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "PYTHONWARNINGS": "ignore"}
    return {**GOOD, **kept, **VARIABLES, **database, "PATH": path, "HOME": str(folder), **more}


def run(process: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a process of the Procfile until it ends."""
    return subprocess.run(  # noqa: S603 - our own page
        [*shlex.split(PROCFILE[process]), *arguments],
        cwd=BASE_DIR,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )


def test_the_release_phase_migrates_and_the_web_process_serves_behind_the_router(tmp_path: Path) -> None:
    port = free_port()
    variables = environment(tmp_path, PORT=str(port), HEALTH_PORT="")
    released = run("release", **variables)
    assert released.returncode == 0, released.stderr
    assert run("release", "--check", **variables).returncode == 0

    with subprocess.Popen(  # noqa: S603 - our own page
        shlex.split(PROCFILE["web"]), cwd=BASE_DIR, env=variables, stderr=subprocess.DEVNULL
    ) as web:
        try:
            deadline = time.monotonic() + 40
            while not served(port):
                assert web.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
        finally:
            web.terminate()


def served(port: int) -> bool:
    try:
        return is_served(port)
    except OSError:
        return False


# % if cookiecutter.use_celery
@pytest.mark.parametrize("process", ["worker", "beat"])
def test_the_other_processes_know_their_options(process: str, tmp_path: Path) -> None:
    shown = run(process, "--help", **environment(tmp_path))

    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith(f"Usage: celery {process}")


# % endif
def test_the_page_names_the_settings_and_the_proxy() -> None:
    assert set(VARIABLES) == {"DJANGO_SETTINGS_MODULE", "TRUST_X_FORWARDED_PROTO", "TRUSTED_PROXY_COUNT"}
