"""What the tests of signing in share."""

import re

from django.core import mail

PASSWORD = "correct-horse-battery"


def mailed_code() -> str:
    """Return the code in the newest mail: allauth's look like `ABCD-EFGH` or `123456`."""
    body = str(mail.outbox[-1].body)
    match = re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", body, re.MULTILINE)
    assert match, body
    return match.group(1)
