"""The option space, read from cookiecutter.json: every answer there is, and the sets of answers tested.

An option is a question with a list of values or a yes or no. Those that decide how the project
works are combined in full; those that only add files are crossed in pairs with everything. A new
option or value is therefore tested as soon as cookiecutter.json has it.
"""

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

from snapshot import tracked_files

ROOT = Path(__file__).resolve().parent.parent
SKELETON = ROOT / "<<cookiecutter.project_slug>>"

# Options whose values add or change files that the project's code does not know of.
FILE_ONLY = frozenset({"license", "deploy", "ci"})

type Answer = tuple[str, str]
type Pair = frozenset[Answer]


@dataclass(frozen=True)
class Variant:
    """One set of answers, given to every option."""

    answers: tuple[Answer, ...]

    @property
    def id(self) -> str:
        """The answers as text. A file-only option left at its default is not mentioned."""
        return ",".join(
            f"{option}={value}"
            for option, value in self.answers
            if option not in FILE_ONLY or value != OPTIONS[option][0]
        )

    @property
    def command(self) -> str:
        """The command that generates this variant, run in the repository."""
        return reproducing_command(dict(self.answers))


def reproducing_command(answers: Mapping[str, str]) -> str:
    """Return the command that generates a project with ``answers``, run in the repository."""
    words = [f"{question}={answer}" for question, answer in answers.items()]
    return shlex.join(["cookiecutter", ".", "--no-input", "--output-dir", "/tmp", *words])  # noqa: S108 - an example


def questions() -> dict[str, Any]:
    """Return cookiecutter.json without its private entries."""
    entries = json.loads((ROOT / "cookiecutter.json").read_text("utf-8"))
    return {name: default for name, default in entries.items() if not name.startswith("_")}


def read_options() -> dict[str, list[str]]:
    """Return every option with its values, the default first."""
    options: dict[str, list[str]] = {}
    for name, default in questions().items():
        if isinstance(default, bool):
            options[name] = ["yes", "no"] if default else ["no", "yes"]
        elif isinstance(default, list):
            options[name] = default
    return options


OPTIONS = read_options()


def _complete(chosen: dict[str, str], uncovered: set[Pair]) -> Variant:
    """Answer the options left, each so that most pairs are covered, and take those off ``uncovered``."""
    for option, values in OPTIONS.items():
        if option not in chosen:
            chosen[option] = max(
                values,
                key=lambda value: sum(frozenset({(option, value), answer}) in uncovered for answer in chosen.items()),
            )
    uncovered.difference_update(map(frozenset, combinations(chosen.items(), 2)))
    return Variant(tuple((option, chosen[option]) for option in OPTIONS))


def functional_and_all_variants() -> tuple[list[Variant], list[Variant]]:
    """Return the full product of the functional options, and that with all file-only pairs added."""
    answers = [(option, value) for option, values in OPTIONS.items() for value in values]
    uncovered: set[Pair] = {
        frozenset({one, other})
        for one, other in combinations(answers, 2)
        if one[0] != other[0] and FILE_ONLY & {one[0], other[0]}
    }
    functional = [option for option in OPTIONS if option not in FILE_ONLY]
    full = [
        _complete(dict(zip(functional, values, strict=True)), uncovered)
        for values in product(*(OPTIONS[option] for option in functional))
    ]
    more = []
    while uncovered:
        more.append(_complete(dict(min(uncovered, key=sorted)), uncovered))
    return full, full + more


FUNCTIONAL_VARIANTS, ALL_VARIANTS = functional_and_all_variants()


def everything() -> Variant:
    """Return the variant with every option on, which has the dependencies of all the others."""
    richest = {
        option: max(values, key=lambda value: (value == "yes", value.count("+"))) for option, values in OPTIONS.items()
    }
    return Variant(tuple(richest.items()))


def nothing() -> Variant:
    """Return the variant with the fewest files."""
    poorest = {
        option: min(values, key=lambda value: (value not in {"no", "none"}, value.count("+"), len(value)))
        for option, values in OPTIONS.items()
    }
    return Variant(tuple(poorest.items()))


def functional_pairs(variant: Variant) -> set[Pair]:
    """Return the pairs of functional answers that ``variant`` has."""
    return set(map(frozenset, combinations((answer for answer in variant.answers if answer[0] not in FILE_ONLY), 2)))


def cover(variants: list[Variant]) -> list[Variant]:
    """Return few of ``variants`` that have every pair of functional answers between them.

    Among them are the first and the one with every option on.
    """
    richest = functional_pairs(everything())
    chosen = [variants[0], *(variant for variant in variants[1:] if richest <= functional_pairs(variant))]
    left = set().union(*map(functional_pairs, variants)).difference(*map(functional_pairs, chosen))
    while left:
        chosen.append(max(variants, key=lambda variant: len(left & functional_pairs(variant))))
        left -= functional_pairs(chosen[-1])
    return chosen


def matching(variants: Iterable[Variant], where: str) -> list[Variant]:
    """Return the variants that have every answer of ``where``, such as ``api=drf,use_example=no``."""
    wanted = {tuple(answer.split("=", 1)) for answer in where.split(",") if answer}
    known = {(option, value) for option, values in OPTIONS.items() for value in values}
    if unknown := wanted - known:
        raise ValueError(f"not an answer in cookiecutter.json: {sorted(unknown)}")
    return [variant for variant in variants if wanted <= set(variant.answers)]


def one_for_each(variants: Iterable[Variant], options: Iterable[str]) -> list[Variant]:
    """Return the first of ``variants`` for each combination of answers to ``options``."""
    found: dict[tuple[str, ...], Variant] = {}
    for variant in variants:
        answers = dict(variant.answers)
        found.setdefault(tuple(answers[option] for option in options), variant)
    return list(found.values())


def having(variants: Iterable[Variant], answers: str) -> list[Variant]:
    """Return few of ``variants`` that have all of ``answers`` between them, such as ``use_redis=yes,use_redis=no``."""
    left = {(option, value) for option, value in (answer.split("=", 1) for answer in answers.split(","))}
    variants, chosen = list(variants), []
    while left:
        chosen.append(max(variants, key=lambda variant: len(left.intersection(variant.answers))))
        if left.isdisjoint(chosen[-1].answers):
            raise ValueError(f"no variant has one of {sorted(left)}")
        left.difference_update(chosen[-1].answers)
    return chosen


def conditions() -> int:
    """Return how many conditions the skeleton has. Each is a place where variants differ."""
    condition = re.compile(rb"^\s*# % *(if|elif|for)\b|<% *(if|elif|for)\b", re.MULTILINE)
    return sum(len(condition.findall((ROOT / path).read_bytes())) for path in tracked_files(SKELETON.name))
