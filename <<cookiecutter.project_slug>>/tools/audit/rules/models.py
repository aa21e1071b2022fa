"""Models whose rows belong to users, and fields that leave nothing out."""

import ast
from collections.abc import Iterator

from tools.audit.findings import Finding
from tools.audit.source import Project, attribute, chain, targets

KEYS = {"ForeignKey", "OneToOneField"}
USERS = {"AUTH_USER_MODEL", "User", "get_user_model"}


def owned_models(project: Project) -> set[str]:
    """Return the models with a foreign key to the user, or to a model with one."""
    keys: dict[str, set[str]] = {}
    for _, model in project.classes.values():
        for node in model.body:
            value = node.value if isinstance(node, ast.Assign) else None
            if isinstance(value, ast.Call) and chain(value)[-1] in KEYS and targets(node):
                to = [*value.args[:1], *(one.value for one in value.keywords if one.arg == "to")]
                name = ast.unparse(to[0]).strip("'").removesuffix("()").rpartition(".")[2] if to else ""
                keys.setdefault(model.name, set()).add(name)
    owned = {model for model, found in keys.items() if found & USERS}
    return owned | {model for model, found in keys.items() if found & owned}


def all_fields(project: Project) -> Iterator[Finding]:
    """Find serializers and schemas of all fields; ruff finds forms."""
    for module, definition in ((one, definition) for one in project.modules for definition in one.classes):
        owner = module.parents[definition]
        fields = attribute(definition, "fields") or attribute(definition, "model_fields")
        everything = isinstance(fields, ast.Constant) and fields.value == "__all__"
        bases = " ".join(map(ast.unparse, owner.bases)) if isinstance(owner, ast.ClassDef) else "Form"
        if fields and everything and "Form" not in bases and "Admin" not in bases:
            yield module.find("API003", fields)


CHECKS = [all_fields]
