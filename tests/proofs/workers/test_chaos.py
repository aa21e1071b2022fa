"""The run of `proofs.workers.chaos`, a small one."""

import pytest

from proofs.workers.chaos import confirm_under_fire
from proofs.workers.running import Place

pytestmark = pytest.mark.timeout(200)  # processes start, on a busy machine too


def test_every_customer_gets_an_email_whichever_process_is_killed(here: Place) -> None:
    outcome = confirm_under_fire(here, orders=40, kills=4, pause=0.4)

    assert outcome.missing == 0, outcome
    assert outcome.repeated <= outcome.killed.total(), outcome
