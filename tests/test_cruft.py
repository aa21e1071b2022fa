"""Projects made with cruft are the same as cookiecutter's, and can be updated."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from baking import Bakery
from environment import Environment
from files import contents
from options import ROOT, SKELETON
from running import clean_environment, commit, git, run

type Create = Callable[..., Path]


@pytest.fixture
def template(bake: Bakery, tmp_path: Path) -> Path:
    """A git repository that holds the template."""
    folder = Path(shutil.copytree(bake.template, tmp_path / "template", symlinks=True))
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    return folder


@pytest.fixture
def create(template: Path, tmp_path: Path) -> Create:
    """Let cruft make a project with answers from the template as it is, under git."""

    def make(**answers: str) -> Path:
        options = ["--no-input", "--output-dir", str(tmp_path), "--extra-context", json.dumps(answers)]
        cruft("create", str(template), *options, cwd=tmp_path)
        project = tmp_path / "my_project"
        git(project, "init", "--quiet", "--initial-branch=main")
        commit(project)
        return project

    return make


def cruft(*arguments: str, cwd: Path, status: int | None = 0) -> subprocess.CompletedProcess[str]:
    """Run cruft."""
    return run(sys.executable, "-m", "cruft", *arguments, cwd=cwd, env=clean_environment(HOME=str(cwd)), status=status)


def edit(path: Path, old: str, new: str) -> None:
    """Put ``new`` for ``old``, which is there once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def append(path: Path, line: str) -> None:
    """Write ``line`` at the end."""
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")


def assert_is_up_to_date(project: Path, template: Path) -> None:
    """Assert that an update left no conflict, and that cruft has nothing more to bring."""
    assert [path.name for path in project.rglob("*.rej")] == []
    assert [name for name, text in contents(project).items() if b"<<<<<<< " in text] == []
    state = json.loads((project / ".cruft.json").read_text("utf-8"))
    assert state["commit"] == git(template, "rev-parse", "HEAD").strip()
    cruft("check", cwd=project)


def test_it_makes_the_same_project_as_cookiecutter(create: Create, bake: Bakery) -> None:
    created = contents(create())
    assert created.pop(".cruft.json")
    assert created == contents(bake({}))


def test_an_update_brings_what_is_new_and_keeps_what_is_the_owners(create: Create, template: Path) -> None:
    project = create()
    settings, deleted = project / "config" / "settings" / "base.py", project / "docs" / "performance.md"
    append(settings, "OWNERS_SETTING = 1")
    append(project / ".env", "OWNERS_VARIABLE=1")
    secrets = (project / ".env").read_text("utf-8")
    edit(
        project / "apps" / "accounts" / "services.py",
        "setattr(user, name, value)\n",
        "setattr(user, name, value or None)\n",
    )
    (project / "apps" / "owners.py").write_text("OWN = 1\n", "utf-8")
    deleted.unlink()
    commit(project)

    skeleton = template / SKELETON.name
    append(skeleton / "config" / "urls.py", "# new in the template")
    append(skeleton / "apps" / "accounts" / "services.py", "# new beside the owner's edit")
    append(skeleton / deleted.relative_to(project), "New in what the owner deleted.")
    (skeleton / "apps" / "brought.py").write_text("NEW = 1\n", "utf-8")
    (skeleton / "tests" / "pages" / "test_views.py").unlink()
    commit(template)
    assert "out of date" in cruft("check", cwd=project, status=1).stdout
    cruft("update", "--skip-apply-ask", cwd=project)

    assert_is_up_to_date(project, template)
    assert "# new in the template" in (project / "config" / "urls.py").read_text("utf-8")
    services = (project / "apps" / "accounts" / "services.py").read_text("utf-8")
    assert "setattr(user, name, value or None)\n" in services
    assert "# new beside the owner's edit" in services
    assert (project / "apps" / "brought.py").exists()
    assert not (project / "tests" / "pages" / "test_views.py").exists()
    assert "OWNERS_SETTING = 1" in settings.read_text("utf-8")
    assert (project / "apps" / "owners.py").read_text("utf-8") == "OWN = 1\n"
    assert not deleted.exists()
    assert (project / ".env").read_text("utf-8") == secrets


def test_an_update_leaves_out_what_the_new_template_leaves_out(create: Create, template: Path) -> None:
    """And not what the old one did, whose rules the same process has imported."""
    project = create(use_celery="no")
    rules = next(path for path in template.glob("*.py") if "def left_out(" in path.read_text("utf-8"))
    edit(rules, '"docs/celery.md",', '"docs/celery.md", "docs/brought.md",')
    (template / SKELETON.name / "docs" / "brought.md").write_text("# Of workers\n", "utf-8")
    append(template / SKELETON.name / "README.md", "New.")
    commit(template)

    cruft("update", "--skip-apply-ask", cwd=project)

    assert_is_up_to_date(project, template)
    assert (project / "README.md").read_text("utf-8").endswith("New.\n")
    assert not (project / "docs" / "brought.md").exists()


