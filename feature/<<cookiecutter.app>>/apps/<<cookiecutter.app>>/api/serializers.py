# % set f = cookiecutter|feature
"""Serializers of <<f.plural_words>>."""

# % if f.relations
from django.db.models import BigIntegerField
from rest_framework import serializers

# % endif
<<["apps.api.drf.serializers.ModelSerializer", "apps." ~ f.app ~ ".models." ~ f.model]|imported>>


class <<f.model>>Serializer(ModelSerializer[<<f.model>>]):
    class Meta:
        model = <<f.model>>
<<("        fields = " ~ ((["id"] + f.fields|map(attribute="name")|list + ["created_at"])|tojson))|fitted>>
# % if f.relations
        read_only_fields = <<f.relations|map(attribute="0.name")|list|tojson>>


class <<f.model>>CreateSerializer(ModelSerializer[<<f.model>>]):
    # Ids: the service looks the objects up.
# % for field, target in f.relations
<<("    " ~ field.name ~ " = serializers.IntegerField(min_value=1, max_value=BigIntegerField.MAX_BIGINT)")|fitted>>
# % endfor

    class Meta:
        model = <<f.model>>
<<("        fields = " ~ (f.fields|map(attribute="name")|list|tojson))|fitted>>
# % endif
