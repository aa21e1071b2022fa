"""What leaves the database inside a transaction: calls to other servers, e-mails, messages."""

import ast
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import Project, Scope, below, chain, targets

VERBS = ["get", "post", "put", "patch", "delete", "head", "request", "Session", "Client"]
NETWORK = {f"{library}.{name}" for library in ("requests", "httpx") for name in VERBS}
NETWORK |= {"urllib.request.urlopen", "smtplib.SMTP", "boto3.client", "boto3.resource"}
MAIL = {"send_mail", "send_mass_mail", "mail_admins", "mail_managers", "email_user"}
MESSAGES = {"EmailMessage", "EmailMultiAlternatives"}
SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}


def in_transactions(project: Project) -> Iterator[Finding]:
    """Find what leaves the database inside `atomic`, or in a receiver, which its sender's transaction may surround."""
    connects = [call for module in project.modules for call in module.calls if chain(call)[-1] == "connect"]
    connected = {chain(call.args[0])[-1] for call in connects if SIGNALS & set(chain(call)) and call.args}
    for scope in project.scopes.values():
        decorators = [(chain(one)[-1], ast.unparse(one)) for one in scope.function.decorator_list]
        signal = any(name == "receiver" and any(one in text for one in SIGNALS) for name, text in decorators)
        receives = signal or scope.function.name in connected
        nodes = scope.nodes if receives or "atomic" in dict(decorators) else []
        for node in () if nodes else scope.nodes:
            if isinstance(node, ast.With | ast.AsyncWith):
                opens = any("atomic" in chain(item.context_expr) for item in node.items)
                nodes = [*nodes, *below(*node.body)] if opens else nodes
        for node in dict.fromkeys(nodes):  # once, also in nested blocks
            if isinstance(node, ast.Call) and (rule := effect(project, scope, node, ())):
                yield scope.module.find("TRX004" if receives else rule, node)


def effect(project: Project, scope: Scope, call: ast.Call, path: tuple[str, ...]) -> str:
    """Return the rule that `call` breaks, by itself or by a first-party function that it calls."""
    names = chain(call)
    if scope.module.full_name(call) in NETWORK:
        return "TRX002"
    assigned = [node for node in scope.nodes if isinstance(node, ast.Assign) and chain(node.value)[-1] in MESSAGES]
    messages = {names[0] for node in assigned for names in targets(node)}
    used = {node.id for node in ast.walk(call.func) if isinstance(node, ast.Name)}
    if names[-1] in MAIL or (names[-1] == "send" and (MESSAGES | messages) & used):
        return "TRX003"
    # % if cookiecutter.use_celery
    if names[-1] in {"delay", "apply_async", "send_task"} and len(names) > 1:
        return "TRX001"
    # % endif
    called = project.callee(scope, call)
    if called and called.function.name not in path and len(path) < 3:
        inner = [node for node in called.nodes if isinstance(node, ast.Call)]
        return next(filter(None, (effect(project, called, node, (*path, called.function.name)) for node in inner)), "")
    return ""


CHECKS = [in_transactions]
