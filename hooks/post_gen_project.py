"""Drop what the answers switched off, write a first .env, say what comes next. Safe to run again."""

import json
import re
import secrets
import shutil
from pathlib import Path

# A raw string around JSON: whatever was typed, it ends neither the string nor this program.
ANSWERS = json.loads(r"""<<cookiecutter|jsonify>>""")

# When to drop what.
API, AUTH, CI, DEPLOY = (ANSWERS[name] for name in ("api", "auth", "ci", "deploy"))
UNWANTED = [
    ("drf" not in API, "apps/**/drf.py config/**/*drf.py tests/**/*drf.py"),
    ("drf" not in API, "apps/*/api/authentication.py apps/*/api/serializers.py apps/*/api/urls.py apps/*/api/views.py"),
    ("drf" not in API, "apps/core/api/parsers.py apps/core/api/throttles.py"),
    ("ninja" not in API, "apps/**/ninja*.py config/**/*ninja.py tests/**/*ninja.py"),
    ("ninja" not in API, "apps/*/api/routes.py apps/*/api/schemas.py apps/*/api/security.py"),
    (API != "drf+ninja", "tests/contract/**/test_same_*.py"),
    ("session" not in AUTH, "apps/accounts/**/session.py tests/**/*session.py tests/contract/test_csrf.py"),
    ("jwt" not in AUTH, "apps/accounts/tokens.py tests/**/*jwt.py"),
    ("oauth2" not in AUTH, "apps/oauth2 tests/**/*oauth2.py"),
    (not ANSWERS["use_celery"], "apps/background apps/*/tasks.py deploy/*/celery.yaml deploy/*/components"),
    (not ANSWERS["use_celery"], "config/**/celery.py config/*/brokers config/*/*/redbeat.py docs/celery*.md"),
    (not ANSWERS["use_celery"], "tests/background tests/workers tests/*/*_tasks.py"),
    (not ANSWERS["use_example"], "apps/catalog apps/notifications apps/orders tests/catalog tests/notifications"),
    (not ANSWERS["use_example"], "tests/orders tests/contract/shop tests/load/*/shop.py tests/workers/*chaos.py"),
    (not ANSWERS["use_redis"], "config/*/*/red*.py docs/celery-redis.md apps/core/caches/redis.py"),
    (ANSWERS["use_redis"], "apps/core/caches/memcached.py"),
    (DEPLOY == "none", "Dockerfile .dockerignore compose*.yaml docs/containers.md"),
    (DEPLOY != "kubernetes", "deploy/kubernetes docs/kubernetes.md"),
    (CI != "github", ".github"),
    (CI != "gitlab", ".gitlab-ci.yml renovate.json"),
]

for pattern in " ".join(patterns for unwanted, patterns in UNWANTED if unwanted).split():
    for path in list(Path().glob(pattern)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        any(path.parent.iterdir()) or path.parent.rmdir()  # no empty folder stays behind

env = Path(".env")
if not env.exists() and not env.is_symlink():
    env.touch(mode=0o600)
    example = Path(".env.example").read_text("utf-8")
    key = secrets.token_urlsafe(50)
    env.write_text(re.sub(r"^SECRET_KEY=.*$", f"SECRET_KEY={key}", example, flags=re.MULTILINE), "utf-8")

print("Your project is in {0}/. Next:\n    cd {0}\n    uv run manage.py demo".format(ANSWERS["project_slug"]))
