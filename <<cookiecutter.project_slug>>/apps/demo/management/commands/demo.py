"""A look around in one command."""

import os
import warnings
from argparse import ArgumentParser
from base64 import b32encode
from random import Random
from time import perf_counter
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV
from django.utils.crypto import salted_hmac

from apps.demo.data import find_demo_data


class Command(BaseCommand):
    help = "Migrate, load demo data, make a login and serve. Run again, it adds only what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="The same seed gives the same data.")
        parser.add_argument("--port", type=int, default=8000, help="Where to serve (default: %(default)s).")
        parser.add_argument("--no-serve", action="store_true", help="Load the data and stop.")
        for data in find_demo_data():
            data.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("demo invents data and makes a superuser: it runs only where DEBUG is on.")
        # The server starts this command once more in a process of its own, and again after each change of the code.
        if DJANGO_AUTORELOAD_ENV not in os.environ:
            self.prepare(options)
        if not options["no_serve"]:
            call_command("runserver", f"127.0.0.1:{options['port']}")

    def prepare(self, options: dict[str, Any]) -> None:
        """Bring the database up to date, fill it and say how to get in."""
        start = perf_counter()
        self.stdout.write("Preparing the database ...")
        with warnings.catch_warnings(action="ignore"):  # of steps that block the traffic: there is none yet
            call_command("migrate", interactive=False, verbosity=0)
        login, password = self.make_login()
        random = Random(options["seed"])  # noqa: S311 - demo data, not secrets
        for data in find_demo_data():
            for line in data.load(owner=login, random=random, options=options):
                self.stdout.write(f"  {line}")
        self.stdout.write(self.style.SUCCESS(f"Ready after {perf_counter() - start:.1f} seconds.\n"))
        self.print_addresses(f"http://127.0.0.1:{options['port']}")
        self.stdout.write(f"  Sign in    {login.email}  {password}\n")
        self.stdout.flush()  # the server never ends, and a pipe or a file is written when a buffer is full

    def make_login(self) -> tuple[Any, str]:
        """Return the demo login, made now or found, and its password.

        The password is derived from SECRET_KEY: nobody else can know it, and it can be shown again the next time.
        """
        email = f"demo@{settings.DOMAIN_NAME}"
        digest = salted_hmac("demo login", email, algorithm="sha256").digest()
        password = b32encode(digest).decode().lower()[:12]
        users = get_user_model().objects
        login = users.filter(email=email).first() or users.create_superuser(email, password, name="Demo")
        return login, password if login.check_password(password) else "(with the password you have given it)"

    def print_addresses(self, site: str) -> None:
        self.stdout.write(f"  Site       {site}{reverse('landing')}")
        for version in settings.API_VERSIONS:
            self.stdout.write(f"  API {version}     {site}{reverse(f'{version}:docs')}")
        self.stdout.write(f"  Admin      {site}{reverse('admin:index')}")
