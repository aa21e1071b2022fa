"""Either part of OAuth2 can be removed as docs/oauth2.md says, and the other goes on."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings.env import BASE_DIR

SCRIPT = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
statuses = [Client().get(path, headers={"Authorization": "Bearer unknown"}).status_code for path in PATHS]
print(*settings.OAUTH2_TOKENS, *statuses)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("apps", "config", "static", "templates", "manage.py"):
        copy = shutil.copytree if (BASE_DIR / name).is_dir() else shutil.copy
        copy(BASE_DIR / name, tmp_path / name)
    return tmp_path


def edit(path: Path, pattern: str) -> None:
    path.write_text(re.sub(pattern, "", path.read_text("utf-8")), "utf-8")


def run(project: Path, **variables: str) -> list[str]:
    """Return the sources of tokens, and the statuses of the API and of the provider's metadata."""
    paths = ["/api/v1/users/me/", "/.well-known/openid-configuration"]
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    environment |= {
        "DATABASE_URL": "sqlite:///:memory:",
        "SECRET_KEY": "of-this-test-alone-and-long-enough",
        **variables,
    }
    result = subprocess.run(  # noqa: S603 - the command is ours
        [sys.executable, "-W", "ignore", "-c", SCRIPT.replace("PATHS", str(paths))],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()[-1].split()


def test_the_provider_can_go(project: Path) -> None:
    shutil.rmtree(project / "apps" / "oauth2" / "provider")
    (project / "config" / "settings" / "oauth2_provider.py").unlink()
    for path in (project / "config").rglob("*.py"):
        edit(path, r"(?i).*oauth2[_.]provider.*\n")

    outside = {"OIDC_ISSUER": "https://sso.example.com", "OIDC_AUDIENCE": "shop"}

    assert run(project, **outside) == ["apps.oauth2.external.authenticate", "401", "404"]


def test_the_outside_provider_can_go(project: Path) -> None:
    (project / "apps" / "oauth2" / "external.py").unlink()
    edit(project / "config" / "settings" / "oauth2.py", r"# An outside identity provider[\s\S]*")

    assert run(project)[0] == "apps.oauth2.provider.tokens.authenticate"
