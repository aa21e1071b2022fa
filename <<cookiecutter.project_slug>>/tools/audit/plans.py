"""Plans of statements that no index serves."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models

from tools.audit.findings import Finding
from tools.audit.pages import Page
from tools.audit.recorder import Recorder, is_own

LARGE = 10_000  # rows


def sequential_scans(page: Page, recorder: Recorder, *, estimated: bool) -> Iterator[Finding]:
    """Yield the statements that no index serves, on PostgreSQL: of tables that are large, or may become so."""
    if connection.vendor != "postgresql":
        return
    tables = {model._meta.db_table for model in apps.get_models() if is_own(recorder.root, file_of(model))}
    for statement, (sql, params) in recorder.parameters.items():
        if not sql.startswith("SELECT"):
            continue
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # what remains is without an alternative
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0]
            cursor.execute("SET LOCAL enable_seqscan = on")
            for node in nodes_of((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]):
                if reads_all(node) and node["Relation Name"] in tables:
                    if estimated and rows_of(cursor, node["Relation Name"]) < LARGE:
                        continue
                    path, line = (statement.path, statement.line) if statement.path else (page.file, page.line)
                    detail = f"{node['Relation Name']} for {node['Filter'][:200]}"
                    proof = f"By EXPLAIN, for GET {page.path}."
                    yield Finding(rule="RUN002", path=path, line=line, detail=detail, proof=proof, sql=sql[:1000])


def nodes_of(plan: dict[str, Any], *, limited: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the nodes of a plan; `Limited` tells whether what is above may stop before the last row."""
    limited = limited or plan["Node Type"] == "Limit"
    yield plan | {"Limited": limited}
    for below in plan.get("Plans", []):
        yield from nodes_of(below, limited=limited and plan["Node Type"] != "Sort")


def reads_all(node: dict[str, Any]) -> bool:
    """Return whether a node looks at every row of its table: all of it, or all of an index in its order."""
    by_index = node["Node Type"] in {"Index Scan", "Index Only Scan"} and "Index Cond" not in node
    return "Filter" in node and (node["Node Type"] == "Seq Scan" or (by_index and not node["Limited"]))


def rows_of(cursor: Any, table: str) -> int:
    cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
    return int(cursor.fetchone()[0])


def file_of(model: type[models.Model]) -> str:
    return str(Path(apps.get_app_config(model._meta.app_label).path) / "models.py")
