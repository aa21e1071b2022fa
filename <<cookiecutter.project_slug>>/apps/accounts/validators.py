"""Validators for accounts."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def validate_mailable(email: str) -> None:
    """Refuse an e-mail address that Django's EmailValidator accepts and the mail backend refuses."""
    local_part, _at, domain = email.rpartition("@")
    try:
        domain.encode("idna")
    except UnicodeError:
        domain = ""
    if not domain or not local_part.isascii() or '"' in local_part:
        raise ValidationError(_("Enter a valid email address."), code="invalid")
