"""Formats of a report: a table, JSON, SARIF 2.1.0, GitHub's annotations, and a page of HTML."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from django.template import Context, Engine
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tools.audit.findings import LEVELS, RULES, Report, Sample

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def summary(report: Report) -> list[str]:
    """Return lines on what was found, what was exercised and what was not."""
    levels = Counter(found.level for found in report.findings)
    counts = [f"{levels[level]} {level}{'s' * (levels[level] != 1)}" for level in reversed(LEVELS) if levels[level]]
    first = f"{', '.join(counts) or 'No finding'} in what was exercised: {'; '.join(report.seen)}."
    return [first, *(f"Not exercised: {one}" for one in report.unseen)]


def page(rule: str) -> str:
    """Return where a rule is explained."""
    if rule in RULES:
        return f"docs/audit.md: {rule} {RULES[rule][0]}"
    return "https://docs.djangoproject.com/ref/checks/" if "." in rule else f"https://docs.astral.sh/ruff/rules/#{rule}"


def as_table(report: Report) -> str:
    table = Table("rule", "where", "what", box=None, pad_edge=False)
    for found in sorted(report.findings, key=lambda one: -LEVELS.index(one.level)):
        sql = f"\n[dim]{escape(found.sql[:200])}" if found.sql else ""
        table.add_row(found.rule, f"{found.path}:{found.line}", escape(found.text) + sql)
    console = Console(width=None if Console().is_terminal else 160)
    with console.capture() as capture:
        if report.findings:
            console.print(table)
        console.print("\n".join(summary(report)), highlight=False, markup=False)
    return capture.get()


def as_json(report: Report) -> str:
    return json.dumps({"summary": summary(report), **asdict(report)}, indent=1)


def as_sarif(report: Report) -> str:
    rules = {found.rule: RULES.get(found.rule, [found.detail])[0] for found in report.findings}
    described = [{"id": one, "shortDescription": {"text": rules[one]}, "help": {"text": page(one)}} for one in rules]
    notes = [{"level": "note", "message": {"text": line}} for line in summary(report)]
    results = []
    for found in report.findings:
        place = {"artifactLocation": {"uri": found.path}, "region": {"startLine": found.line}}
        result = {"ruleId": found.rule, "level": found.level, "message": {"text": found.text}}
        marks = {"audit/v1": found.fingerprint}
        results.append({**result, "locations": [{"physicalLocation": place}], "partialFingerprints": marks})
    run = {
        "tool": {"driver": {"name": "audit", "rules": described}},
        "invocations": [{"executionSuccessful": report.complete, "toolExecutionNotifications": notes}],
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def as_github(report: Report) -> str:
    """Return workflow commands, which annotate the lines of a pull request."""
    lines = [(f"{one.level} file={one.path},line={one.line},title={one.rule}", one.text) for one in report.findings]
    lines += [("notice title=audit", line) for line in summary(report)]
    escapes = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
    return "\n".join(f"::{command}::{text.translate(escapes)}" for command, text in lines)


def as_html(report: Report) -> str:
    """Return one page without anything from elsewhere."""
    plots = [{"name": name, "samples": samples, **plot(samples)} for name, samples in report.samples.items()]
    plots.sort(key=lambda plot: not plot["grows"])  # those to look at come first
    template = Engine().from_string(Path(__file__).with_name("report.html").read_text("utf-8"))
    findings = [{"found": found, "page": page(found.rule)} for found in report.findings]
    return template.render(Context({"summary": summary(report), "findings": findings, "plots": plots}, use_l10n=False))


def plot(samples: list[Sample]) -> dict[str, object]:
    """Return the points of a line of queries against rows in a field of 120 by 40, and whether it grows."""
    widest = max(sample.rows for sample in samples) or 1
    highest = max(10, *(sample.queries for sample in samples))
    points = [f"{120 * sample.rows / widest:.0f},{40 - 38 * sample.queries / highest:.1f}" for sample in samples]
    return {"points": " ".join(points), "grows": samples[-1].queries > samples[0].queries}


FORMATS = {"table": as_table, "json": as_json, "sarif": as_sarif, "github": as_github, "html": as_html}
