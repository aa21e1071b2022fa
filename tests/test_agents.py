"""AGENTS.md is short, and its commands do what it says."""

import os
import shlex
import sys
from pathlib import Path

import pytest

from baking import Bakery
from environment import Environment
from running import clean_environment, commit, git, run
from test_docs import BLOCK, PLACEHOLDER
from workshop import place

LONGEST = 80
# Minutes of work that other tests do: here only that `just` knows them, with their arguments.
SHOWN = ("just check", "just load", "just audit")


@pytest.mark.costly
def test_it_is_short_and_found_by_its_other_name(functional_baked: Path) -> None:
    assert len((functional_baked / "AGENTS.md").read_text("utf-8").splitlines()) < LONGEST
    assert (functional_baked / "CLAUDE.md").read_text("utf-8") == "@AGENTS.md\n"


def test_its_commands_run(bake: Bakery, environment: Environment, tmp_path: Path) -> None:
    project = place(bake({}), tmp_path / "project")
    (project / ".env").write_bytes((bake({}) / ".env").read_bytes())
    git(project, "init", "--quiet")
    commit(project)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, script in {
        "uv": 'shift\ncase "$1" in *.py) exec python "$@";; *) exec "$@";; esac\n',  # without installing anything
        "uvx": f'shift\nexec {shlex.quote(sys.executable)} -m cookiecutter "$@"\n',
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}", "utf-8")
        (programs / name).chmod(0o755)
    path = os.pathsep.join([str(programs), str(environment.python.parent), os.environ["PATH"]])
    env = clean_environment(HOME=str(tmp_path)) | {"PATH": path}

    for block in BLOCK.findall((project / "AGENTS.md").read_text("utf-8")):
        for line in block.splitlines():
            command = line.removeprefix("$ ")
            if command.startswith(SHOWN):
                command = command.replace("just ", "just --dry-run ", 1)
            if PLACEHOLDER in command:
                command = command.replace(f"gh:{PLACEHOLDER}", f"{shlex.quote(str(bake.template))} --no-input")
            run("bash", "-euc", command, cwd=project, env=env)
    assert (project / "apps" / "invoices").exists()
    assert (project / "openapi" / "v1.json").exists()
