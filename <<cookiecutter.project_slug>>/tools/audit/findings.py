"""Findings, and the comments that suppress them. The rules are the sections of docs/audit.md."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

# Of each rule: those that tell more about the same line.
BETTER = {"QRY001": ["RUN001"], "QRY005": ["RUN001"], "SQL001": ["S608", "S610", "S611"]}
LEVELS = ["warning", "error", "never"]  # an error is what was measured to grow, and nothing is the last
PAGE = (Path(__file__).parents[2] / "docs" / "audit.md").read_text("utf-8")
MIGRATIONS = "https://github.com/3YOURMIND/django-migration-linter/blob/main/docs/incompatibilities.md"
# The title of each rule, and the first sentence below it, which says what to do.
RULES = {
    rule: (title, advice)
    for rule, title, advice in re.findall(r"^### (\w{3}\d{3}) (.+)\n\n(.+?\.)\s", PAGE, re.MULTILINE)
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something to change at a line, or the lines up to `end`; `sql` and `proof` are what was measured there."""

    rule: str
    path: str  # relative to the root
    line: int
    end: int = 0
    level: str = "warning"
    detail: str
    sql: str = ""
    proof: str = ""
    code: str = ""
    fingerprint: str = ""

    @property
    def text(self) -> str:
        """What is wrong and what to do, in a line."""
        title, advice = RULES.get(self.rule, ("", ""))
        return f"{title}: {self.detail}. {advice} {self.proof}".strip() if title else self.detail

    @property
    def page(self) -> str:
        """Where its rule is explained."""
        if self.rule in RULES:
            return f"docs/audit.md: {self.rule} {RULES[self.rule][0]}"
        if "." in self.rule:
            return "https://docs.djangoproject.com/ref/checks/"
        ruff = f"https://docs.astral.sh/ruff/rules/#{self.rule}"
        return ruff if self.rule[-1].isdigit() else MIGRATIONS


@dataclass(frozen=True)
class Sample:
    """A response after `rows` objects of each kind were made: what it cost, and the most rows of a statement."""

    rows: int
    queries: int
    milliseconds: float
    size: int
    read: int


@dataclass
class Report:
    """The outcome of an audit: what was found, what was exercised and what was not."""

    findings: list[Finding] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    complete: bool = True  # False where an error ended it early
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    @property
    def summary(self) -> list[str]:
        """Lines on what was found, what was exercised and what was not."""
        levels = Counter(found.level for found in self.findings)
        counts = [f"{levels[level]} {level}{'s' * (levels[level] != 1)}" for level in reversed(LEVELS) if levels[level]]
        first = f"{', '.join(counts) or 'No finding'} in what was exercised: {'; '.join(self.seen)}."
        return [first, *(f"Not exercised: {one}" for one in self.unseen)]


def finish(findings: Collection[Finding], root: Path) -> Iterator[Finding]:
    """Yield the findings that no comment suppresses, with their code and a fingerprint."""
    seen: Counter[str] = Counter()
    places = {(one.rule, one.path, line) for one in findings for line in range(one.line, max(one.line, one.end) + 1)}
    for found in sorted(set(findings), key=lambda one: (one.path, one.line, one.rule, one.detail)):
        file = root / found.path
        lines = file.read_text("utf-8", "replace").splitlines() if file.is_file() else []
        around = lines[found.line - 1 : max(found.line, found.end)] or [""]
        told = any((rule, found.path, found.line) in places for rule in BETTER.get(found.rule, ()))
        suppression = rf"# audit: ignore\[[^]]*\b{found.rule}\b[^]]*\] *\S"  # with a reason
        if not told and not any(re.search(suppression, line) for line in around):
            key = sha256(f"{found.rule} {found.path} {around[0].strip()}".encode()).hexdigest()[:16]  # lines move
            seen[key] += 1
            yield replace(found, code=around[0].strip(), fingerprint=f"{key}:{seen[key]}")


def is_own(root: Path, file: str) -> bool:
    """Return whether a file is the project's own, and not of its tests or the audit."""
    if not file.startswith(f"{root}/"):
        return False
    parts = Path(file).relative_to(root).parts
    return not ({"site-packages", "tests", "tools"} & set(parts) or parts[0].startswith("."))
