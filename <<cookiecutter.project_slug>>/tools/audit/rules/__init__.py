"""The static rules: functions that yield findings in a project."""

from tools.audit.rules import apis, queries, sql, transactions

# % if cookiecutter.use_celery -
from tools.audit.rules.tasks import tasks

# % endif -

CHECKS = [
    apis.openings,
    apis.unscoped,
    queries.queries,
    sql.built_sql,
    # % if cookiecutter.use_celery
    tasks,
    # % endif
    transactions.in_transactions,
]