def test_an_answer_can_be_changed_later(create: Create, template: Path, bake: Bakery, environment: Environment) -> None:
    """What an option brings comes, joined on where the owner has worked, and the other answers stay."""
    project = create(use_celery="no", api="ninja")
    settings = project / "config" / "settings" / "base.py"
    edit(settings, '    "guardian",\n', '    "guardian",\n    "django.contrib.humanize",\n')
    commit(project)

    cruft("update", "--skip-apply-ask", "--variables-to-update", '{"use_celery": "yes"}', cwd=project)

    assert_is_up_to_date(project, template)
    assert '    "django.contrib.humanize",\n' in settings.read_text("utf-8")
    edit(settings, '    "django.contrib.humanize",\n', "")
    updated = contents(project)
    state = json.loads(updated.pop(".cruft.json"))
    assert state["context"]["cookiecutter"]["use_celery"] in (True, "yes")
    assert updated == contents(bake({"use_celery": "yes", "api": "ninja"}))
    run(environment.python, "manage.py", "check", cwd=project)


def test_the_example_is_deleted_by_one_command(create: Create, template: Path, environment: Environment) -> None:
    """And what the team generated or registered below the marks stays, without a conflict."""
    project = create(api="drf+ninja")
    run(sys.executable, "-m", "cookiecutter", "--no-input", "--default-config", template / "feature", cwd=project)
    commit(project)
    ours = {name: text for name, text in contents(project).items() if "invoices" in name}
    assert ours

    cruft("update", "--skip-apply-ask", "--variables-to-update", '{"use_example": "no"}', cwd=project)

    assert_is_up_to_date(project, template)
    left = contents(project)
    assert {name: text for name, text in left.items() if "invoices" in name} == ours
    assert not [name for name in left if name.startswith(("apps/orders/", "apps/catalog/", "tests/orders/"))]
    run(environment.python, "manage.py", "makemigrations", "--check", "--dry-run", cwd=project)
    run(environment.program("lint-imports"), "--no-cache", cwd=project)
    run(environment.program("ruff"), "check", "--no-cache", ".", cwd=project)
    urls = "from django.urls import resolve; resolve('/api/v1/invoices/'); resolve('/api/v2/invoices/')"
    run(environment.python, "manage.py", "shell", "--no-imports", "-c", urls, cwd=project)


def test_a_project_of_the_last_commit_becomes_one_of_today(bake: Bakery, tmp_path: Path) -> None:
    """With an owner's edits, and no conflict, whatever has changed in the template since."""
    template = tmp_path / "template"
    git(ROOT, "clone", "--quiet", "--no-hardlinks", ROOT, template)
    cruft("create", str(template), "--no-input", "--output-dir", str(tmp_path), cwd=tmp_path)
    project = tmp_path / "my_project"
    git(project, "init", "--quiet", "--initial-branch=main")
    append(project / "README.md", "The owner's own words.")
    append(project / "config" / "settings" / "base.py", "OWNERS_SETTING = 1")
    commit(project)

    for path in template.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    shutil.copytree(bake.template, template, symlinks=True, dirs_exist_ok=True)
    git(template, "add", "--all")
    git(template, "commit", "--quiet", "--allow-empty", "--message=Today")
    cruft("update", "--skip-apply-ask", cwd=project)

    assert_is_up_to_date(project, template)
    ours = contents(project)
    del ours[".cruft.json"]
    today = contents(bake({}))
    today["README.md"] += b"The owner's own words.\n"
    today["config/settings/base.py"] += b"OWNERS_SETTING = 1\n"
    assert ours == today


# Lists that a team extends: the file, the last entry before the mark, an entry of the template's and one of the team's.
LISTS = [
    (
        "config/settings/base.py",
        '    "apps.notifications",\n',
        '    "django.contrib.humanize",\n',
        '    "apps.invoices",\n',
    ),
    ("config/settings/celery.py", '"schedule": crontab("30")},\n', "    **NEW,\n", "    **INVOICES,\n"),
    ("config/api_drf.py", 'router.register("orders", OrderViewSet)\n', "# new\n", "# invoices\n"),
    (
        "config/urls.py",
        'path("api/v1/", include("config.api_drf", namespace="v1")),\n',
        "    # new\n",
        "    # invoices\n",
    ),
    ("pyproject.toml", '    "whitenoise~=6.12",\n', '    "xmltodict~=1.0",\n', '    "stripe~=1.0",\n'),
    ("pyproject.toml", '    "types-pyyaml~=6.0",\n', '    "types-xmltodict~=1.0",\n', '    "stripe-mock~=1.0",\n'),
    ("pyproject.toml", '    "demo",\n', '    "brought",\n', '    "invoices",\n'),
]
MARK = re.compile(r" *# Yours below\n")


