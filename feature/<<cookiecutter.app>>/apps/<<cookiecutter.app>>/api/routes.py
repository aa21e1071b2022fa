# % set f = cookiecutter|feature
"""<<f.plural_words|capitalize>> of the current user."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query

# % set room = "apps." ~ f.app
# % set names = ["apps.accounts.api.security.AuthenticatedRequest", "apps.api.ninja.pagination.PaginatedRouter"]
# % set _ = names.extend([room ~ ".services", room ~ ".api.schemas", room ~ ".models." ~ f.model])
<<names|imported>>

router = PaginatedRouter()


@router.get("<<f.path>>/", response=list[schemas.<<f.model>>Out])
<<("def " ~ f.plural ~ "_list(request: AuthenticatedRequest, filters: Query[schemas." ~ f.model ~ "Filters]) -> QuerySet[" ~ f.model ~ "]:")|fitted>>
    """List <<f.plural_words>>, newest first."""
    return filters.filter(<<f.model>>.objects.for_user(request.user))


@router.post("<<f.path>>/", response={201: schemas.<<f.model>>Out})
<<("def " ~ f.plural ~ "_create(request: AuthenticatedRequest, data: schemas." ~ f.model ~ "In, response: HttpResponse) -> " ~ f.model ~ ":")|fitted>>
    """Create <<f.a_name>>."""
<<("    " ~ f.name ~ " = services.create_" ~ f.name ~ "(owner=request.user, **data.dict(exclude_unset=True))")|fitted>>
    response["Location"] = request.build_absolute_uri(f"{<<f.name>>.pk}/")
    return <<f.name>>


<<("@router.get(\"" ~ f.path ~ "/{int:" ~ f.name ~ "_id}/\", response=schemas." ~ f.model ~ "Out)")|fitted>>
<<("def " ~ f.plural ~ "_retrieve(request: AuthenticatedRequest, " ~ f.name ~ "_id: int) -> " ~ f.model ~ ":")|fitted>>
    """Get <<f.a_name>>."""
<<("    return get_object_or_404(" ~ f.model ~ ".objects.for_user(request.user), pk=" ~ f.name ~ "_id)")|fitted>>


<<("@router.patch(\"" ~ f.path ~ "/{int:" ~ f.name ~ "_id}/\", response=schemas." ~ f.model ~ "Out)")|fitted>>
<<("def " ~ f.plural ~ "_partial_update(request: AuthenticatedRequest, " ~ f.name ~ "_id: int, data: schemas." ~ f.model ~ "Update) -> " ~ f.model ~ ":")|fitted>>
    """Update <<f.a_name>>."""
    <<f.plural>> = <<f.model>>.objects.for_user(request.user)
<<("    return services.update_" ~ f.name ~ "(" ~ f.plural ~ "=" ~ f.plural ~ ", " ~ f.name ~ "_id=" ~ f.name ~ "_id, **data.dict(exclude_unset=True))")|fitted>>


@router.delete("<<f.path>>/{int:<<f.name>>_id}/", response={204: None})
<<("def " ~ f.plural ~ "_destroy(request: AuthenticatedRequest, " ~ f.name ~ "_id: int) -> None:")|fitted>>
    """Delete <<f.a_name>>."""
<<("    services.delete_" ~ f.name ~ "(" ~ f.plural ~ "=" ~ f.model ~ ".objects.for_user(request.user), " ~ f.name ~ "_id=" ~ f.name ~ "_id)")|fitted>>
