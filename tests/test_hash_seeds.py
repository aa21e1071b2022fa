"""Every process has the same OpenAPI documents and the same tests for any hash seed: `pytest -n` needs it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from baking import Bakery
from environment import Environment
from options import everything
from running import clean_environment, run

DOCUMENTS_AND_TESTS = """
import django
import pytest
django.setup()
from django.test import Client
from django.test.utils import setup_test_environment
setup_test_environment()
for version in ("v1", "v2"):
    print(Client().get(f"/api/{version}/schema/", {"format": "json"}).text)
raise SystemExit(pytest.main(["--collect-only", "-q", "--no-cov", "-p", "no:cacheprovider"]))
"""


@pytest.mark.costly
def test_four_hash_seeds_make_no_difference(bake: Bakery, environment: Environment) -> None:
    project = bake(dict(everything().answers))

    def output(seed: int) -> str:
        env = clean_environment(PYTHONHASHSEED=str(seed), DJANGO_SETTINGS_MODULE="config.settings.test")
        printed = run(environment.python, "-c", DOCUMENTS_AND_TESTS, cwd=project, env=env).stdout
        return printed.rpartition("\n\n")[0]  # not how long it took

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(output, range(4)))

    assert results[0].count('"openapi"') == 2
    assert "test_documents.py::" in results[0]
    assert results == [results[0]] * 4
