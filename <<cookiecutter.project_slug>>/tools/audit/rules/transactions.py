"""What leaves the database inside a transaction: calls to other servers, e-mails, messages."""

import ast
import re
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import Project, Scope, below, chain

# Functions of libraries that talk to other servers, and their clients.
NETWORK = re.compile(
    r"(requests|httpx|urllib3|aiohttp|boto3|stripe|grpc)\.(\w+\.)?([a-z_]\w*|\w*Session|\w*Client)"
    r"|urllib\.request\.url\w+|smtplib\.SMTP\w*|socket\.create_connection"
)
CLIENT = re.compile(r"(requests|httpx|aiohttp|boto3|smtplib)\.((?i:\w*session|\w*client)|resource|SMTP\w*)")
MAIL = {"send_mail", "send_mass_mail", "mail_admins", "mail_managers", "email_user", "send_messages"}
MESSAGE = re.compile(r"\bEmailM\w+$")
# % if cookiecutter.use_celery
TASKS = {"delay", "apply_async", "send_task"}
# % endif
SIGNALS = re.compile(r"\b(pre|post)_(save|delete)\b|\bm2m_changed\b")


def in_transactions(project: Project) -> Iterator[Finding]:
    """Find what leaves the database inside `atomic`, or in a receiver, which its sender's transaction may surround."""
    connects = [call for module in project.modules for call in module.calls if chain(call)[-1] == "connect"]
    connected = {chain(call.args[0])[-1] for call in connects if call.args and SIGNALS.search(ast.unparse(call.func))}
    for scope in project.scopes.values():
        decorators = " ".join(map(ast.unparse, scope.function.decorator_list))
        receives = scope.function.name in connected or ("receiver" in decorators and SIGNALS.search(decorators))
        blocks = [node for node in scope.nodes if isinstance(node, ast.With | ast.AsyncWith)]
        atomic = [one for one in blocks if any("atomic" in chain(item.context_expr) for item in one.items)]
        inside = below(*(statement for block in atomic for statement in block.body))
        whole = receives or re.search(r"\batomic\b", decorators)
        for node in dict.fromkeys(scope.nodes if whole else inside):  # once, also in nested blocks
            if isinstance(node, ast.Call) and (rule := effect(scope, node)):
                yield scope.module.find("TRX004" if receives else rule, node)


def effect(scope: Scope, call: ast.Call, path: tuple[Scope, ...] = ()) -> str:
    """Return the rule that `call` breaks, by itself or by a first-party function that it calls."""
    names = scope.module.full_name(call).split(".")
    used = {node.id for node in ast.walk(call.func) if isinstance(node, ast.Name)}
    made = {scope.module.full_name(value) for name in used for value in scope.values.get(name, ())}
    if NETWORK.fullmatch(".".join(names)) or any(map(CLIENT.fullmatch, made)):
        return "TRX002"
    if names[-1] in MAIL or (names[-1] == "send" and any(MESSAGE.search(one) for one in {*names, *made})):
        return "TRX003"
    # % if cookiecutter.use_celery
    if names[-1] in TASKS and isinstance(call.func, ast.Attribute):
        return "TRX001"
    # % endif
    called = scope.callee(call)
    if called and called not in path and len(path) < 3:
        return next(filter(None, (effect(called, node, (*path, called)) for node in called.calls)), "")
    return ""
