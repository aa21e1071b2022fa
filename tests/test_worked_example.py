"""The rehearsal of a migration in three deployments: each of its releases is a whole project."""

from pathlib import Path

import pytest

from baking import Bakery
from environment import Environment
from rehearsal import RELEASES, write_release
from running import run


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_has_the_migrations_of_its_models(
    release: str, bake: Bakery, environment: Environment, tmp_path: Path
) -> None:
    write_release(tmp_path, release, bake({}))

    # A file that begins with a dot is left out by the rehearsal, which gets its settings from the environment.
    (tmp_path / ".env").write_text("SECRET_KEY=only-for-this-test\n", "utf-8")
    run(environment.python, "manage.py", "makemigrations", "--check", "--dry-run", cwd=tmp_path)
