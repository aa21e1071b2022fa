# % set f = cookiecutter|feature
"""<<f.plural_words|capitalize>>."""

# % if f.of("money")
from decimal import Decimal
# % endif
from typing import Self

from django.conf import settings
# % if f.relations|selectattr("1.is_owned")|list
from django.core.exceptions import ValidationError
# % endif
# % if f.of("money")
from django.core.validators import MinValueValidator
# % endif
from django.db import models
# % if f.of("money")
from django.db.models import Q
# % endif
from django.utils import timezone

# % set names = ["apps.accounts.models.User", "apps.errors.NotFound"]
# % for field, target in f.relations
# % set _ = names.append("apps." ~ target.app ~ ".models." ~ target.model)
# % endfor
<<names|imported>>


class <<f.model>>QuerySet(models.QuerySet["<<f.model>>"]):
    def for_user(self, user: User) -> Self:
        """Return the <<f.plural_words>> of `user`."""
        return self.filter(owner=user)

    def locked(self, pk: int) -> "<<f.model>>":
        """Return the object, locked against changes until the transaction ends. Raises NotFound."""
        for found in self.select_for_update(of=("self",), no_key=True).filter(pk=pk).order_by():
            return found
        raise NotFound


class <<f.model>>(models.Model):
    """<<f.a_name|capitalize>> of a user."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="<<f.plural>>",
        db_index=False,  # <<(f.name ~ "_by_owner")|short>> begins with it
    )
# % for field in f.fields
# % if field.target
    <<field.name>> = models.ForeignKey(
        <<field.target.model>>,
        on_delete=models.PROTECT,
        related_name="<<field.related_name>>",
        db_index=False,  # <<(f.name ~ "_by_" ~ field.name)|short>> begins with it
    )
# % else
<<("    " ~ field.name ~ " = " ~ field.declaration)|fitted>>
# % endif
# % endfor
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = <<f.model>>QuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
# % if f.plural_words != f.words ~ "s"
        verbose_name_plural = "<<f.plural_words>>"
# % endif
        indexes = [
# % for columns, name in f.indexes
<<("            models.Index(fields=" ~ columns|tojson ~ ", name=\"" ~ name ~ "\"),")|fitted>>
# % endfor
        ]
# % if f.of("money")
        constraints = [
# % for field in f.of("money")
<<("            models.CheckConstraint(condition=Q(" ~ field.name ~ "__gte=0), name=\"" ~ (f.name ~ "_" ~ field.name ~ "_not_negative")|short(60) ~ "\"),")|fitted>>
# % endfor
        ]
# % endif

    def __str__(self) -> str:
# % if f.title
        return self.<<f.title.name>>
# % else
        return f"<<f.words|capitalize>> {self.pk}"
# % endif
# % if f.relations|selectattr("1.is_owned")|list

    def clean(self) -> None:
        """Refuse what belongs to another user."""
# % for field, target in f.relations if target.is_owned
        if self.<<field.name>>_id and self.<<field.name>>.owner_id != self.owner_id:
            raise ValidationError({"<<field.name>>": "It belongs to another user."})
# % endfor
# % endif
