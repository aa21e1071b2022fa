"""The option space is what cookiecutter.json says, and is covered."""

import json
from itertools import combinations

import pytest

from options import (
    ALL_VARIANTS,
    FILE_ONLY,
    FUNCTIONAL_VARIANTS,
    OPTIONS,
    ROOT,
    cover,
    everything,
    functional_pairs,
    matching,
    questions,
)


def test_every_question_has_a_prompt() -> None:
    prompts = json.loads((ROOT / "cookiecutter.json").read_text("utf-8"))["__prompts__"]
    assert list(prompts) == list(questions())


def test_every_value_is_explained_where_it_is_chosen() -> None:
    prompts = json.loads((ROOT / "cookiecutter.json").read_text("utf-8"))["__prompts__"]
    for option in [option for option, default in questions().items() if isinstance(default, list)]:
        question, *choices = prompts[option]
        assert question == "__prompt__"
        assert choices == OPTIONS[option]
        for value in choices:
            assert prompts[option][value].startswith(f"{value}: ")
            assert len(prompts[option][value]) <= 80


def test_every_combination_of_functional_answers_is_a_variant() -> None:
    functional = [option for option in OPTIONS if option not in FILE_ONLY]
    expected = 1
    for option in functional:
        expected *= len(OPTIONS[option])
    combined = {
        tuple(answer for answer in variant.answers if answer[0] in functional) for variant in FUNCTIONAL_VARIANTS
    }
    assert len(FUNCTIONAL_VARIANTS) == len(combined) == expected


def test_every_pair_of_answers_is_in_some_variant() -> None:
    covered = {frozenset(pair) for variant in ALL_VARIANTS for pair in combinations(variant.answers, 2)}
    answers = [(option, value) for option, values in OPTIONS.items() for value in values]
    pairs = {frozenset(pair) for pair in combinations(answers, 2) if pair[0][0] != pair[1][0]}
    assert pairs <= covered


def test_every_variant_has_an_id_of_its_own() -> None:
    assert len({variant.id for variant in ALL_VARIANTS}) == len(ALL_VARIANTS)


def test_everything_switches_every_option_on() -> None:
    answers = dict(everything().answers)
    assert answers["use_example"] == "yes"
    assert set(answers) == set(OPTIONS)


def test_variants_are_chosen_by_their_answers() -> None:
    chosen = matching(ALL_VARIANTS, "use_example=no,license=MIT")
    assert chosen
    assert all({("use_example", "no"), ("license", "MIT")} <= set(variant.answers) for variant in chosen)


def test_a_cover_has_every_pair_of_functional_answers_and_every_option_on() -> None:
    chosen = cover(FUNCTIONAL_VARIANTS)
    found = set().union(*map(functional_pairs, chosen))
    assert found == set().union(*map(functional_pairs, FUNCTIONAL_VARIANTS))
    assert chosen[0] == FUNCTIONAL_VARIANTS[0]
    assert functional_pairs(chosen[1]) == functional_pairs(everything())
    assert len(set(chosen)) == len(chosen) <= len(FUNCTIONAL_VARIANTS) / 2


def test_an_unknown_answer_chooses_nothing_silently() -> None:
    with pytest.raises(ValueError, match="'api', 'flask'"):
        matching(ALL_VARIANTS, "api=flask")
