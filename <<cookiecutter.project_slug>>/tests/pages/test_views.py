"""Pages that belong to no app."""

from django.test import Client

from tests.client import ROOTS


def test_the_first_page_leads_to_every_api(client: Client) -> None:
    page = client.get("/").text

    for root in ROOTS:
        assert f'href="{root}docs/"' in page


def test_an_unknown_page_is_a_404_and_one_of_the_api_is_json(client: Client) -> None:
    assert client.get("/no/such/page").headers["Content-Type"].startswith("text/html")
    assert client.get("/api/no/such/path").json()["code"] == "not_found"


def test_every_page_has_the_security_headers(client: Client) -> None:
    headers = client.get("/").headers

    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in headers["Content-Security-Policy"]
