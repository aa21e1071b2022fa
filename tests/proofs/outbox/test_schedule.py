"""The schedule by a clock of its own: what is due when beat was away, and when the clocks change."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery import Celery
from celery.schedules import BaseSchedule

from proofs.workers.brokers import settings_for

BERLIN = ZoneInfo("Europe/Berlin")
ENTRIES: dict[str, dict[str, Any]] = settings_for()["CELERY_BEAT_SCHEDULE"]
DAILY = [name for name, entry in ENTRIES.items() if len(entry["schedule"].hour) == 1]


class Clock:
    """The time that a schedule sees, in the project's time zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.app = Celery(set_as_current=False)
        self.app.conf.update(timezone=str(zone), enable_utc=True)
        self.now = datetime.now(UTC)
        self.zone = zone

    def schedule(self, name: str) -> BaseSchedule:
        schedule = ENTRIES[name]["schedule"]
        copy: BaseSchedule = type(schedule)(*schedule.__reduce__()[1])
        copy.app, copy.nowfun = self.app, lambda: self.now.astimezone(self.zone)
        return copy


def runs(name: str, last: datetime, moments: Iterable[datetime], zone: ZoneInfo = BERLIN) -> list[datetime]:
    """Return when a beat that looks at `moments` starts a task that last ran at `last`."""
    clock = Clock(zone)
    clock.now = last
    schedule, started = clock.schedule(name), []
    for moment in moments:
        clock.now = moment
        if schedule.is_due(last.astimezone(zone)).is_due:
            started.append(moment.astimezone(zone))
            last = moment
    return started


def every_minute(start: datetime, days: int) -> Iterable[datetime]:
    first = start.astimezone(UTC)
    return (first + timedelta(minutes=minute) for minute in range(days * 24 * 60))


@pytest.mark.parametrize("name", DAILY)
@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", "2026-03-28"),  # 2:00 to 3:00 is left out
        ("Europe/Berlin", "2026-10-24"),  # 2:00 to 3:00 comes twice
        ("America/New_York", "2026-03-07"),
        ("America/New_York", "2026-10-31"),
        ("Australia/Lord_Howe", "2026-04-04"),  # half an hour
        ("Pacific/Auckland", "2026-09-26"),
        ("UTC", "2026-03-28"),
    ],
)
def test_a_daily_task_runs_once_a_day_when_the_clocks_change(name: str, zone: str, day: str) -> None:
    where = ZoneInfo(zone)
    start = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=where)

    started = runs(name, start, every_minute(start, days=4), where)

    expected = [start.date() + timedelta(days=offset) for offset in range(1, 5)]
    days = ENTRIES[name]["schedule"].day_of_week
    assert [moment.date() for moment in started] == [date for date in expected if date.isoweekday() % 7 in days]


@pytest.mark.parametrize("name", ENTRIES)
@pytest.mark.parametrize("away", [timedelta(hours=3), timedelta(days=1), timedelta(days=9)])
def test_runs_that_were_missed_are_caught_up_once(name: str, away: timedelta) -> None:
    back = datetime(2026, 11, 25, 8, 7, 30, tzinfo=BERLIN)
    last, moments = back - away, [back + timedelta(seconds=second) for second in range(0, 25, 5)]

    started = runs(name, last, moments)

    missed = [moment for moment in runs(name, last, every_minute(last, days=10)) if moment <= back]
    assert len(started) == min(1, len(missed))


# % if cookiecutter.use_example
@pytest.mark.parametrize("away", [timedelta(minutes=50), timedelta(days=4)])
def test_a_digest_that_beat_missed_without_remembering_it_is_started_within_the_hour(away: timedelta) -> None:
    """A beat whose file is new does not know what it missed; the task finds what is due in the database."""
    back = datetime(2026, 11, 25, 7, 40, tzinfo=BERLIN) + away

    started = [
        moment
        for name, entry in ENTRIES.items()
        if entry["task"] == "apps.notifications.tasks.send_digests"
        for moment in runs(name, back, every_minute(back, days=1))
    ]

    assert min(started) - back <= timedelta(hours=1)


# % endif
