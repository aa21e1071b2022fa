"""Formats of a report: a table, JSON, SARIF 2.1.0, GitHub's annotations, and a page of HTML."""

import json
from dataclasses import asdict
from pathlib import Path

from django.template import Context, Engine
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tools.audit.findings import LEVELS, RULES, Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_table(report: Report) -> str:
    table = Table("rule", "where", "what", box=None, pad_edge=False)
    for found in sorted(report.findings, key=lambda one: -LEVELS.index(one.level)):
        sql = f"\n[dim]{escape(found.sql[:200])}" if found.sql else ""
        table.add_row(found.rule, f"{found.path}:{found.line}", escape(found.text) + sql)
    console = Console(width=None if Console().is_terminal else 160)
    with console.capture() as capture:
        if report.findings:
            console.print(table)
        console.print("\n".join(report.summary), highlight=False, markup=False)
    return capture.get()


def as_json(report: Report) -> str:
    return json.dumps({"summary": report.summary, **asdict(report)}, indent=1)


def as_sarif(report: Report) -> str:
    rules, results = {}, []
    for found in report.findings:
        title = RULES.get(found.rule, [found.detail])[0]
        rules[found.rule] = {"id": found.rule, "shortDescription": {"text": title}, "help": {"text": found.page}}
        place = {"artifactLocation": {"uri": found.path}, "region": {"startLine": found.line}}
        result = {"ruleId": found.rule, "level": found.level, "message": {"text": found.text}}
        marks = {"audit/v1": found.fingerprint}
        results.append({**result, "locations": [{"physicalLocation": place}], "partialFingerprints": marks})
    notes = [{"level": "note", "message": {"text": line}} for line in report.summary]
    run = {
        "tool": {"driver": {"name": "audit", "rules": [*rules.values()]}},
        "invocations": [{"executionSuccessful": report.complete, "toolExecutionNotifications": notes}],
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def as_github(report: Report) -> str:
    """Return workflow commands, which annotate the lines of a pull request."""
    lines = [(f"{one.level} file={one.path},line={one.line},title={one.rule}", one.text) for one in report.findings]
    lines += [("notice title=audit", line) for line in report.summary]
    escapes = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
    return "\n".join(f"::{command}::{text.translate(escapes)}" for command, text in lines)


def as_html(report: Report) -> str:
    """Return one page without anything from elsewhere, the endpoints that grow first."""
    pages = sorted(report.samples.items(), key=lambda page: page[1][-1].queries <= page[1][0].queries)
    template = Engine().from_string(Path(__file__).with_name("report.html").read_text("utf-8"))
    return template.render(Context({"report": report, "pages": pages}, use_l10n=False))


FORMATS = {"table": as_table, "json": as_json, "sarif": as_sarif, "github": as_github, "html": as_html}
