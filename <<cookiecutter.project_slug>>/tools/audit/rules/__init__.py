"""The static rules: functions that yield findings in a project."""

# % if "drf" in cookiecutter.api
from tools.audit.rules.drf import CHECKS as DRF

# % endif -
from tools.audit.rules.migrations import CHECKS as MIGRATIONS
from tools.audit.rules.models import CHECKS as MODELS

# % if "ninja" in cookiecutter.api -
from tools.audit.rules.ninja import CHECKS as NINJA

# % endif -
from tools.audit.rules.queries import CHECKS as QUERIES

# % if cookiecutter.use_celery -
from tools.audit.rules.tasks import CHECKS as TASKS

# % endif -
from tools.audit.rules.transactions import CHECKS as TRANSACTIONS

CHECKS = [
    # % if "drf" in cookiecutter.api
    *DRF,
    # % endif
    *MIGRATIONS,
    *MODELS,
    # % if "ninja" in cookiecutter.api
    *NINJA,
    # % endif
    *QUERIES,
    # % if cookiecutter.use_celery
    *TASKS,
    # % endif
    *TRANSACTIONS,
]
