"""Mail: one URL becomes one entry of MAILERS."""

from typing import Any

from config.settings.env import env

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
    """Return the MAILERS entry for `url`, such as `smtp+tls://user:password@host:587` or `consolemail://`."""
    config: dict[str, Any] = env.email_url_config(url)
    options = {option: config[name] for name, option in OPTION_NAMES.items() if config.get(name)}
    if url.startswith("smtp"):
        options["timeout"] = env.int("EMAIL_TIMEOUT", default=10)
    return {"BACKEND": config["EMAIL_BACKEND"], "OPTIONS": options}
