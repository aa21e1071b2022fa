"""The README's commands work on a machine that has git and Python, and nothing else."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from options import ROOT
from running import clean_environment, run
from snapshot import copy_files

TOOLS = ("bash", "cat", "dirname", "env", "git", "ls", "mkdir", "rm", "sort")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the repository as it would be cloned if all were committed now."""
    folder = tmp_path / "clone"
    copy_files(folder)
    run("git", "init", "--quiet", cwd=folder)
    run("git", "add", "--all", cwd=folder)
    return folder


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a fresh account: an empty home, no Python and no uv on PATH yet."""
    home, programs = tmp_path / "home", tmp_path / "bin"
    home.mkdir()
    programs.mkdir()
    for tool in TOOLS:
        path = shutil.which(tool)
        assert path, tool
        (programs / tool).symlink_to(path)
    return {"HOME": str(home), "PATH": str(programs)}


def interpreter(path: Path, program: str = f'exec "{sys.executable}" "$@"') -> Path:
    """Make ``path`` an interpreter that runs ``program``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{program}\n", "utf-8")
    path.chmod(0o755)
    return path


def chosen_python(machine: dict[str, str]) -> str:
    """Return the interpreter the scripts choose on ``machine``."""
    # A uv that runs spares the scripts from installing one.
    interpreter(Path(machine["HOME"], "uv-bin", "uv"), "exit 0")
    env = machine | {"PATH": f"{machine['PATH']}:{machine['HOME']}/uv-bin"}
    command = 'source "$0" && echo "$UV_PYTHON"'
    return run("bash", "-c", command, ROOT / "scripts" / "common.sh", cwd=ROOT, env=env).stdout.strip()


def test_a_python_on_path_is_used(machine: dict[str, str]) -> None:
    interpreter(Path(machine["PATH"], "python3"))
    assert chosen_python(machine) == sys.executable


def test_a_python_too_old_is_passed_over(machine: dict[str, str]) -> None:
    interpreter(Path(machine["PATH"], "python3.14"), "exit 1")
    interpreter(Path(machine["PATH"], "python"))
    assert chosen_python(machine) == sys.executable


def test_the_python_behind_an_inactive_shim_is_used(machine: dict[str, str], tmp_path: Path) -> None:
    shims = tmp_path / "pyenv" / "shims"
    for name in ("python3.13", "python3", "python"):
        interpreter(shims / name, "echo 'pyenv: command not found' >&2; exit 127")
    interpreter(tmp_path / "pyenv" / "versions" / "3.13.0" / "bin" / "python")
    assert chosen_python(machine | {"PATH": f"{shims}:{machine['PATH']}"}) == sys.executable


def test_a_python_in_the_home_folder_is_used(machine: dict[str, str]) -> None:
    interpreter(Path(machine["HOME"], ".pyenv", "versions", "3.12.1", "bin", "python"))
    assert chosen_python(machine) == sys.executable


@pytest.mark.parametrize("script", ["demo", "test"])
def test_no_python_is_one_clear_error(script: str, machine: dict[str, str]) -> None:
    result = run(ROOT / "scripts" / script, cwd=ROOT, env=machine, status=1)
    assert result.stderr == "error: no Python 3.12 or newer was found; install one and try again\n"


@pytest.fixture
def fresh(clone: Path, machine: dict[str, str]) -> dict[str, str]:
    """The environment of a fresh account with Python and uv. What uv has downloaded it need not again."""
    interpreter(Path(machine["PATH"], "python3"))
    uv = shutil.which("uv")
    assert uv
    Path(machine["PATH"], "uv").symlink_to(uv)
    cache = run("uv", "cache", "dir", cwd=clone).stdout.strip()
    return clean_environment() | machine | {"UV_CACHE_DIR": cache}


def test_the_demo_passes_answers_and_arguments_on(clone: Path, fresh: dict[str, str]) -> None:
    command = ["scripts/demo", "project_name=Fresh", "--", "--no-serve"]
    assert "http://" in run(*command, cwd=clone, env=fresh).stdout
    assert (clone / ".demo" / "output" / "fresh" / "db.sqlite3").exists()


def test_the_demo_ends_with_a_server_that_answers(clone: Path, fresh: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tmp_path / "output").open("w+") as output:
        command = ["scripts/demo", "--", f"--port={port}"]
        demo = subprocess.Popen(
            command, cwd=clone, env=fresh, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            page = first_answer(f"http://127.0.0.1:{port}/", demo)
        finally:
            with suppress(ProcessLookupError):  # it may have ended by itself
                os.killpg(demo.pid, signal.SIGTERM)
            demo.wait()
        output.seek(0)
        assert "My Project" in page, output.read()


def first_answer(address: str, server: subprocess.Popen[bytes]) -> str:
    """Return the page at ``address`` once ``server`` answers; nothing if it ends before."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(address) as response:  # noqa: S310 - an address on this machine
                return str(response.read().decode())
        except urllib.error.URLError:
            time.sleep(0.2)
    return ""
