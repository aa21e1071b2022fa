"""Migrations that are large or cannot be undone. What else is unsafe, django-migration-linter finds in the tests."""

import ast
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import Project, chain, keyword

REVERSES = {"RunPython": "reverse_code", "RunSQL": "reverse_sql"}


def migrations(project: Project) -> Iterator[Finding]:
    """Find migrations over the size at which they carry data, and operations without a reverse."""
    for module in project.migrations:
        size = len(module.text.encode())
        first = "initial = True" in module.text or "replaces = [" in module.text
        if size > 20_000 and not first and "large_because" not in module.text:
            yield Finding(rule="MIG001", path=module.path, line=1, detail=f"{size} bytes")
        for call in module.calls:
            if name := REVERSES.get(chain(call)[-1]):
                reverse = call.args[1] if len(call.args) > 1 else keyword(call, name)
                if reverse is None or (isinstance(reverse, ast.Constant) and reverse.value is None):
                    yield module.find("MIG002", call, f"no {name}")
