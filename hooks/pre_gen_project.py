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

# What the project calls its own, then what its libraries are installed or imported as, less a
# django_ before it. A test fails when a name is missing.
TAKEN = """
apps config deploy docs locale manage media static staticfiles templates tests
allauth argon2 argon2_cffi axes celery celery_redbeat cors_headers corsheaders coverage debug_toolbar djade
django djangorestframework djangorestframework_stubs drf_spectacular drf_spectacular_sidecar
drf_standardized_errors environ factory factory_boy filter filters flower guardian gunicorn health_check
hypothesis import_linter importlinter kombu linear_migrations locust migration_linter mypy mypy_django_plugin
mypy_drf_plugin ninja openapi_schema_validator openapi_spec_validator opentelemetry
pg_zero_downtime_migrations pre_commit prek prometheus psycopg py pydantic
pymemcache pytest pytest_cov pytest_django pytest_timeout pytest_xdist pyyaml redbeat redis rest_framework
ruff schemathesis sentry_sdk storages structlog stubs types_pyyaml unfold uvicorn whitenoise xdist yaml zeal
zero_downtime_migrations
"""


def rules(question, answer):
    """Yield every rule that ``answer`` is under, each after whether it is kept."""
    longest = LONGEST.get(question, 253)
    yield answer.strip() or question == "description", "must not be empty"
    yield len(answer) <= longest, f"must not be longer than {longest} characters"
    control = any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in answer)
    control = control or re.search("[\u202a-\u202e\u2066-\u2069]", answer)  # reverse what follows
    yield not control, "must not contain control characters or line breaks"
    yield not re.search("<[%#<]|^# ?%", answer), "must not contain a < followed by <, % or #"
    if question == "project_slug":
        spelled = re.fullmatch("[a-z](?:[a-z0-9_]*[a-z0-9])?", answer)
        yield spelled, "must be lower-case a-z, 0-9 and _, beginning with a letter"
        yield not keyword.iskeyword(answer), "must not be a Python keyword"
        standard = answer in {*sys.stdlib_module_names, "test"}
        yield not standard, "must not be a module of Python's standard library"
        taken = answer.removeprefix("django_") in TAKEN.split()
        yield not taken, "must not be a name the project or its libraries use"
    if question == "author_email":
        yield re.fullmatch(EMAIL, answer), "must be an e-mail address such as you@example.com"
    if question == "domain_name":
        yield re.fullmatch(DOMAIN, answer), "must be a domain name such as example.com"


for question, answer in ANSWERS.items():
    if isinstance(answer, str) and not question.startswith("_"):
        for kept, rule in rules(question, answer):
            if not kept:
                sys.exit(f"{question} = {answer[:60]!r} is refused: it {rule}.")
