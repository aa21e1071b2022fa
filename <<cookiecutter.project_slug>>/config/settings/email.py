"""Mail: to the console until EMAIL_URL names a server or a provider."""

from email.utils import formataddr
from typing import Any

from config.settings.env import URL, env, is_installed

SMTP: dict[str, dict[str, Any]] = {
    "smtp": {"port": 25},
    "smtp+tls": {"port": 587, "use_tls": True},
    "smtp+ssl": {"port": 465, "use_ssl": True},
}


def mailer(url: URL | None) -> dict[str, Any]:
    """Return the MAILERS entry for `smtp+tls://user:password@host:587`, or `anymail+postmark://?server_token=…`."""
    if not url or url.scheme == "consolemail":
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if url.scheme in SMTP:
        if not url.host or "," in url.host:
            env.problems["EMAIL_URL"] = "must name one server"
        if url.options.keys() - {"ssl_certfile", "ssl_keyfile", "timeout"}:
            env.refuse("EMAIL_URL")
        options = {"host": url.host, "username": url.user, "password": url.password, **SMTP[url.scheme]}
        if url.port.isdecimal():
            options["port"] = int(url.port)
        return {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {**options, "timeout": 10, **url.options},
        }
    provider = url.scheme.removeprefix("anymail+")
    backend = f"anymail.backends.{provider.replace('-', '_')}"
    if not is_installed(backend):
        env.problems["EMAIL_URL"] = "names a provider that anymail does not have"
    env.require_extra("EMAIL_URL", "anymail", "anymail")
    if provider == "amazon-ses":
        env.require_extra("EMAIL_URL", "ses", "anymail", "boto3")
    return {"BACKEND": f"{backend}.EmailBackend", "OPTIONS": url.options}


MAILERS = {"default": mailer(env.url("EMAIL_URL", *(f"{scheme}://" for scheme in SMTP), "anymail+", "consolemail://"))}
ANYMAIL = {"REQUESTS_TIMEOUT": 10}  # seconds, as for a mail server
ADDRESS = r"[!-9=?A-~]+@([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+"
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL",
    formataddr(
        (
            "<<cookiecutter.__string_name>>",
            "noreply@<<cookiecutter.domain_name>>",
        )
    ),
    (rf"{ADDRESS}|[^<>\x00-\x1f\x7f]+ <{ADDRESS}>", "an e-mail address, or: Name <address>"),
)
