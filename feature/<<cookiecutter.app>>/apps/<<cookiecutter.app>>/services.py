# % set f = cookiecutter|feature
"""Every write to <<f.plural_words>>: one function and one transaction for each action.

Functions that change an existing object take the QuerySet that it must be found in, so that the caller decides whose
objects are meant: `<<f.model>>.objects.for_user(user)` in the API. They raise NotFound if it is not in there.
"""

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

# % set names = ["apps.accounts.models.User", "apps.errors.DomainError"]
# % set _ = names.extend(["apps." ~ f.app ~ ".models." ~ f.model, "apps." ~ f.app ~ ".models." ~ f.model ~ "QuerySet"])
# % for field, target in f.relations
# % set _ = names.append("apps." ~ target.app ~ ".models." ~ target.model)
# % endfor
<<names|imported>>


# % if f.relations
@transaction.atomic
# % endif
# % set parameters = namespace(text="")
# % for field, target in f.relations
# % set parameters.text = parameters.text ~ field.name ~ ": int, "
# % endfor
<<("def create_" ~ f.name ~ "(*, owner: User, " ~ parameters.text ~ "**fields: Any) -> " ~ f.model ~ ":")|fitted>>
# % if f.relations
    """Add <<f.a_name>> of `owner`. Raises DomainError for <% for field, target in f.relations %><<" or " if not loop.first>>an unknown <<field.label>><% endfor %>."""
# % else
    """Add <<f.a_name>> of `owner`. One query."""
# % endif
# % for field, target in f.relations
    # Locked: deleting it waits until the transaction ends.
# % if target.is_owned
    <<field.name>>_choices = <<target.model>>.objects.for_user(owner).select_for_update(no_key=True)
# % else
    <<field.name>>_choices = <<target.model>>.objects.select_for_update(no_key=True)
# % endif
<<("    found_" ~ field.name ~ " = " ~ field.name ~ "_choices.filter(pk=" ~ field.name ~ ").first()")|fitted>>
    if found_<<field.name>> is None:
<<("        raise DomainError(\"does_not_exist\", \"This " ~ field.label ~ " does not exist.\", field=\"" ~ field.name ~ "\")")|fitted>>
# % endfor
# % set values = namespace(text="")
# % for field, target in f.relations
# % set values.text = values.text ~ field.name ~ "=found_" ~ field.name ~ ", "
# % endfor
<<("    return " ~ f.model ~ ".objects.create(owner=owner, " ~ values.text ~ "**fields)")|fitted>>


@transaction.atomic
<<("def update_" ~ f.name ~ "(*, " ~ f.plural ~ ": " ~ f.model ~ "QuerySet, " ~ f.name ~ "_id: int, **changes: Any) -> " ~ f.model ~ ":")|fitted>>
    """Change fields of <<f.a_name>>."""
    <<f.name>> = <<f.plural>>.locked(<<f.name>>_id)
    for name, value in changes.items():
        setattr(<<f.name>>, name, value)
    <<f.name>>.save(update_fields=list(changes))
    return <<f.name>>


@transaction.atomic
<<("def delete_" ~ f.name ~ "(*, " ~ f.plural ~ ": " ~ f.model ~ "QuerySet, " ~ f.name ~ "_id: int) -> None:")|fitted>>
    """Delete <<f.a_name>> that nothing refers to."""
    <<f.name>> = <<f.plural>>.locked(<<f.name>>_id)
    try:
        <<f.name>>.delete()
    except ProtectedError:
        raise DomainError("conflict", "<<f.a_name|capitalize>> that is in use cannot be deleted.") from None
