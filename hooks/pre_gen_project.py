"""Refuse answers no working project can be made from: one line on stderr, exit status 1."""

import json
import keyword
import re
import sys
import unicodedata

# A raw string around JSON: whatever was typed, it ends neither the string nor this program.
ANSWERS = json.loads(r"""<<cookiecutter|jsonify>>""")

LONGEST = {"project_name": 100, "project_slug": 50, "description": 200, "author_name": 100}
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = rf"(?:{LABEL}\.)+(?=[A-Za-z]){LABEL}"
EMAIL = rf"[A-Za-z0-9.!#$&'*+/=?^_{{|}}~-]+@{DOMAIN}"

# What the project calls its own, then what its libraries are installed or imported as:
# tests/test_refusals.py fails when a name is missing here.
TAKEN = """
apps config deploy docs locale manage media static staticfiles templates tests
allauth argon2 argon2_cffi axes celery celery_redbeat corsheaders coverage debug_toolbar djade django
django_allauth django_axes django_cors_headers django_debug_toolbar django_environ django_filter
django_filters django_guardian django_health_check django_linear_migrations django_migration_linter
django_ninja django_pg_zero_downtime_migrations django_prometheus django_storages django_structlog
django_stubs django_unfold django_zeal django_zero_downtime_migrations djangorestframework
djangorestframework_stubs drf_spectacular drf_spectacular_sidecar drf_standardized_errors environ factory
factory_boy flower guardian gunicorn health_check hypothesis import_linter importlinter kombu locust mypy
mypy_django_plugin mypy_drf_plugin ninja opentelemetry pre_commit prek psycopg py pydantic pymemcache pytest
pytest_cov pytest_django pytest_timeout pytest_xdist redbeat redis rest_framework ruff schemathesis
sentry_sdk storages structlog unfold uvicorn whitenoise xdist zeal zero_downtime_migrations
"""


def rules(question, answer):
    """Yield every rule that ``answer`` is under, each after whether it is kept."""
    longest = LONGEST.get(question, 253)
    yield answer.strip() or question == "description", "must not be empty"
    yield len(answer) <= longest, f"must not be longer than {longest} characters"
    odd = any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in answer)
    yield not odd, "must not contain control characters or line breaks"
    reversing = re.search("[\u202a-\u202e\u2066-\u2069]", answer)
    yield not reversing, "must not contain characters that reverse the direction of text"
    yield not re.search("<[%#<]|^# ?%", answer), "must not contain a < followed by <, % or #"
    if question == "project_slug":
        spelled = re.fullmatch("[a-z](?:[a-z0-9_]*[a-z0-9])?", answer)
        yield spelled, "must be lower-case a-z, 0-9 and _, beginning with a letter"
        yield not keyword.iskeyword(answer), "must not be a Python keyword"
        standard = answer in {*sys.stdlib_module_names, "test"}
        yield not standard, "must not be a module of Python's standard library"
        yield answer not in TAKEN.split(), "must not be a name the project or its libraries use"
    if question == "author_email":
        yield re.fullmatch(EMAIL, answer), "must be an e-mail address such as you@example.com"
    if question == "domain_name":
        yield re.fullmatch(DOMAIN, answer), "must be a domain name such as example.com"


for question, answer in ANSWERS.items():
    if isinstance(answer, str) and not question.startswith("_"):
        for kept, rule in rules(question, answer):
            if not kept:
                sys.exit(f"{question} = {answer[:60]!r} is refused: it {rule}.")
