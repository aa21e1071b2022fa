"""Requests that can safely be repeated: a second one with the same `Idempotency-Key` gets the first one's response.

The response is stored in the transaction that does the work. Of two simultaneous requests with the same key both do the
work, but only one can store its response; the other is rolled back and replays that. A request that failed leaves
nothing behind, its key included, and can be tried again.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.errors import DomainError
from apps.idempotency.models import IdempotencyKey

LIFETIME = timedelta(hours=24)
VALID_KEY = re.compile(r"[!-~]{1,255}")
HEADER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Up to 255 visible ASCII characters. The same key and body again get the first response.",
    "schema": {"type": "string"},
}


class StoredResponse(NamedTuple):
    """The parts of a response that are stored; `body` is ready for JSON."""

    status: int
    body: Any
    headers: dict[str, str]


def respond_once(*, user_id: int, key: str, fingerprint: str, work: Callable[[], StoredResponse]) -> StoredResponse:
    """Return the stored response for `key`, or do the work and store its response. Two queries besides the work's.

    Args:
        fingerprint: of the request: see `fingerprint_of`.
        work: runs in a transaction; if it raises, nothing remains.

    Raises:
        DomainError: an invalid key, or `idempotency_key_reused` if it was used for another request.
    """
    if not VALID_KEY.fullmatch(key):
        raise DomainError("invalid", "Use 1 to 255 visible ASCII characters.", field=HEADER["name"])
    keys = IdempotencyKey.objects.filter(user_id=user_id, key=key)
    stored = keys.first()
    if stored is not None and stored.created_at > timezone.now() - LIFETIME:
        return _replay(stored, fingerprint)
    try:
        with transaction.atomic():
            response = work()
            text = json.dumps(response, cls=DjangoJSONEncoder)
            values = {"fingerprint": fingerprint, "answer": text, "created_at": timezone.now()}
            if stored is None:
                IdempotencyKey.objects.create(user_id=user_id, key=key, **values)
            elif not keys.filter(created_at=stored.created_at).update(**values):
                raise IntegrityError  # noqa: TRY301 - another request has taken over the expired key
    except IntegrityError:
        winner = keys.filter(created_at__gt=timezone.now() - LIFETIME).first()
        if winner is None:  # another constraint was violated
            raise
        return _replay(winner, fingerprint)
    return response


def fingerprint_of(operation: str, body: Any) -> str:
    """Return a hash of a request; `operation` is the same in every API, as its operation id."""
    return hashlib.sha256(json.dumps([operation, body], sort_keys=True).encode()).hexdigest()


def delete_expired_keys() -> int:
    """Delete expired keys and return their number. One query."""
    deleted, _ = IdempotencyKey.objects.filter(created_at__lte=timezone.now() - LIFETIME).delete()
    return deleted


def _replay(stored: IdempotencyKey, fingerprint: str) -> StoredResponse:
    if stored.fingerprint != fingerprint:
        raise DomainError("idempotency_key_reused", "This key was used for another request.")
    status, body, headers = json.loads(stored.answer)
    return StoredResponse(status, body, {**headers, "Idempotency-Replayed": "true"})
