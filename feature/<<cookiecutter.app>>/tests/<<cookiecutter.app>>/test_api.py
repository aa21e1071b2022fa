# % set f = cookiecutter|feature
# % set owned = f.relations|selectattr("1.is_owned")|list
"""<<f.plural_words|capitalize>> over HTTP. The walks test what holds for every endpoint."""

# % if owned
import pytest
from django.core.exceptions import ValidationError

# % endif
# % set examples = "tests." ~ f.app ~ ".request_examples."
# % set names = ["apps.accounts.models.User", "apps." ~ f.app ~ ".models." ~ f.model, "tests.client.ApiClient"]
# % set _ = names.extend([examples ~ "changed_" ~ f.name, examples ~ "new_" ~ f.name])
# % set _ = names.append("tests." ~ f.app ~ ".factories." ~ f.model ~ "Factory")
# % for field, target in owned
# % set _ = names.append("tests." ~ target.app ~ ".factories." ~ target.model ~ "Factory")
# % endfor
<<names|imported>>


def test_keeps_<<f.plural>>(api: ApiClient, user: User) -> None:
    response = api.post("<<f.path>>/", new_<<f.name>>(user).body)

    assert response.status_code == 201
    created = response.json()
    url = f"<<f.path>>/{created['id']}/"
    assert response.headers["Location"].endswith(url)
    assert api.get(url).json() == created
    assert api.get("<<f.path>>/").json()["results"] == [created]
    changes = changed_<<f.name>>(user).body
    assert api.patch(url, changes).json() == {**created, **changes}
    assert api.delete(url).status_code == 204
    assert not <<f.model>>.objects.filter(pk=created["id"]).exists()


def test_lists_<<f.plural>>_made_after_a_moment(api: ApiClient, user: User) -> None:
    old, new = <<f.model>>Factory.create_batch(2, owner=user)

    found = api.get("<<f.path>>/", {"created_after": old.created_at.isoformat()}).json()["results"]

    assert [row["id"] for row in found] == [new.pk]
# % for field, target in owned


def test_refuses_<<field.name>>_of_another_user(api: ApiClient, user: User) -> None:
    foreign = <<target.model>>Factory.create()

<<("    response = api.post(\"" ~ f.path ~ "/\", {**new_" ~ f.name ~ "(user).body, \"" ~ field.name ~ "\": foreign.pk})")|fitted>>

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "<<field.name>>"
    with pytest.raises(ValidationError, match="another user"):
        <<f.model>>Factory.build(owner=user, <<field.name>>=foreign).clean()
# % endfor
