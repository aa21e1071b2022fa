# % set f = cookiecutter|feature
# % set creates = f.model ~ ("CreateSerializer" if f.relations else "Serializer")
"""Views of <<f.plural_words>>. Objects are looked up among the user's own, so another user's is a 404."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

# % set room = "apps." ~ f.app
# % set names = ["apps.accounts.api.authentication.AuthenticatedRequest", room ~ ".services", room ~ ".api.filters." ~ f.model ~ "Filter"]
# % set _ = names.extend([room ~ ".api.serializers." ~ creates, room ~ ".api.serializers." ~ f.model ~ "Serializer"])
# % set _ = names.extend([room ~ ".models." ~ f.model, room ~ ".models." ~ f.model ~ "QuerySet"])
<<names|imported>>


class <<f.model>>ViewSet(ReadOnlyModelViewSet[<<f.model>>]):
    permission_classes = [IsAuthenticated]
    queryset = <<f.model>>.objects.all()
    serializer_class = <<f.model>>Serializer
    filterset_class = <<f.model>>Filter
    lookup_value_converter = "int"
    request: AuthenticatedRequest

    def get_queryset(self) -> <<f.model>>QuerySet:
        return <<f.model>>.objects.for_user(self.request.user)

# % if f.relations
<<("    @extend_schema(request=" ~ creates ~ ", responses={201: " ~ f.model ~ "Serializer})")|fitted>>
# % else
    @extend_schema(responses={201: <<f.model>>Serializer})
# % endif
    def create(self, request: AuthenticatedRequest) -> Response:
        """Create <<f.a_name>>."""
# % if f.relations
        serializer = <<creates>>(data=request.data)
# % else
        serializer = self.get_serializer(data=request.data)
# % endif
        serializer.is_valid(raise_exception=True)
<<("        " ~ f.name ~ " = services.create_" ~ f.name ~ "(owner=request.user, **serializer.validated_data)")|fitted>>
        location = request.build_absolute_uri(f"{<<f.name>>.pk}/")
<<("        return Response(self.get_serializer(" ~ f.name ~ ").data, status.HTTP_201_CREATED, headers={\"Location\": location})")|fitted>>

    def partial_update(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Update <<f.a_name>>."""
        serializer = self.get_serializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        <<f.plural>> = self.get_queryset()
<<("        " ~ f.name ~ " = services.update_" ~ f.name ~ "(" ~ f.plural ~ "=" ~ f.plural ~ ", " ~ f.name ~ "_id=pk, **serializer.validated_data)")|fitted>>
        return Response(self.get_serializer(<<f.name>>).data)

    def destroy(self, request: AuthenticatedRequest, pk: int) -> Response:
        """Delete <<f.a_name>>."""
<<("        services.delete_" ~ f.name ~ "(" ~ f.plural ~ "=self.get_queryset(), " ~ f.name ~ "_id=pk)")|fitted>>
        return Response(status=status.HTTP_204_NO_CONTENT)
