"""`manage.py demo`: a running site with data in one command."""

import os
import warnings
from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV
from django.utils.crypto import salted_hmac

from apps.accounts.models import User
from apps.demo.data import SIZES, load


class Command(BaseCommand):
    help = "Migrate, create demo data and a login, and serve. Run again, it adds only what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="The same seed gives the same data.")
        parser.add_argument("--port", type=int, default=8000, help="Where to serve (default: %(default)s).")
        parser.add_argument("--no-serve", action="store_true", help="Create the data and stop.")
        for name, size in SIZES.items():
            parser.add_argument(f"--{name}", type=int, default=size, help="How many (default: %(default)s).")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("demo creates invented data and a superuser: it runs only with DEBUG on.")
        if not 0 < options["port"] < 65536:
            raise CommandError("--port must be a number from 1 to 65535.")
        for name in SIZES:
            if options[name] < 0:
                raise CommandError(f"--{name} must not be negative.")
        # The development server runs this command again in a child process, and after each change of the code.
        if DJANGO_AUTORELOAD_ENV not in os.environ:
            self.prepare(options)
        if not options["no_serve"]:
            call_command("runserver", f"127.0.0.1:{options['port']}")

    def prepare(self, options: dict[str, Any]) -> None:
        """Migrate, create the data and print the URLs and the login."""
        start = perf_counter()
        self.stdout.write("Preparing the database ...")
        with warnings.catch_warnings(action="ignore"):  # of steps that block traffic: there is none yet
            call_command("migrate", interactive=False, verbosity=0)
        login, password = self.create_login()
        for line in load(owner=login, seed=options["seed"], **{name: options[name] for name in SIZES}):
            self.stdout.write(f"  {line}")
        self.stdout.write(self.style.SUCCESS(f"Ready after {perf_counter() - start:.1f} seconds.\n"))
        site = f"http://127.0.0.1:{options['port']}"
        self.stdout.write(f"  Site       {site}{reverse('landing')}")
        for version in settings.API_VERSIONS:
            self.stdout.write(f"  API {version}     {site}{reverse(f'{version}:docs')}")
        self.stdout.write(f"  Admin      {site}{reverse('admin:index')}")
        self.stdout.write(f"  Sign in    {login.email}  {password}\n")
        self.stdout.flush()  # the server does not return, and a pipe is buffered

    def create_login(self) -> tuple[User, str]:
        """Return the demo login and its password, derived from SECRET_KEY so that it can be printed again."""
        email = f"demo@{settings.DOMAIN_NAME}"
        password = salted_hmac("demo login", email, algorithm="sha256").hexdigest()[:16]
        login = User.objects.filter(email=email).first() or User.objects.create_superuser(email, password, name="Demo")
        return login, password if login.check_password(password) else "(with the password you have given it)"
