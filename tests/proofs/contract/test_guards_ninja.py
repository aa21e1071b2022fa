"""An operation of Django Ninja without authentication does not pass."""

from ninja import NinjaAPI, Router

from proofs.contract.test_permissions import answer, find_unguarded


def test_catches_an_operation_without_authentication() -> None:
    router = Router()
    router.get("guarded/", auth=lambda request: None)(answer)
    router.post("open/", auth=None)(answer)
    api = NinjaAPI(openapi_url=None, docs_url=None, urls_namespace="little")
    api.add_router("", router)

    assert find_unguarded(api.urls[0]) == ["POST /open/"]
