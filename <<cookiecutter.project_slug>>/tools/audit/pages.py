"""Every GET endpoint of the URL configuration, and the pages of the admin."""

import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admindocs.views import extract_views_from_urlpatterns, simplify_regex
from django.db import models
from django.urls import get_resolver

from tools.audit.findings import Finding, is_own

type Objects = dict[type[models.Model], models.Model]


@dataclass(frozen=True)
class Page:
    """A path, its parameters as in /articles/{pk}/, and where the project declares what answers."""

    path: str
    file: str
    line: int
    view: Any

    @property
    def model(self) -> type[models.Model] | None:
        """The model that the view declares."""
        return getattr(self.view, "model", None) or getattr(getattr(self.view, "queryset", None), "model", None)

    def find(self, rule: str, detail: str, proof: str = "") -> Finding:
        """Return a finding at its line."""
        return Finding(
            rule=rule, path=self.file, line=self.line, detail=detail, proof=f"Measured: GET {self.path}{proof}."
        )

    def url(self, objects: Objects) -> str:
        """Return the URL of an object, among those whose model the path speaks of; "" if there is none."""
        names = {
            re.sub(r"\W", "", str(name)).lower(): found
            for model, found in objects.items()
            for name in (model._meta.verbose_name_plural, model._meta.model_name)
        }
        url = self.path
        for before, parameter in re.findall(r"([\w-]*)/{(\w+)}", self.path):
            words = re.sub(r"[-_]", "", before + parameter).lower()
            spoken = max((name for name in names if name in words), key=len, default="")
            found = names.get(spoken) or (objects.get(self.model) if self.model else None)
            if not found:
                return ""
            url = url.replace(f"{{{parameter}}}", str(getattr(found, parameter, found.pk)))
        return url


def pages(root: Path, unseen: list[str]) -> list[Page]:
    """Return each path of the URL configuration that a view or an admin of the project answers to GET."""
    found = {}
    for callback, pattern, _, name in extract_views_from_urlpatterns(get_resolver().url_patterns):
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", simplify_regex(str(pattern)))
        view = getattr(callback, "model_admin", None) or view_of(callback)
        if view and (not isinstance(view, ModelAdmin) or (name or "").endswith(("_changelist", "_add", "_change"))):
            found[path] = page_of(root, path, view)
    own = [page for page in found.values() if page]
    unseen += [f"{len(found) - len(own)} paths that libraries answer"] if len(found) > len(own) else []
    return own


def page_of(root: Path, path: str, view: Any) -> Page | None:
    """Return the page of a view or an admin; None if it is not the project's."""
    code = type(view) if isinstance(view, ModelAdmin) else view
    try:
        file, (lines, line) = inspect.getsourcefile(code) or "", inspect.getsourcelines(code)
    except (OSError, TypeError):
        return None
    if code is not view and not path.endswith(("/add/", "/change/")):
        line += next((number for number, text in enumerate(lines) if "list_display" in text), 0)
    return Page(path, Path(file).relative_to(root).as_posix(), line, view) if is_own(root, file) else None


def view_of(callback: Any) -> Any:
    """Return the class or function behind a callback; None if it answers other methods only, as far as it says."""
    if view := getattr(callback, "cls", None) or getattr(callback, "view_class", None):
        # % if "drf" in cookiecutter.api
        handler: Any = getattr(view, "get", None)
        if getattr(handler, "__module__", "") == "rest_framework.decorators":  # a function with @api_view
            return inspect.unwrap(inspect.getclosurevars(handler).nonlocals["func"])
        # % endif
        return view if "get" in (getattr(callback, "actions", None) or dir(view)) else None
    # % if "ninja" in cookiecutter.api
    for cell in getattr(callback, "__closure__", None) or ():
        if operations := getattr(cell.cell_contents, "operations", None):  # of one path, for each method
            return next((inspect.unwrap(one.view_func) for one in operations if "GET" in one.methods), None)
    # % endif
    return inspect.unwrap(callback)
