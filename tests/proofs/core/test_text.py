from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from apps.api.text import is_storable, money_text, time_from, time_text


@pytest.mark.parametrize(("amount", "text"), [("12.5", "12.50"), ("0", "0.00"), ("1E+3", "1000.00"), ("0.10", "0.10")])
def test_money_has_two_places(amount: str, text: str) -> None:
    assert money_text(Decimal(amount)) == text


def test_times_are_utc_with_a_z() -> None:
    moment = datetime(2026, 11, 22, 9, 30, tzinfo=timezone(timedelta(hours=1)))

    assert time_text(moment) == "2026-11-22T08:30:00Z"
    assert time_text(moment.replace(microsecond=120)) == "2026-11-22T08:30:00.000120Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T08:30:00Z",
        "2026-11-22T09:30:00+01:00",
        "2026-11-22T08:30:00",
        "2026-11-22 08:30",
        "20261122T083000Z",
    ],
)
def test_a_moment_is_read_in_several_ways(text: str) -> None:
    assert time_from(text) == datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "now", "2026-02-30", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "nul\0", "\ud800"]
)
def test_what_is_no_moment_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - datetime's own words
        time_from(text)


def test_written_times_can_be_read_again() -> None:
    moment = datetime(2026, 11, 22, 8, 30, 0, 120, tzinfo=UTC)

    assert time_from(time_text(moment)) == moment


def test_databases_keep_every_text_but_nul_and_half_pairs() -> None:
    assert is_storable("🦉 \u200d\n עברית")
    assert not is_storable("nul\0")
    assert not is_storable("half \ud800")
