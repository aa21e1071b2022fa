"""Migrations that are large. What else is unsafe, django-migration-linter finds (tools/audit/called.py)."""

from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import Project


def migrations(project: Project) -> Iterator[Finding]:
    """Find migrations over the size at which they carry data."""
    for module in project.migrations:
        size = len(module.text.encode())
        first = "initial = True" in module.text or "replaces = [" in module.text
        if size > 20_000 and not first and "large_because" not in module.text:
            yield Finding(rule="MIG001", path=module.path, line=1, detail=f"{size} bytes")
