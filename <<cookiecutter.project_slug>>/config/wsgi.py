"""WSGI entry point: `python -m config.gunicorn`."""

import os

from django.core.wsgi import get_wsgi_application

from apps.security.uploads import check_content_type

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = check_content_type(get_wsgi_application())
