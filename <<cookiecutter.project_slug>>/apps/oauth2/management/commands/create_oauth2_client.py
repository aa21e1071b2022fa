"""`manage.py create_oauth2_client`."""

from typing import Any

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.models import User
from apps.oauth2.adapter import READ_SCOPE


class Command(BaseCommand):
    help = "Register an application with the OAuth2 provider. Its secret is shown once and kept only as a hash."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--redirect-uri", action="append", default=[], help="for authorization code; repeatable")
        parser.add_argument("--origin", action="append", default=[], help="browser origin allowed by CORS; repeatable")
        parser.add_argument("--scope", action="append", default=[], help="repeatable; default: openid and api:read")
        parser.add_argument("--public", action="store_true", help="no secret (browser, mobile); PKCE is then required")
        parser.add_argument("--skip-consent", action="store_true", help="for applications of your own")
        parser.add_argument("--owner", help="e-mail address of the user that client-credentials tokens act for")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["redirect_uri"] and not options["owner"]:
            raise CommandError("Give --redirect-uri (authorization code), --owner (client credentials), or both.")
        if options["public"] and options["owner"]:
            raise CommandError("--owner needs a secret: it does not go with --public.")
        secret = get_adapter().generate_client_secret()
        client = Client(
            name=options["name"],
            type=Client.Type.PUBLIC if options["public"] else Client.Type.CONFIDENTIAL,
            skip_consent=options["skip_consent"],
            owner=self.find_owner(options["owner"]),
        )
        client.set_secret(secret)
        client.set_redirect_uris(options["redirect_uri"])
        client.set_cors_origins(options["origin"])
        client.set_scopes(options["scope"] or ["openid", READ_SCOPE])
        client.set_default_scopes([scope for scope in client.get_scopes() if scope != "openid"])
        grants: list[str] = [Client.GrantType.CLIENT_CREDENTIALS] if options["owner"] else []
        if options["redirect_uri"]:
            grants += [Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN]
        client.set_grant_types(grants)
        try:
            client.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        client.save()
        self.stdout.write(f"client_id: {client.id}")
        if not options["public"]:
            self.stdout.write(f"client_secret: {secret}")

    def find_owner(self, email: str | None) -> User | None:
        """Return the active user with an e-mail address."""
        if email is None:
            return None
        owner = User.objects.filter(email=email.lower(), is_active=True).first()
        if owner is None:
            raise CommandError(f"--owner: there is no active user {email}.")
        return owner
