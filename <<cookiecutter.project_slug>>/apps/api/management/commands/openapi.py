"""`manage.py openapi`: keeps the OpenAPI documents in the repository, so that a change of the API is seen in review."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.test import RequestFactory
from django.urls import resolve, reverse

from config.settings.env import BASE_DIR


class Command(BaseCommand):
    help = "Write the OpenAPI document of each version of the API to openapi/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Fail if a document in openapi/ is out of date.")

    def handle(self, *args: Any, **options: Any) -> None:
        for version in settings.API_VERSIONS:
            path = BASE_DIR / "openapi" / f"{version}.json"
            url = reverse(f"{version}:schema")
            response = resolve(url).func(RequestFactory().get(url, {"format": "json"}))
            if hasattr(response, "render"):
                response.render()
            text = json.dumps(json.loads(response.content), indent=2, ensure_ascii=False) + "\n"
            if not options["check"]:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
            elif path.exists() and path.read_text(encoding="utf-8") != text:
                raise CommandError(
                    f"The API is not what openapi/{version}.json says: run `just openapi`, and see in `git diff` what "
                    f"changes for clients."
                )
