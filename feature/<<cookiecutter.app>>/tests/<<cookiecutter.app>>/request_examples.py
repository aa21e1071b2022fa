# % set f = cookiecutter|feature
"""Requests for the walks."""

# % set names = ["apps.accounts.models.User", "tests." ~ f.app ~ ".factories." ~ f.model ~ "Factory", "tests.walks.objects.Example"]
# % for field, target in f.relations
# % set _ = names.append("tests." ~ target.app ~ ".factories." ~ target.model ~ "Factory")
# % endfor
<<names|imported>>


def new_<<f.name>>(user: User) -> Example:
    """Create <<f.a_name>> of `user`."""
    body = {
# % for field in f.fields
# % if not field.target
        "<<field.name>>": <<field.example>>,
# % elif field.target.is_owned
        "<<field.name>>": <<field.target.model>>Factory.create(owner=user).pk,
# % else
        "<<field.name>>": <<field.target.model>>Factory.create().pk,
# % endif
# % endfor
    }
    return Example(user, body)


def changed_<<f.name>>(user: User) -> Example:
    """Change every field of <<f.a_name>> that may change."""
    body = {
# % for field in f.plain
        "<<field.name>>": <<field.other_example>>,
# % endfor
    }
    return Example(user, body, (<<f.model>>Factory.create(owner=user).pk,))


def unused_<<f.name>>(user: User) -> Example:
    """Delete <<f.a_name>> that nothing refers to."""
    return Example(user, path=(<<f.model>>Factory.create(owner=user).pk,))


# By operation id.
REQUESTS = {
    "<<f.plural>>_create": new_<<f.name>>,
    "<<f.plural>>_partial_update": changed_<<f.name>>,
    "<<f.plural>>_destroy": unused_<<f.name>>,
}
