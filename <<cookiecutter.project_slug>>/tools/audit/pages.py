"""Every GET endpoint of the URL configuration, and every page of the admin."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.sites import all_sites
from django.contrib.admindocs.views import simplify_regex
from django.db import models
from django.urls import URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from tools.audit.recorder import is_own

type Objects = dict[type[models.Model], models.Model]


@dataclass(frozen=True)
class Page:
    """A path, its parameters as in /articles/{pk}/, and where the project declares what answers."""

    path: str
    file: str
    line: int
    view: Any

    @property
    def is_admin(self) -> bool:
        return isinstance(self.view, ModelAdmin)

    @property
    def is_list(self) -> bool:
        """Whether it may show any number of rows: it is not about one object."""
        return "{" not in self.path

    def url(self, objects: Objects) -> str:
        """Return the URL of an object, among those whose model the path speaks of; "" if there is none."""
        url = self.path
        for match in re.finditer(r"([\w-]*)/{(\w+)}", self.path):
            words = (match[1] + match[2]).lower().replace("-", "").replace("_", "")
            named = {name: found for model, found in objects.items() if (name := name_in(words, model))}
            own = objects.get(getattr(getattr(self.view, "queryset", None), "model", models.Model))
            found = named[max(named, key=len)] if named else own
            if found is None:
                return ""
            url = url.replace(f"{{{match[2]}}}", str(getattr(found, match[2], found.pk)))
        return url


def name_in(words: str, model: type[models.Model]) -> str:
    """Return the name of `model` that is part of `words`."""
    plural = str(model._meta.verbose_name_plural).lower().replace(" ", "").replace("-", "")
    return next((name for name in (plural, str(model._meta.model_name)) if name in words), "")


def endpoints(root: Path, unseen: Callable[[str], None]) -> Iterator[Page]:
    """Yield each path below the URL configuration that a view of the project answers to GET."""
    libraries = 0
    for path, callback in dict(routes(get_resolver().url_patterns)).items():
        view = view_of(callback)
        try:
            file, (_, line) = inspect.getsourcefile(view) or "", inspect.getsourcelines(view)
        except (OSError, TypeError):
            file, line = "", 0
        if is_own(root, file):
            yield Page(path, Path(file).relative_to(root).as_posix(), line, view)
        else:
            libraries += 1
    if libraries:
        unseen(f"{libraries} paths that libraries answer")


def routes(patterns: Any, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Yield the path and the callback of every view that may answer GET, but the admin's."""
    for entry in patterns:
        text = str(entry.pattern)
        part = simplify_regex(text).removeprefix("/") if isinstance(entry.pattern, RegexPattern) else text
        path = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", part)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, path) if entry.app_name != "admin" else ()
        elif answers_get(entry.callback):
            yield path, entry.callback


def answers_get(callback: Any) -> bool:
    """Return whether a view answers GET, as far as it says."""
    if actions := getattr(callback, "actions", None):
        return "get" in actions
    view = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
    return view_of(callback) is not None and (view is None or hasattr(view, "get"))


def view_of(callback: Any) -> Any:
    """Return the class or function behind a callback; None if it answers other methods only."""
    if view := getattr(callback, "cls", None) or getattr(callback, "view_class", None):
        return view
    for cell in getattr(callback, "__closure__", None) or ():
        if operations := getattr(cell.cell_contents, "operations", None):  # of one path, for each method
            return next((one.view_func for one in operations if "GET" in one.methods), None)
    return inspect.unwrap(callback)


def admin_pages(root: Path, objects: Objects, unseen: Callable[[str], None]) -> Iterator[Page]:
    """Yield the list, the form of a new object and the form of an object of every admin of the project."""
    for site in all_sites:
        for model, model_admin in site._registry.items():
            lines, line = inspect.getsourcelines(type(model_admin))
            file = inspect.getfile(type(model_admin))
            if not is_own(root, file):
                unseen(f"the admin of {model._meta.label}, which a library declares")
                continue
            columns = next((number for number, text in enumerate(lines) if "list_display" in text), 0)
            base = f"{site.name}:{model._meta.app_label}_{model._meta.model_name}"
            source = Path(file).relative_to(root).as_posix()
            yield Page(reverse(f"{base}_changelist"), source, line + columns, model_admin)
            yield Page(reverse(f"{base}_add"), source, line, model_admin)
            if found := objects.get(model):
                yield Page(
                    reverse(f"{base}_change", args=[found.pk]).replace(str(found.pk), "{pk}", 1),
                    source,
                    line,
                    model_admin,
                )
