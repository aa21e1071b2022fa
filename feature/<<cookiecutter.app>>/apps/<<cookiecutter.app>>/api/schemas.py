# % set f = cookiecutter|feature
# % set special = f.of("money") + f.of("datetime")
"""Schemas of <<f.plural_words>>."""

# % if f.of("date")
import datetime as dt
# % endif
from typing import Annotated

from ninja import FilterLookup, ModelSchema

# % set names = ["apps.api.ninja.schemas.DateTime", "apps.api.ninja.schemas.FilterSchema", "apps.api.ninja.schemas.Input", "apps." ~ f.app ~ ".models." ~ f.model]
# % if f.relations
# % set _ = names.append("apps.api.ninja.schemas.Id")
# % endif
# % if f.of("money")
# % set _ = names.append("apps.api.ninja.schemas.Money")
# % endif
<<names|imported>>


class <<f.model>>Out(ModelSchema):
# % for field in f.of("money")
    <<field.name>>: Money
# % endfor
# % if f.of("money")

# % endif
    class Meta:
        model = <<f.model>>
<<("        fields = " ~ ((["id"] + f.fields|rejectattr("kind", "equalto", "money")|map(attribute="name")|list + ["created_at"])|tojson))|fitted>>


# % set declared = f.of("datetime")
# % set others = f.plain|rejectattr("kind", "equalto", "datetime")|map(attribute="name")|list
# % set bases = "Input, ModelSchema" if others else "Input"
class <<f.model>>In(<<bases>>):
# % for field in declared
    <<field.name>>: DateTime
# % endfor
# % for field, target in f.relations
    <<field.name>>: Id
# % endfor
# % if declared or f.relations

# % endif
    class Meta:
        model = <<f.model>>
# % if others
<<("        fields = " ~ (others|tojson))|fitted>>
# % endif


class <<f.model>>Update(<<bases>>):
# % for field in declared
    <<field.name>>: DateTime | None = None
# % endfor
# % if declared

# % endif
    class Meta:
        model = <<f.model>>
# % if others
<<("        fields = " ~ (others|tojson))|fitted>>
        fields_optional = "__all__"
# % endif


class <<f.model>>Filters(FilterSchema):
# % for field in f.fields
# % if field.target
    <<field.name>>: Id | None = None
# % elif field.kind == "bool"
    <<field.name>>: bool | None = None
# % elif field.kind in ("date", "datetime")
# % set type = "dt.date" if field.kind == "date" else "DateTime"
<<("    " ~ field.name ~ "_after: Annotated[" ~ type ~ " | None, FilterLookup(\"" ~ field.name ~ "__gt\")] = None")|fitted>>
<<("    " ~ field.name ~ "_before: Annotated[" ~ type ~ " | None, FilterLookup(\"" ~ field.name ~ "__lt\")] = None")|fitted>>
# % endif
# % endfor
    created_after: Annotated[DateTime | None, FilterLookup("created_at__gt")] = None
    created_before: Annotated[DateTime | None, FilterLookup("created_at__lt")] = None
