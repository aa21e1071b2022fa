"""Statements of a request, with the code that sent them and the rows that they read."""

import asyncio
import inspect
import linecache
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch

from django.db import connections, models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor, ReverseOneToOneDescriptor
from django.db.models.sql import compiler

from tools.audit.findings import is_own

TRANSACTION_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT", "SET LOCAL")
VALUES = re.compile(r"\((?:%s, )*%s\)")  # as many as there are rows


@dataclass(frozen=True)
class Statement:
    """A statement, the line that sent it, and how to load the relation that it is for."""

    sql: str
    path: str
    line: int
    advice: str


@dataclass
class Recorder:
    """What happened in a block of code; `read` is the most rows that one statement read, `used` by model what was."""

    root: Path
    page: tuple[str, int]  # the path and line of what only libraries sent
    statements: Counter[Statement] = field(default_factory=Counter)
    parameters: dict[Statement, tuple[str, Any]] = field(default_factory=dict)
    same: Counter[tuple[Statement, str]] = field(default_factory=Counter)  # with the same values
    read: int = 0
    loaded: dict[type[models.Model], set[str]] = field(default_factory=lambda: defaultdict(set))
    used: dict[type[models.Model], set[str]] = field(default_factory=lambda: defaultdict(set))

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record inside the block."""
        original, from_db = compiler.cursor_iter, models.Model.from_db.__func__  # type: ignore[attr-defined]

        def cursor_iter(*args: Any) -> Iterator[Any]:
            count = 0
            for rows in original(*args):
                count += len(rows)
                self.read = max(self.read, count)
                yield rows

        def load(cls: type[models.Model], /, db: Any, names: list[str], values: Any, **options: Any) -> Any:
            self.loaded[cls] |= {*names}
            return from_db(cls, db, names, values, **options)

        def use(instance: models.Model, name: str) -> Any:
            self.used[type(instance)].add(name)
            return object.__getattribute__(instance, name)

        with ExitStack() as stack:
            stack.enter_context(patch.object(compiler, "cursor_iter", cursor_iter))
            stack.enter_context(patch.object(models.Model, "from_db", classmethod(load)))
            stack.enter_context(patch.object(models.Model, "__getattribute__", use))
            for connection in connections.all(initialized_only=True):
                stack.enter_context(connection.execute_wrapper(self._record))
            yield

    def _record(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's
        if not sql.startswith(TRANSACTION_CONTROL):
            statement = self._statement(VALUES.sub("(…)", sql), sys._getframe(1))
            self.statements[statement] += 1
            self.same[statement, repr(params)] += 1
            self.parameters[statement] = sql, params
        return execute(sql, params, many, context)

    def _statement(self, sql: str, frame: FrameType | None) -> Statement:
        """Return the statement with the innermost line of the project on the way to it, up to its view."""
        while frame and frame.f_code.co_name != "_execute_with_wrappers":
            frame = frame.f_back  # past other wrappers, the project's among them
        advice = ""
        for one in callers(frame):
            advice = advice or advice_of(one.f_locals.get("self"))
            file, line, code = one.f_code.co_filename, one.f_lineno, one.f_code
            if code.co_name == "render_annotated":  # a node of a template
                node = one.f_locals["self"]
                file, line = getattr(node.origin, "name", ""), node.token.lineno
            decorates = {*code.co_freevars} - {"__class__"} and code.co_flags & inspect.CO_VARARGS
            wrapper = decorates or "super()" in linecache.getline(file, line)
            if is_own(self.root, file) and not wrapper:
                return Statement(sql, Path(file).relative_to(self.root).as_posix(), line, advice)
        return Statement(sql, *self.page, advice)


def callers(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield `frame` and what called it, the innermost first, from threads of asgiref to the coroutines that wait."""
    while frame and not frame.f_code.co_filename.endswith("django/core/handlers/base.py"):
        yield frame
        for task in asyncio.all_tasks(frame.f_locals["loop"]) if frame.f_code.co_name == "thread_handler" else ():
            frames: list[FrameType] = []
            waiting: Any = task.get_coro()
            while hasattr(waiting, "cr_frame"):
                frames.append(waiting.cr_frame)
                waiting = waiting.cr_await
            yield from reversed(frames)
        frame = frame.f_back


def advice_of(part: Any) -> str:
    """Return how to load the relation that a descriptor, manager or QuerySet of Django's is reading."""
    kind = type(part)  # isinstance() would load what is lazy
    if issubclass(kind, ForwardManyToOneDescriptor):
        return f'add select_related("{part.field.name}")'
    if issubclass(kind, ReverseOneToOneDescriptor):
        return f'add select_related("{part.related.get_accessor_name()}")'
    many = getattr(part, "prefetch_cache_name", "") if issubclass(kind, models.Manager) else ""
    if issubclass(kind, models.QuerySet) and part._known_related_objects:
        many = next(iter(part._known_related_objects)).remote_field.get_accessor_name()
    return f'add prefetch_related("{many}"), or an annotation' if many else ""
