# % set f = cookiecutter|feature
"""Factory of <<f.plural_words>>."""

# % if f.of("date", "datetime")
import datetime as dt
# % endif
# % if f.of("money")
from decimal import Decimal
# % endif
# % if f.of("date", "datetime", "money")

# % endif
import factory

# % set names = ["apps." ~ f.app ~ ".models." ~ f.model, "tests.factories.UserFactory"]
# % for field, target in f.relations
# % set _ = names.append("tests." ~ target.app ~ ".factories." ~ target.model ~ "Factory")
# % endfor
<<names|imported>>


class <<f.model>>Factory(factory.django.DjangoModelFactory[<<f.model>>]):
    """<<f.a_name|capitalize>> of a user of their own, unless `owner` is given."""

    class Meta:
        model = <<f.model>>

    owner = factory.SubFactory(UserFactory)
# % for field in f.fields
# % if not field.target
    <<field.name>> = <<field.factory>>
# % elif field.target.is_owned
<<("    " ~ field.name ~ " = factory.SubFactory(" ~ field.target.model ~ "Factory, owner=factory.SelfAttribute(\"..owner\"))")|fitted>>
# % else
    <<field.name>> = factory.SubFactory(<<field.target.model>>Factory)
# % endif
# % endfor
