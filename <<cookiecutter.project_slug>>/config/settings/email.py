"""Mail: one URL becomes one entry of MAILERS."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.env import env, is_installed, require_extra, url_options

# django-environ speaks the names of Django's former EMAIL_* settings; MAILERS speaks its backends' own.
OPTION_NAMES = {
    "EMAIL_HOST": "host",
    "EMAIL_PORT": "port",
    "EMAIL_HOST_USER": "username",
    "EMAIL_HOST_PASSWORD": "password",
    "EMAIL_USE_TLS": "use_tls",
    "EMAIL_USE_SSL": "use_ssl",
}


def mailer(url: str) -> dict[str, Any]:
    """Return the MAILERS entry for `url`.

    It is a server's, such as `smtp+tls://user:password@host:587`, or a provider's, such as
    `anymail+postmark://?server_token=…` with the options that anymail names; or `consolemail://`.

    Raises:
        ImproperlyConfigured: it is none of these, or the provider's extra is not installed.
    """
    scheme = urlsplit(url).scheme
    if scheme.startswith("anymail+"):
        return provider(scheme.removeprefix("anymail+"), url_options(url))
    config: dict[str, Any] = env.email_url_config(url)
    options = {option: config[name] for name, option in OPTION_NAMES.items() if config.get(name)}
    if scheme.startswith("smtp"):
        options["timeout"] = env.int("EMAIL_TIMEOUT", default=10)
    return {"BACKEND": config["EMAIL_BACKEND"], "OPTIONS": options}


def provider(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return the MAILERS entry for the provider that anymail calls `name`, such as `postmark` or `amazon-ses`."""
    if name == "amazon-ses":
        require_extra("ses", ["anymail", "boto3"], variable="EMAIL_URL")
    require_extra("anymail", ["anymail"], variable="EMAIL_URL")
    backend = f"anymail.backends.{name.replace('-', '_')}"
    if not is_installed(backend):
        raise ImproperlyConfigured(f"EMAIL_URL names {name}, which is no provider that anymail knows.")
    return {"BACKEND": f"{backend}.EmailBackend", "OPTIONS": options}
