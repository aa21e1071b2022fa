"""The user model: log-in with an e-mail address, no username."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def validate_mailable(email: str) -> None:
    """Refuse an e-mail address that Django's EmailValidator accepts and the mail backend refuses."""
    local_part, _at, domain = email.rpartition("@")
    try:
        domain.encode("idna")
    except UnicodeError:
        domain = ""
    if not domain or not local_part.isascii() or '"' in local_part or "=?" in local_part:  # =?…?= is encoded text
        raise ValidationError(_("Enter a valid email address."), code="invalid")


class LowercaseEmailField(models.EmailField):  # type: ignore[type-arg]  # not subscriptable at run time
    """An e-mail address that is stored, and looked up, in lower case."""

    default_validators = [*models.EmailField.default_validators, validate_mailable]

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.lower() if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        value = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class UserManager(BaseUserManager["User"]):
    """Creates users; the only place where a raw password is accepted."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save and return a user. Without a password the account cannot sign in with one."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save and return a user with all permissions."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """A user."""

    email = LowercaseEmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_staff = models.BooleanField("staff", default=False, help_text="May sign in to the admin.")
    is_active = models.BooleanField(
        "active", default=True, help_text="Unset this instead of deleting an account that has history."
    )
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"

    class Meta:
        ordering = ["email"]

    def __str__(self) -> str:
        return str(self.email)

    def get_full_name(self) -> str:
        """Return the name that the admin shows."""
        return self.name or self.email

    get_short_name = get_full_name
