"""What is known about a request is known to that request alone."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from asgiref.sync import async_to_sync
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from structlog.contextvars import bound_contextvars

from apps.observability.context import get_current_user, get_request_id
from proofs.requests import serving
from tests.factories import UserFactory


def test_threads_do_not_see_each_others_request() -> None:
    together = Barrier(8)

    def serve(name: str) -> tuple[str, str]:
        request = RequestFactory().get("/")
        request.user = UserFactory.build(email=name)
        with bound_contextvars(request_id=name), serving(request):
            together.wait()
            user = get_current_user()
            assert user is not None
            return get_request_id(), user.get_username()

    names = [f"request-{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(serve, names)) == [(name, name) for name in names]


def test_tasks_of_one_thread_do_not_see_each_others_request() -> None:
    async def serve(name: str) -> str:
        with bound_contextvars(request_id=name):
            await asyncio.sleep(0)
            return get_request_id()

    async def serve_all() -> list[str]:
        return await asyncio.gather(*(serve(f"request-{number}") for number in range(8)))

    assert async_to_sync(serve_all)() == [f"request-{number}" for number in range(8)]


def test_blocks_inside_blocks_give_back_what_was_there() -> None:
    with bound_contextvars(request_id="outer"):
        with bound_contextvars(request_id="inner"):
            assert get_request_id() == "inner"
        assert get_request_id() == "outer"
    assert get_request_id() == ""


def test_visitors_are_no_user() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    with serving(request):
        assert get_current_user() is None
