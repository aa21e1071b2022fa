"""Every variant comes out whole: nothing of the template left, well-formed, and free of what is off."""

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from baking import Bakery
from environment import Environment
from files import files, texts
from options import SKELETON, Variant
from running import run

# What must not be left of the template, but for the command of its generator of features. ">>" alone is a doctest's or a shell's, and cannot be left
# over without its "<<".
LEFTOVER = re.compile(
    r"<<|<%|%>|<#|#>|^[ \t]*# ?%|cookiecutter(?! gh:org/django-expert --directory feature)",
    re.IGNORECASE | re.MULTILINE,
)

# Words, and the answers to an option that are the only ones to bring them, beyond the names of files.
WORDS = [
    ("api", {"drf", "drf+ninja"}, r"drf|djangorestframework|rest[ _]framework|django_filters|ModelSerializers?"),
    ("api", {"ninja", "drf+ninja"}, r"ninja|pydantic"),
    (
        "api",
        {"drf+ninja"},
        r"(both|either|each|two|other|one|every|whichever|neither) (of the )?(two )?(api )?(frameworks?|APIs)|DRF and Ninja|API v?2|/v2/",
    ),
    ("auth", {"jwt", "session+jwt", "session+jwt+oauth2"}, r"jwts?|(access|refresh)[ -]tokens?"),
    (
        "auth",
        {"session+jwt+oauth2"},
        r"oauth2_provider|django-oauth-toolkit|oauthlib|createapplication|cleartokens|(?<!openid_connect_)oidc_\w+",
    ),  # signing in speaks of OAuth2 too
    ("use_celery", {"yes"}, r"celery\w*|kombu|flower|amqps?|rabbitmq|apps.outbox|dead[ _-]letters?"),
    ("use_redis", {"yes"}, r"redbeat|redis|rediss|valkey"),
    ("use_redis", {"no"}, r"memcached|pymemcache"),
    ("use_example", {"yes"}, r"catalog|orders|order_?items?|idempoten\w*|daily[ _]digests?"),
    ("deploy", {"docker", "kubernetes"}, r"docker\w*|compose\.\w+"),
    ("deploy", {"kubernetes"}, r"kubernetes|kubectl|kustomiz\w+"),
    ("ci", {"github"}, r"dependabot|github actions"),
    ("ci", {"gitlab"}, r"gitlab\w*|renovate\w*"),
]


def test_nothing_of_the_template_is_left(baked: Path) -> None:
    left = [
        f"{path}: {line.strip()}"
        for path, text in texts(baked)
        for line in [path, *text.splitlines()]
        if LEFTOVER.search(line)
    ]
    assert not left, "\n".join(left)


def test_text_files_end_with_one_line_break_and_have_no_holes(baked: Path) -> None:
    bad = [
        path
        for path, text in texts(baked)
        if text and (not text.endswith("\n") or text.endswith("\n\n") or "\n\n\n\n" in text or text[0] == "\n")
    ]
    assert not bad, "\n".join(bad)


@pytest.mark.filterwarnings("error::SyntaxWarning")
def test_python_files_compile(baked: Path) -> None:
    for path in files(baked, ".py"):
        compile_once(path.read_bytes(), path.relative_to(baked).as_posix())


@cache
def compile_once(source: bytes, name: str) -> None:
    """Compile what many variants have once."""
    compile(source, name, "exec", dont_inherit=True)


def test_documents_parse(baked: Path) -> None:
    for path in files(baked, ".toml"):
        tomllib.loads(path.read_text("utf-8"))
    for path in files(baked, ".json"):
        json.loads(path.read_text("utf-8"))
    for path in files(baked, ".yaml", ".yml"):
        list(yaml.safe_load_all(path.read_text("utf-8")))


def test_ruff_finds_nothing(baked: Path, environment: Environment) -> None:
    run(environment.program("ruff"), "check", "--no-cache", ".", cwd=baked)


def test_ruff_would_format_nothing(baked: Path, environment: Environment) -> None:
    run(environment.program("ruff"), "format", "--no-cache", "--diff", ".", cwd=baked)


def test_nothing_is_left_of_what_is_switched_off(variant: Variant, baked: Path, bake: Bakery) -> None:
    patterns = [*traces_of_dropped(bake.template / SKELETON.name, baked)]
    answers = dict(variant.answers)
    patterns += [words for option, bringing, words in WORDS if answers[option] not in bringing]
    trace = re.compile(rf"(?<![\w-])({'|'.join(patterns)})(?![\w-])", re.IGNORECASE) if patterns else None
    left = [
        f"{path}: {line.strip()}"
        for path, text in texts(baked)
        if path != "LICENSE"  # a license may speak of customers
        for line in [path, *text.splitlines()]
        if trace and trace.search(line)
    ]
    assert not left, "\n".join(left)


def traces_of_dropped(skeleton: Path, project: Path) -> Iterator[str]:
    """Yield patterns that would name a file or folder that ``project`` lacks, as a path or a module."""
    for path in sorted(skeleton.rglob("*")):
        relative = path.relative_to(skeleton)
        if not (project / relative).exists() and (project / relative).parent.exists():
            if path.is_dir() and path.parent == skeleton:
                yield re.escape(f"{path.name}/") + r"\S*"  # its name alone may be an ordinary word
                continue
            yield re.escape(relative.as_posix())
            if path.is_dir() or path.suffix == ".py":
                yield re.escape(".".join(relative.with_suffix("").parts))


def test_projects_differ_only_where_answers_do(bake: Bakery) -> None:
    """Two bakes of the same answers are the same bytes, but for the secret."""
    one, other = bake({"description": "One."}), bake({"description": "Other."})
    different = [
        path
        for (path, text), (_, other_text) in zip(texts(one), texts(other), strict=True)
        if path != ".env" and text.replace("One.", "Other.") != other_text
    ]
    assert not different, "\n".join(different)
