"""Variants take turns in one folder without harm."""

import sys
from pathlib import Path

from files import contents
from running import clean_environment, run
from suites import content
from workshop import COMPILED, place


def project(folder: Path, **modules: str) -> Path:
    """Make a project of ``modules`` in ``folder``."""
    (folder / "app").mkdir(parents=True)
    for name, text in modules.items():
        (folder / "app" / f"{name}.py").write_text(text, "utf-8")
    return folder


def test_what_is_compiled_of_one_variant_is_not_taken_for_the_others(tmp_path: Path) -> None:
    """Though the files are as long and were written at the same moment."""
    one, other = project(tmp_path / "one", word="WORD = 'one'"), project(tmp_path / "other", word="WORD = 'two'")
    env = clean_environment(PYTHONDONTWRITEBYTECODE="")
    for variant, word in ((one, "one"), (other, "two"), (one, "one")):
        shop = place(variant, tmp_path / "shop")
        printed = run(sys.executable, "-c", "from app.word import WORD; print(WORD)", cwd=shop, env=env).stdout
        assert printed == f"{word}\n"
    assert list((tmp_path / "shop" / "app" / COMPILED).iterdir())


def test_nothing_is_left_of_the_variant_before(tmp_path: Path) -> None:
    rich, lean = project(tmp_path / "rich", a="", b=""), project(tmp_path / "lean", a="")
    shop = place(rich, tmp_path / "shop")
    (shop / "db.sqlite3").touch()
    assert contents(place(lean, shop)) == contents(lean)


def test_a_project_has_the_same_content_after_it_ran_and_another_when_it_changed(tmp_path: Path) -> None:
    one, other = project(tmp_path / "one", a="A = 1"), project(tmp_path / "other", a="A = 2")
    shop = place(one, tmp_path / "shop")
    run(sys.executable, "-c", "import app.a", cwd=shop, env=clean_environment(PYTHONDONTWRITEBYTECODE=""))
    assert content(shop) == content(one) != content(other)
