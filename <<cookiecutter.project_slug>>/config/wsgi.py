"""WSGI entry point: `python -m config.gunicorn`."""

import os

from django.core.wsgi import get_wsgi_application

from apps.security.uploads import limit_wsgi_body

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = limit_wsgi_body(get_wsgi_application())
