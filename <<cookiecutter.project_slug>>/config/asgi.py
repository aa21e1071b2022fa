"""ASGI entry point: `WEB_ASGI=True python -m config.gunicorn`."""

import os
import warnings

from django.core.asgi import get_asgi_application

from apps.security.uploads import limit_asgi_body

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

# Django reads static files in a thread.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")

application = limit_asgi_body(get_asgi_application())
