"""The project's name and colour, on pages and in e-mails."""

import re

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string


def brand(request: HttpRequest | None = None) -> dict[str, str]:
    """Return what every template may show, as a context processor."""
    return {"project_name": settings.PROJECT_NAME, "brand_color": settings.BRAND_COLOR}


def branded(message: EmailMultiAlternatives, highlight: str = "") -> EmailMultiAlternatives:
    """Add the text of `message` as HTML, made by templates/email.html, and return the message.

    Args:
        highlight: a paragraph of the text that stands out, such as a code.
    """
    paragraphs = re.split(r"\n\s*\n", str(message.body).strip())
    context = {**brand(), "subject": message.subject, "paragraphs": paragraphs, "highlight": highlight}
    message.attach_alternative(render_to_string("email.html", context), "text/html")
    return message
