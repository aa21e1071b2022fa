"""What a change brings about outside the database: a mail, a message to another system.

Never inside the transaction, which may yet be rolled back, or wait for a slow server with its rows locked.
"""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string


def run_after_commit[**P](service: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Have `service` called with these arguments once the transaction is committed, by what AFTER_COMMIT names.

    A failure is logged and changes nothing for the caller: what was committed stays.
    """
    run = import_string(settings.AFTER_COMMIT)
    transaction.on_commit(partial(run, service, *args, **kwargs), robust=True)


def in_this_process[**P](service: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call `service` at once: whoever made the change waits for it."""
    service(*args, **kwargs)
