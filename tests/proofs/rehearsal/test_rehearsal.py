"""The rehearsal of migrations: that its traffic works, and that its report fails when it should."""

import json
from typing import NoReturn

import pytest

from tools.load.scenarios import Scenario
from tools.rehearsal.__main__ import Held, Sent, report
from tools.rehearsal.traffic import SCENARIOS, Caller, attempt, load


def printed(capsys: pytest.CaptureFixture[str]) -> list[Sent]:
    return [Sent(*json.loads(line)) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.django_db
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_each_scenario_works(scenario: Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    load(10)

    attempt(scenario, Caller())

    requests = printed(capsys)
    assert requests
    assert {request.problem for request in requests} == {""}


@pytest.mark.django_db
def test_a_request_that_fails_is_reported_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    def read_nothing(caller: Caller) -> None:
        caller.ask("GET", "nothing/")

    def fail(caller: Caller) -> NoReturn:
        raise LookupError("no such column\nDETAIL: row 1")

    load(10)
    caller = Caller()
    attempt(read_nothing, caller)
    attempt(fail, caller)

    assert [(request.name, request.problem) for request in printed(capsys)] == [
        ("GET nothing/", ""),
        ("read_nothing", "RuntimeError: GET nothing/: status 404"),
        ("fail", "LookupError: no such column"),
    ]


BEFORE, AFTER = Sent(1, 5, "read", ""), Sent(20, 5, "read", "")


def outcome(*meanwhile: Sent) -> object:
    """Return the exit status of a rehearsal from second 10 to 12 that saw these requests."""
    with pytest.raises(SystemExit) as stopped:
        report([BEFORE, *meanwhile, AFTER], 10, 12, {"shop AccessExclusiveLock": Held(12, 3)}, threshold=100)
    return stopped.value.code


def test_quick_requests_without_errors_are_a_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(Sent(11, 99, "write", "")) == 0
    assert "meanwhile: 1, the longest took 99 ms (write)" in capsys.readouterr().out


def test_a_request_that_waited_too_long_is_a_failure_even_if_it_began_before(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert outcome(Sent(9.5, 600, "write", "")) == 1
    assert "0 errors, 1 requests above 100 ms" in capsys.readouterr().out


def test_an_error_is_a_failure_and_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(Sent(11, 5, "write", "status 500")) == 1
    output = capsys.readouterr().out
    assert "shop AccessExclusiveLock: for 12 ms at most, 3 waited" in output
    assert output.endswith("write: status 500\n")


def test_a_rehearsal_without_traffic_is_a_failure() -> None:
    assert outcome() == "No request meanwhile: nothing was rehearsed. Is the machine too busy?"