def add_below_mark(project: Path, name: str, after: str, entry: str) -> None:
    """Write ``entry`` below the mark that comes next after ``after``."""
    text = (project / name).read_text("utf-8")
    mark = MARK.search(text, text.index(after))
    assert mark
    (project / name).write_text(text[: mark.end()] + entry + text[mark.end() :], "utf-8")


def test_what_a_team_adds_below_the_marks_never_conflicts(create: Create, template: Path) -> None:
    project = create(api="drf")
    for name, last, _, entry in LISTS:
        add_below_mark(project, name, last, entry)
    (project / "apps" / "invoices").mkdir()
    (project / "apps" / "invoices" / "__init__.py").touch()
    commit(project)

    for name, last, entry, _ in LISTS:
        edit(template / SKELETON.name / name, last, f"{last}{entry}")
    commit(template)
    cruft("update", "--skip-apply-ask", cwd=project)

    assert_is_up_to_date(project, template)
    for name, last, new, own in LISTS:
        text = (project / name).read_text("utf-8")
        assert text.index(last) < text.index(new)
        assert own in text
    assert (project / "apps" / "invoices" / "__init__.py").exists()


def test_a_conflict_is_marked_and_the_new_state_is_left_for_the_owner_to_stage(create: Create, template: Path) -> None:
    """As docs/updating.md says: ``git commit`` alone would leave ``.cruft.json`` behind."""
    project = create()
    settings = Path("config", "settings", "base.py")
    edit(project / settings, "QUERY_BUDGET = 5\n", "QUERY_BUDGET = 7\n")
    commit(project)
    edit(template / SKELETON.name / settings, "QUERY_BUDGET = 5\n", "QUERY_BUDGET = 6\n")
    append(template / SKELETON.name / "config" / "urls.py", "# new in the template")
    commit(template)

    said = cruft("update", "--skip-apply-ask", cwd=project).stdout

    assert "Good work!" in said  # whatever happened
    assert git(project, "status", "--porcelain").splitlines() == [
        " M .cruft.json",
        "UU config/settings/base.py",
        "M  config/urls.py",
    ]
    text = (project / settings).read_text("utf-8")
    assert "<<<<<<< ours\nQUERY_BUDGET = 7\n=======\nQUERY_BUDGET = 6\n>>>>>>> theirs\n" in text


def test_an_edited_file_of_an_option_that_is_switched_off_stays_without_a_word(create: Create) -> None:
    """And as git cannot merge then, what conflicts elsewhere is in ``.rej`` files and nothing is staged."""
    project = create()
    services = Path("apps", "outbox", "services.py")
    edit(project / services, '"""Enqueue, send', '"""Ours: enqueue, send')
    edit(project / "config/settings/base.py", '    "apps.outbox",\n', '    "apps.outbox",\n    "apps.invoices",\n')
    commit(project)

    cruft("update", "--skip-apply-ask", "--variables-to-update", '{"use_celery": "no"}', cwd=project)

    assert [path.name for path in (project / "apps" / "outbox").iterdir()] == ["services.py"]
    assert [path.name for path in project.rglob("*.rej")] == ["base.py.rej"]
    assert '-    "apps.outbox",\n' in (project / "config" / "settings" / "base.py.rej").read_text("utf-8")
    assert git(project, "diff", "--cached", "--name-only") == ""
    assert not (project / "config" / "celery.py").exists()
    # What the page says finds it.
    deleted = git(project, "ls-files", "--deleted").splitlines()
    assert "apps/outbox/models.py" in deleted
    assert services.as_posix() not in deleted


def test_an_update_needs_a_clean_project(create: Create, template: Path) -> None:
    project = create()
    append(template / SKELETON.name / "config" / "urls.py", "# new in the template")
    commit(template)
    append(project / "README.md", "Not committed.")

    refused = cruft("update", "--skip-apply-ask", cwd=project, status=None)

    assert "unclean git project" in refused.stdout + refused.stderr
    assert "# new in the template" not in (project / "config" / "urls.py").read_text("utf-8")
