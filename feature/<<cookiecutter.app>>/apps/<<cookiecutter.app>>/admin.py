# % set f = cookiecutter|feature
"""Admin of <<f.plural_words>>."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import AutocompleteSelectFilter

<<["apps." ~ f.app ~ ".models." ~ f.model]|imported>>


@admin.register(<<f.model>>)
class <<f.model>>Admin(ModelAdmin):
# % set columns = namespace(shown=["__str__"], relations=["owner"], found=["owner"], raw=[], searched=[], fixed=["owner"])
# % for field in f.fields if field != f.title
# % set columns.shown = columns.shown + [field.name] if field.kind != "text" else columns.shown
# % endfor
# % for field, target in f.relations
# % set columns.relations = columns.relations + [field.name]
# % set columns.fixed = columns.fixed + [field.name]
# % if target.has_search
# % set columns.found = columns.found + [field.name]
# % else
# % set columns.raw = columns.raw + [field.name]
# % endif
# % endfor
# % for field in f.of("str", "email")
# % set columns.searched = columns.searched + [field.name]
# % endfor
# % set columns.names = []
# % for field in f.of("str", "email")
# % set columns.names = columns.names + [field.label]
# % endfor
<<("    list_display = " ~ ((columns.shown + ["owner", "created_at"])|tojson))|fitted>>
    list_filter = ["created_at", ("owner", AutocompleteSelectFilter)]
    list_filter_submit = True
<<("    list_select_related = " ~ (columns.relations|tojson))|fitted>>
    show_full_result_count = False
# % if columns.searched
<<("    search_fields = " ~ (columns.searched|tojson))|fitted>>
# % set names = columns.names|join(" or ")
    search_help_text = "Search by <<names if names|length < 80 else "text">>"
# % else
    search_fields = ["id__exact"]
    search_help_text = "Search by number"
# % endif
<<("    autocomplete_fields = " ~ (columns.found|tojson))|fitted>>
# % if columns.raw
<<("    raw_id_fields = " ~ (columns.raw|tojson))|fitted>>
# % endif

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
<<("        return " ~ ((columns.fixed + ["created_at"])|tojson))|fitted>>
