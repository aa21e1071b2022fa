"""Requests and responses of Ninja operations as the API wants them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import renderers
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.responses import NinjaJSONEncoder

from apps.api.errors import envelope
