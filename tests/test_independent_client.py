"""A client that another tool writes from the OpenAPI documents does what clients do, with every framework."""

import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from baking import Bakery
from environment import Environment
from options import everything
from running import clean_environment, run

STARTING_SECONDS = 60


@pytest.mark.costly
def test_it_signs_in_lists_orders_and_confirms(
    bake: Bakery, environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Path(shutil.copytree(bake(dict(everything().answers)), tmp_path / "project"))
    demo = run(environment.python, "manage.py", "demo", "--no-serve", "--orders=50", cwd=project).stdout
    email, password = re.findall(r"Sign in +(\S+) +(\S+)", demo)[0]
    monkeypatch.syspath_prepend(tmp_path)
    with served(project, environment) as address:
        token = sign_in(address, email, password)
        for version, order, item in [
            ("v1", "OrderCreateRequest", "OrderItemCreateRequest"),
            ("v2", "OrderIn", "OrderItemIn"),
        ]:
            client = written_client(tmp_path, address, version)
            models = import_module(f"{client}.models")
            shop(client, address, token, getattr(models, order), getattr(models, item))


@contextmanager
def served(project: Path, environment: Environment) -> Iterator[str]:
    """Serve ``project`` inside the block and yield the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with subprocess.Popen(
        [environment.python, "manage.py", "runserver", "--noreload", address],
        cwd=project,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            deadline = time.monotonic() + STARTING_SECONDS
            while not answers(f"http://{address}/health/live/"):
                assert time.monotonic() < deadline, "The server did not start."
                time.sleep(0.1)
            yield f"http://{address}"
        finally:
            server.terminate()


def answers(address: str) -> bool:
    """Tell whether somebody is there."""
    try:
        return httpx.get(address).is_success
    except httpx.TransportError:
        return False


def sign_in(address: str, email: str, password: str) -> str:
    """Return an access token."""
    answer = httpx.post(f"{address}/_allauth/app/v1/auth/login", json={"email": email, "password": password})
    token: str = answer.raise_for_status().json()["meta"]["access_token"]
    return token


def written_client(folder: Path, address: str, version: str) -> str:
    """Let openapi-python-client write a package into ``folder`` and return its name."""
    document = folder / f"{version}.json"
    answer = httpx.get(f"{address}/api/{version}/schema/", headers={"Accept": "application/json"})
    document.write_text(answer.raise_for_status().text, "utf-8")
    package = f"client_{version}"
    settings = folder / f"{version}.yaml"
    settings.write_text(json.dumps({"package_name_override": package, "post_hooks": []}), "utf-8")  # YAML as well
    written = run(
        *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"),
        *("--path", document, "--config", settings, "--output-path", folder / package),
        cwd=folder,
    )
    assert "arning" not in written.stdout + written.stderr
    return package


def shop(package: str, address: str, token: str, new_order: Any, new_item: Any) -> None:
    """Order something and confirm it, as the client in ``package`` has it, with its models of what is sent."""
    with import_module(package).AuthenticatedClient(address, token) as client:

        def call(tag: str, operation: str, *args: Any, **options: Any) -> Any:
            """Return what the API answers, as the client understands it."""
            return import_module(f"{package}.api.{tag}.{operation}").sync(*args, client=client, **options)

        assert len(call("orders", "orders_list").results) > 0
        customer = call("customers", "customers_list").results[0]
        product = call("products", "products_list", available=True).results[0]
        items = [new_item(product=product.id, quantity=2)]
        body = new_order(customer=customer.id, shipping_address="1 High Street", items=items)

        order = call("orders", "orders_create", body=body, idempotency_key=f"key-of-{package}")
        confirmed = call("orders", "orders_confirm_create", order.id)
        refused = call("orders", "orders_confirm_create", order.id)

        assert (order.status, order.items[0].unit_price) == ("pending", product.price)
        assert (confirmed.id, confirmed.status) == (order.id, "confirmed")
        assert refused.code == "order_not_pending"
        assert call("orders", "orders_list").results[0].id == order.id
