"""The command that sends the daily digest."""

from datetime import UTC, datetime

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command

from apps.notifications.models import Digest
from tests.orders.factories import OrderFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_one_digest_that_cannot_be_sent_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = OrderFactory.create_batch(2, created_at=MONDAY)
    send = EmailMessage.send

    def refuse_some(message: EmailMessage) -> int:
        if message.to == [bad.owner.email]:
            raise RuntimeError("refused")
        return send(message)

    monkeypatch.setattr(EmailMessage, "send", refuse_some)

    with pytest.raises(CommandError, match="1 digests could not be sent"):
        call_command("send_digests", "--day", "2026-11-24")
    assert list(Digest.objects.values_list("user", flat=True)) == [good.owner_id]


def test_a_second_run_sends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    OrderFactory.create(created_at=MONDAY)

    for _ in range(2):
        call_command("send_digests", "--day", "2026-11-24")

    assert capsys.readouterr().out == "1 digests sent.\n0 digests sent.\n"
