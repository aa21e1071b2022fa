"""Requests that may safely be sent twice: an `Idempotency-Key` header makes the second one a copy of the first.

The answer is kept in the transaction that does the work. Two requests with the same key at once both do the work, but
the database lets only one of them keep its answer; the other is rolled back and replays that answer. A request that
failed has left nothing behind, its key included, and may be tried again.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.api.errors import Conflict, FieldError, ValidationFailed
from apps.idempotency.models import IdempotencyKey

LIFETIME = timedelta(hours=24)

VALID_KEY = re.compile(r"[!-~]{1,255}")
INVALID_KEY = FieldError("Idempotency-Key", "invalid", "Use 1 to 255 visible ASCII characters.")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response that any framework can send: `body` is ready for JSON."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


class _KeyTaken(Exception):  # noqa: N818 - no error: another request was quicker
    """Somebody else kept an answer under this key since we looked."""


def answer_once(
    *, user_id: int, key: str | None, operation: str, payload: Mapping[str, Any], work: Callable[[], Answer]
) -> Answer:
    """Return what `work` answers, or what it answered when the user sent the same before. Two queries with a key.

    Args:
        user_id: whose key it is.
        key: as the client sent it; None does the work without further ado.
        operation: what is done, the same from every address and framework.
        payload: what it is done with, checked.
        work: does it. Runs inside a transaction and may raise: nothing remains then.

    Raises:
        ValidationFailed: the key is none.
        Conflict: `idempotency_key_reused` for another operation or payload.
    """
    if key is None:
        return work()
    if not VALID_KEY.fullmatch(key):
        raise ValidationFailed(INVALID_KEY)
    fingerprint = _fingerprint(operation, payload)
    kept = IdempotencyKey.objects.filter(user_id=user_id, key=key).first()
    if kept is not None and kept.created_at > timezone.now() - LIFETIME:
        return _replay(kept, fingerprint)
    try:
        with transaction.atomic():
            answer = work()
            _keep(answer, fingerprint, user_id=user_id, key=key, expired=kept)
    except _KeyTaken:
        return _replay(IdempotencyKey.objects.get(user_id=user_id, key=key), fingerprint)
    return answer


def delete_expired_keys() -> int:
    """Delete the keys whose time is over and return how many there were. One query."""
    deleted, _ = IdempotencyKey.objects.filter(created_at__lte=timezone.now() - LIFETIME).delete()
    return deleted


def _fingerprint(operation: str, payload: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps([operation, payload], sort_keys=True).encode()).hexdigest()


def _keep(answer: Answer, fingerprint: str, *, user_id: int, key: str, expired: IdempotencyKey | None) -> None:
    """Insert a new key with its answer, or give an expired one the new answer. One query."""
    values = {"fingerprint": fingerprint, "answer": json.dumps(asdict(answer)), "created_at": timezone.now()}
    if expired is None:
        try:
            IdempotencyKey.objects.create(user_id=user_id, key=key, **values)
        except IntegrityError:
            raise _KeyTaken from None
    # The condition lets only one of two requests at once have the expired key.
    elif not IdempotencyKey.objects.filter(pk=expired.pk, created_at=expired.created_at).update(**values):
        raise _KeyTaken


def _replay(kept: IdempotencyKey, fingerprint: str) -> Answer:
    if kept.fingerprint != fingerprint:
        raise Conflict("idempotency_key_reused", "This key was used for another request.")
    answer = Answer(**json.loads(kept.answer))
    return replace(answer, headers={**answer.headers, "Idempotency-Replayed": "true"})
