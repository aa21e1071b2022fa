"""What is read without an index: by the plans of PostgreSQL, and by the filters and orderings that are offered."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models

from tools.audit.findings import Finding, is_own

# % if "ninja" in cookiecutter.api -
from tools.audit.lookups import lookups_of

# % endif -
from tools.audit.pages import Page
from tools.audit.recorder import Recorder

LARGE = 10_000  # rows
SERVED = {"exact", "in", "gt", "gte", "lt", "lte", "range", "date", "startswith"}  # lookups that an index can serve


def own_tables(root: Path) -> dict[str, type[models.Model]]:
    """Return the project's own models by their tables."""
    own = [config for config in apps.get_app_configs() if is_own(root, f"{config.path}/models.py")]
    return {model._meta.db_table: model for config in own for model in config.get_models()}


def sequential_scans(page: Page, recorder: Recorder, *, current: bool) -> Iterator[Finding]:
    """Yield the statements that no index serves, on PostgreSQL; in the `current` database those of large tables."""
    tables = own_tables(recorder.root)
    for statement, (sql, params) in recorder.parameters.items() if connection.vendor == "postgresql" else ():
        if sql.startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")  # what remains is without an alternative
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                (plan,) = cursor.fetchone()
            for node in whole_scans((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]):
                model = tables.get(node["Relation Name"])
                if model and (not current or model._base_manager.count() > LARGE):
                    path, line = statement.path, statement.line
                    detail = f"{node['Relation Name']} for {node['Filter'][:200]}"
                    proof = f"By EXPLAIN, for GET {page.path}."
                    yield Finding(rule="RUN002", path=path, line=line, detail=detail, proof=proof, sql=sql[:1000])


def whole_scans(node: dict[str, Any], *, limited: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the parts of a plan that filter every row; `limited` tells whether it may stop before the last."""
    kind = node["Node Type"]
    limited = (limited or kind == "Limit") and kind != "Sort"
    by_index = kind in {"Index Scan", "Index Only Scan"} and "Index Cond" not in node and not limited
    if "Filter" in node and (by_index or kind == "Seq Scan"):
        yield node
    for below in node.get("Plans", []):
        yield from whole_scans(below, limited=limited)


def missing_indexes(page: Page, recorder: Recorder) -> Iterator[Finding]:
    """Yield the fields by which a page may be filtered or ordered and that no index begins with."""
    names = {*offered(page.view)} if "{" not in page.path and not page.path.endswith("/add/") else set()
    tables = own_tables(recorder.root)
    read = [tables.get(table) for one in recorder.statements for table in re.findall(r'FROM "(\w+)"', one.sql)]
    candidates = [page.model] if page.model else [model for model in reversed(read) if model]
    if candidates:
        model = max(candidates, key=lambda one: len(names & fields_of(one).keys()))
        every = {field.name for field in fields_of(model).values()} if "__all__" in names else set()
        for name in every | (names & fields_of(model).keys()):
            if fields_of(model)[name].column not in indexed(model):
                yield page.find("RUN004", f"{model.__name__} may be filtered or ordered by {name}")


def offered(view: Any) -> Iterator[str]:
    """Yield the names of the fields by which the list of a view or an admin may be filtered and sorted."""
    searched = getattr(view, "search_fields", ())  # any of them: one without an index is enough to read the table
    lookups = [*searched] if all(one.rpartition("__")[2] in SERVED for one in searched) else []
    for name in ("filterset_fields", "ordering_fields", "list_filter", "ordering"):
        fields = getattr(view, name, None) or ()
        fields = [fields] if isinstance(fields, str) else fields
        lookups += [one[0] if isinstance(one, tuple) else one for one in fields]
    # % if "drf" in cookiecutter.api
    filters = getattr(getattr(view, "filterset_class", None), "base_filters", {}).values()
    lookups += [f"{one.field_name}__{one.lookup_expr}" for one in filters if one.method is None]
    # % endif
    # % if "ninja" in cookiecutter.api
    lookups += lookups_of(view)
    # % endif
    for one in lookups:
        name, _, lookup = (one, "", "") if one == "__all__" else str(one).lstrip("-").partition("__")
        if not lookup or lookup in SERVED:
            yield name


def fields_of(model: type[models.Model]) -> dict[str, Any]:
    """Return the fields for which an index may help, by their names and those of their columns."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.BooleanField)]
    return {name: field for field in fields for name in (field.name, field.attname)}


def indexed(model: type[models.Model]) -> set[str]:
    """Return the columns that an index begins with."""
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, model._meta.db_table).values()
    indexes = [one["columns"] for one in constraints if one["index"] or one["unique"] or one["primary_key"]]
    return {column for columns in indexes for column in columns[:1]}
