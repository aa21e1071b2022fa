# % set f = cookiecutter|feature
"""Filters of the list of <<f.plural_words>>."""

import django_filters
# % if f.relations
from django.db.models import BigIntegerField
# % endif

<<["apps.api.drf.filters.DateTimeFilter", "apps." ~ f.app ~ ".models." ~ f.model]|imported>>


class <<f.model>>Filter(django_filters.FilterSet):
# % set names = namespace(all=[])
# % for field in f.fields
# % set names.all = names.all + field.filters
# % if field.target
<<("    " ~ field.name ~ " = django_filters.NumberFilter(field_name=\"" ~ field.name ~ "_id\", min_value=1, max_value=BigIntegerField.MAX_BIGINT, decimal_places=0)")|fitted>>
# % elif field.kind in ("date", "datetime")
# % set filter = "django_filters.DateFilter" if field.kind == "date" else "DateTimeFilter"
<<("    " ~ field.name ~ "_after = " ~ filter ~ "(field_name=\"" ~ field.name ~ "\", lookup_expr=\"gt\")")|fitted>>
<<("    " ~ field.name ~ "_before = " ~ filter ~ "(field_name=\"" ~ field.name ~ "\", lookup_expr=\"lt\")")|fitted>>
# % endif
# % endfor
    created_after = DateTimeFilter(field_name="created_at", lookup_expr="gt")
    created_before = DateTimeFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = <<f.model>>
<<("        fields = " ~ ((names.all + ["created_after", "created_before"])|tojson))|fitted>>
