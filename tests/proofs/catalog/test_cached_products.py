"""Lists of products come from the cache, and a change to one is seen as soon as it is committed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.catalog.models import Product
from config.settings.env import BASE_DIR
from proofs.caching import SHARED_MEMORY, CacheServer
from proofs.contract.apis import ROOTS
from proofs.postgresql import environment_of_test_database, on_postgresql
from tests.authentication import authenticate_somehow
from tests.catalog.factories import ProductFactory

pytestmark = pytest.mark.django_db(transaction=True)  # what is done on commit is done


@pytest.fixture(autouse=True)
def _shared_cache(settings: Settings) -> Iterator[None]:
    settings.CACHES = {**settings.CACHES, "shared": SHARED_MEMORY}
    yield
    caches["shared"].clear()


@pytest.fixture
def prices(client: Client, user: User) -> Callable[[], list[str]]:
    authenticate_somehow(client, user)

    def read() -> list[str]:
        pages = [client.get(f"{root}products/").json() for root in ROOTS]
        assert all(page["results"] == pages[0]["results"] for page in pages)
        return [product["price"] for product in pages[0]["results"]]

    return read


def test_the_api_lists_them_from_the_cache(
    client: Client, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ProductFactory.create()
    authenticate_somehow(client, user)

    def answers() -> list[Any]:
        paths = ["products/", "products/?available=true&page_size=5"]
        return [client.get(f"{root}{path}").json() for root in ROOTS for path in paths]

    first = answers()
    with django_assert_num_queries(len(first)):  # each loads the user who asks
        assert answers() == first


@pytest.mark.parametrize(
    "change",
    [
        lambda lamp: Product.objects.filter(pk=lamp.pk).update(price=2),
        lambda lamp: Product.objects.bulk_update([Product(pk=lamp.pk, price=2)], ["price"]),
        lambda lamp: Product(pk=lamp.pk, sku="L", name="Lamp", price=2).save(),
        lambda lamp: Product.objects.update_or_create({"price": 2}, pk=lamp.pk),
        lambda lamp: (lamp.delete(), Product.objects.bulk_create([Product(sku="L", name="Lamp", price=2)])),
        lambda lamp: (Product.objects.all().delete(), Product.objects.create(sku="L", name="Lamp", price=2)),
    ],
    ids=["update", "bulk_update", "save", "update_or_create", "delete and bulk_create", "delete all and create"],
)
def test_a_committed_change_is_seen_at_once(
    change: Callable[[Product], object], prices: Callable[[], list[str]]
) -> None:
    lamp = ProductFactory.create(sku="L", name="Lamp", price=1)
    assert prices() == prices() == ["1.00"]

    with transaction.atomic():
        change(lamp)
    assert prices() == ["2.00"]


def test_a_change_that_is_undone_leaves_the_cache_alone(prices: Callable[[], list[str]]) -> None:
    lamp = ProductFactory.create(price=1)
    assert prices() == ["1.00"]

    with transaction.atomic():
        lamp.price = Decimal(2)
        lamp.save(update_fields=["price"])
        transaction.set_rollback(True)

    assert prices() == ["1.00"]


def test_what_the_admin_changes_the_api_shows(client: Client, admin_client: Client, user: User) -> None:
    lamp = ProductFactory.create(sku="L", name="Lamp", price=1)
    authenticate_somehow(client, user)
    before = client.get(f"{ROOTS[-1]}products/{lamp.pk}/").json()

    form = {"sku": "L", "name": "Lamp", "price": "2.00", "available": "on"}
    assert admin_client.post(f"/admin/catalog/product/{lamp.pk}/change/", form).status_code == 302

    assert client.get(f"{ROOTS[-1]}products/{lamp.pk}/").json() == {**before, "price": "2.00"}


def test_nobody_can_fill_the_cache(client: Client, user: User) -> None:
    """Searches, positions and ids that do not exist are kept out, however many are asked for."""
    authenticate_somehow(client, user)
    ProductFactory.create_batch(3)

    def number_of_keys() -> int:
        return len(caches["shared"]._cache)  # type: ignore[attr-defined] # noqa: SLF001 - of local memory

    page = client.get(f"{ROOTS[0]}products/?page_size=1").json()
    before = number_of_keys()
    assert before
    for query in ["?search=a", "?search=b&available=true", page["next"].partition("products/")[2]]:
        assert client.get(f"{ROOTS[0]}products/{query}").status_code == 200
    for pk in [999_999, 2**70]:
        assert client.get(f"{ROOTS[0]}products/{pk}/").status_code == 404

    assert number_of_keys() == before


@on_postgresql
def test_another_process_commits_a_change_and_this_one_sees_it(
    cache_server: CacheServer, settings: Settings, prices: Callable[[], list[str]]
) -> None:
    settings.CACHES = cache_server.settings
    program = "import django; django.setup(); from apps.catalog.models import Product; Product.objects.update(price=2)"

    with cache_server.running():
        ProductFactory.create(price=1)
        assert prices() == prices() == ["1.00"]
        environment = {**environment_of_test_database(), "CACHE_URL": cache_server.url}
        subprocess.run([sys.executable, "-c", program], cwd=BASE_DIR, env=environment, check=True)  # noqa: S603 - ours

        assert prices() == ["2.00"]
