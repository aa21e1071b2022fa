"""What leaves the database inside a transaction: calls to other servers, e-mails, messages."""

import ast
import re
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import Project, Scope, below, chain, keyword

# Functions of libraries that talk to other servers, and of their clients.
NETWORK = re.compile(
    r"(requests|httpx|urllib3|aiohttp|boto3|stripe|ftplib"
    # % if cookiecutter.use_redis
    r"|redis|django_redis"
    # % endif
    r")\."
    r"((\w*[A-Z]\w*|session|client|resource(\.\w+)?|get_redis_connection)\.)?"
    r"(?!(client|resource|session|close|aclose|from_url|get_redis_connection)$)[a-z]\w*"
    r"|urllib\.request\.url\w+|smtplib\.SMTP\w*|socket\.create_connection"
)
MAIL = {"send_mail", "send_mass_mail", "mail_admins", "mail_managers", "email_user", "send_messages"}
MESSAGE = re.compile(r"EmailM\w+|(e?mail_?)?(message|msg)|e?mail")
# % if cookiecutter.use_celery
TASKS = {"delay", "apply_async", "send_task"}
# % endif
SIGNALS = re.compile(r"\b(pre|post)_(save|delete)\b|\bm2m_changed\b")


def in_transactions(project: Project) -> Iterator[Finding]:
    """Find what leaves the database inside `atomic`, or in a receiver, which its sender's transaction may surround."""
    calls = [call for scope in project.scopes.values() for call in scope.calls if chain(call)[-1] == "connect"]
    given = [[keyword(call, "receiver"), *call.args] for call in calls if SIGNALS.search(ast.unparse(call.func))]
    connected = {chain(one)[-1] for arguments in given for one in arguments[:2]}
    every = any(re.search(r"ATOMIC_REQUESTS\W+True", module.text) for module in project.modules)
    for scope in project.scopes.values():
        of_class = [one for one in getattr(scope.owner, "decorator_list", []) if f"'{scope.name}'" in ast.unparse(one)]
        decorators = [*scope.decorators, *of_class]
        text = " ".join(map(ast.unparse, decorators))
        receives = scope.name in connected or ("receiver" in text and SIGNALS.search(text))
        blocks = [node for node in scope.nodes if isinstance(node, ast.With | ast.AsyncWith)]
        atomic = [one for one in blocks if any(is_atomic(item.context_expr, scope) for item in one.items)]
        inside = below(*(statement for block in atomic for statement in block.body))
        request = every and scope.is_view and "non_atomic" not in text
        whole = receives or request or any(is_atomic(decorator, scope) for decorator in decorators)
        for node in dict.fromkeys(scope.nodes if whole else inside):  # once, also in nested blocks
            if isinstance(node, ast.Call) and (rule := effect(scope, node)):
                yield scope.module.find("TRX004" if receives else rule, node)


def is_atomic(node: ast.expr, scope: Scope) -> bool:
    """Return whether `node` is a transaction, or a decorator that begins one."""
    return any("atomic" in names for one in ast.walk(node) for names in scope.names(one))


def effect(scope: Scope, call: ast.Call, path: tuple[Scope, ...] = ()) -> str:
    """Return the rule that `call` breaks, by itself or by a first-party function that it calls."""
    for names in scope.names(call.func):
        if NETWORK.fullmatch(".".join(names)):
            return "TRX002"
        if names[-1] in MAIL or (names[-1] == "send" and any(map(MESSAGE.fullmatch, names[-2:-1]))):
            return "TRX003"
        # % if cookiecutter.use_celery
        canvas = names[0] == "celery" and isinstance(call.func, ast.Call)  # chain(...)()
        if (names[-1] in TASKS and len(names) > 1) or canvas:
            return "TRX001"
        # % endif
    called = scope.callee(call)
    if called and called not in path and len(path) < 3:
        return next(filter(None, (effect(called, node, (*path, called)) for node in called.calls)), "")
    return ""
