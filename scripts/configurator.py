"""What the configurator in the handbook knows: the questions, and which files and lines each set of answers makes.

A file's content depends on the options that it mentions, and its presence on the rules in answer_rules.py. So each
file is rendered, as Cookiecutter does, for the answers that matter to it and no others: seconds in place of the minutes
that it takes to generate every variant. tests/test_handbook.py compares the result with generated projects.
"""

import json
import re
import sys
from functools import cache
from itertools import product
from pathlib import PurePosixPath
from typing import Any

from cookiecutter.environment import StrictEnvironment
from cookiecutter.generate import generate_context
from cookiecutter.prompt import prompt_for_config
from cookiecutter.utils import create_env_with_context
from jinja2 import FileSystemLoader

from snapshot import ROOT, tracked_files

sys.path.insert(0, str(ROOT))  # where Cookiecutter finds the template's extensions

from answer_rules import FOLDER, SKELETON, left_out

TEXTS = ("project_name", "project_slug", "description", "author_name", "author_email", "domain_name")
ENTRIES: dict[str, Any] = json.loads((ROOT / "cookiecutter.json").read_text("utf-8"))

type Answers = tuple[tuple[str, str], ...]


def options() -> dict[str, list[str]]:
    """Return every option with its values, the default first."""
    found: dict[str, list[str]] = {}
    for name, default in ENTRIES.items():
        if isinstance(default, bool):
            found[name] = ["yes", "no"] if default else ["no", "yes"]
        elif isinstance(default, list) and not name.startswith("_"):
            found[name] = default
    return found


def mentioned(text: str) -> set[str]:
    """Return the options that ``text`` mentions, also by a private variable that is made from them."""
    found = set()
    for name in re.findall(r"cookiecutter\.(\w+)", text):
        if name in options():
            found.add(name)
        elif name.startswith("__"):
            found |= mentioned(str(ENTRIES[name]))
    return found


@cache
def absent(answers: Answers) -> frozenset[PurePosixPath]:
    """Return the files and folders that a project with ``answers`` does without."""
    values = {name: value == "yes" if value in {"yes", "no"} else value for name, value in answers}
    return frozenset(map(PurePosixPath, left_out(values)))


@cache
def environment(answers: Answers) -> StrictEnvironment:
    """Return what Cookiecutter renders the files of a project with ``answers`` in."""
    context = generate_context(context_file=str(ROOT / "cookiecutter.json"), extra_context=dict(answers))
    context["cookiecutter"] = prompt_for_config(context, no_input=True)
    environment = create_env_with_context(context)
    environment.loader = FileSystemLoader([SKELETON, ROOT / "templates"])
    environment.globals["cookiecutter"] = context["cookiecutter"]
    return environment


def filled(some: dict[str, str]) -> Answers:
    """Return ``some`` answers and the defaults for all other questions."""
    return tuple((name, some.get(name, values[0])) for name, values in options().items())


def matter_to_presence() -> dict[PurePosixPath, set[str]]:
    """Return, for each path in the rules, the options that decide whether it is there."""
    functional = [name for name in options() if name != "license"]
    combinations = [
        dict(zip(functional, values, strict=True)) for values in product(*(options()[n] for n in functional))
    ]
    found: dict[PurePosixPath, set[str]] = {}
    for answers in combinations:
        gone = absent(filled(answers))
        for name in functional:
            for value in options()[name]:
                for path in gone ^ absent(filled(answers | {name: value})):
                    found.setdefault(path, set()).add(name)
    return found


def lines_of(path: PurePosixPath, answers: Answers) -> int | None:
    """Return how many lines the file ``path`` has in a project with ``answers``, or None if it is not there."""
    gone = absent(answers)
    if path in gone or gone.intersection(path.parents):
        return None
    try:
        return len(environment(answers).get_template(path.as_posix()).render().splitlines())
    except UnicodeDecodeError:
        return 0


def data() -> dict[str, Any]:
    """Return the questions, and each file with the options that it depends on and its lines for each of their answers.

    The lines are in the order of the product of the options' values; a file that depends on nothing has one number.
    """
    presence = matter_to_presence()
    files = []
    for tracked in tracked_files(FOLDER):
        path = PurePosixPath(*tracked.parts[1:])
        text = (SKELETON / path).read_bytes().decode("utf-8", "replace")
        depends = mentioned(text).union(*(presence.get(place, set()) for place in (path, *path.parents)))
        names = [name for name in options() if name in depends]
        combinations = product(*(options()[name] for name in names))
        lines = [lines_of(path, filled(dict(zip(names, values, strict=True)))) for values in combinations]
        if len(set(lines)) == 1:
            names, lines = [], lines[:1]
        files.append([path.as_posix(), [list(options()).index(name) for name in names], lines])
    prompts = ENTRIES["__prompts__"]
    return {
        "texts": [[name, prompts[name], ENTRIES[name]] for name in TEXTS],
        "options": [[name, values, prompts[name]] for name, values in options().items()],
        "files": files,
    }
