"""Mails to users."""

import re

from django.core import mail


def mailed_code() -> str:
    """Return the code in the newest e-mail, such as ABCD-EFGH."""
    found = re.search(r"^[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[0]
