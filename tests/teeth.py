"""Faults that the walks of a generated project are to find: what a team may well forget next week."""

from collections.abc import Callable
from pathlib import Path

from environment import Environment
from mutations import Check, Mutation
from suites import run_suite

DRF = {"api": "drf"}
NINJA = {"api": "ninja"}
A_MIGRATION = """from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [{}]
"""


def walk(subject: str, test: str) -> Check:
    """Return the check that walks over every ``subject`` of a project: the project's own ``test``, or all if it is empty."""

    def check(project: Path, environment: Environment) -> None:
        passed, tests, ended = run_suite(project, environment, "--no-cov", f"tests/walks/test_{subject}.py", "-k", test)
        assert passed, ended.output
        assert tests

    check.__name__ = f"walk over {subject.replace('api', 'endpoints').replace('admin', 'admin pages')}"
    return check


def planted(subject: str) -> Callable[..., Mutation]:
    """Return how to make a mutation that the walk over ``subject`` finds."""

    def make(
        mistake: str, path: str, change: tuple[str, str], answers: dict[str, str], found: str, test: str = ""
    ) -> Mutation:
        return Mutation(mistake, path, *change, answers, walk(subject, test), found)

    return make


api, admin, tasks, migrations, settings = map(planted, ("api", "admin", "tasks", "migrations", "settings"))

TEETH = [
    api(
        "a view needs no authentication",
        "apps/accounts/api/views.py",
        ("    permission_classes = [IsAuthenticated]\n", "    permission_classes = []\n"),
        DRF,
        "GET /api/v1/users/me/ answers",
        "test_needs_authentication",
    ),
    api(
        "an operation needs no authentication",
        "apps/catalog/api/routes.py",
        ('@router.get("products/", ', '@router.get("products/", auth=None, '),
        NINJA,
        "GET /api/v1/products/ answers 200, not 401",
        "test_needs_authentication",
    ),
    api(
        "another user's object can be read",
        "apps/orders/api/views.py",
        ("        return self.queryset.for_user(self.request.user)\n", "        return self.queryset.all()\n"),
        DRF,
        "to a user who does not own the object",
        "test_another_users_object_is_a_404",
    ),
    api(
        "another user's object can be changed",
        "apps/orders/api/routes.py",
        (
            "customers = Customer.objects.for_user(request.user)\n    return services.update_customer(",
            "customers = Customer.objects.all()\n    return services.update_customer(",
        ),
        NINJA,
        "PATCH /api/v1/customers/{customer_id}/ answers 200, not 404",
        "test_another_users_object_is_a_404",
    ),
    api(
        "a list shows the rows of others",
        "apps/orders/api/routes.py",
        ("return filters.filter(orders.for_user(request.user))", "return filters.filter(orders.all())"),
        NINJA,
        "shows a user rows of another",
        "test_lists_only_the_users_own_rows",
    ),
    api(
        "a filter shows the rows of others",
        "apps/orders/api/routes.py",
        (
            "    return filters.filter(orders.for_user(request.user))",
            "    return filters.filter(orders if filters.customer else orders.for_user(request.user))",
        ),
        NINJA,
        "shows a user rows of another (with {'customer': ",
        "test_lists_only_the_users_own_rows",
    ),
    api(
        "another user's object can be read below one's own",
        "apps/orders/api/routes.py",
        (
            "",
            """

@router.get("customers/{int:customer_id}/orders/", response=list[schemas.OrderOut])
def customers_orders_list(request: AuthenticatedRequest, customer_id: int) -> QuerySet[Order]:
    customer = get_object_or_404(Customer.objects.for_user(request.user), pk=customer_id)
    return orders.filter(customer=customer)


@router.get("customers/{int:customer_id}/orders/{int:order_id}/", response=schemas.OrderOut)
def customers_orders_retrieve(request: AuthenticatedRequest, customer_id: int, order_id: int) -> Order:
    get_object_or_404(Customer.objects.for_user(request.user), pk=customer_id)
    return get_object_or_404(orders, pk=order_id)
""",
        ),
        NINJA,
        "GET /api/v1/customers/{customer_id}/orders/{order_id}/ answers 200, not 404",
        "test_another_users_object_is_a_404",
    ),
    api(
        "a body that is not documented is a server error",
        "apps/orders/api/views.py",
        (
            "        order = services.cancel_order(",
            '        request.data.get("reason", "").strip()\n        order = services.cancel_order(',
        ),
        DRF,
        "AttributeError",
    ),
    api(
        "a field of a serializer needs a query for each row",
        "apps/orders/api/serializers.py",
        (
            (
                "class CustomerSerializer(ModelSerializer[Customer]):\n    class Meta:\n        model = Customer\n"
                '        fields = ["id", "name", "email", "created_at"]\n'
            ),
            """\
class CustomerSerializer(ModelSerializer[Customer]):
    orders = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = ["id", "name", "email", "created_at", "orders"]

    def get_orders(self, customer: Customer) -> int:
        return customer.orders.count()
""",
        ),
        DRF,
        "Load what the rows need with",
        "test_runs_as_many_queries_for_ten_rows_as_for_one",
    ),
    api(
        "a list is not paginated",
        "apps/orders/api/views.py",
        (
            "    queryset = Customer.objects.all()\n",
            "    queryset = Customer.objects.all()\n    pagination_class = None\n",
        ),
        DRF,
        "answers with a list that is no page",
        "test_is_paginated",
    ),
    api(
        "a view is not throttled",
        "apps/accounts/api/views.py",
        (
            "    serializer_class = CurrentUserSerializer\n",
            "    serializer_class = CurrentUserSerializer\n    throttle_classes = []\n",
        ),
        DRF,
        "GET /api/v1/users/me/ is not throttled",
        "test_is_throttled",
    ),
    api(
        "an id of 30 digits is a server error",
        "apps/orders/api/routes.py",
        (
            "    return get_object_or_404(Customer.objects.for_user(request.user), pk=customer_id)\n",
            (
                "    int(str(customer_id), 36).to_bytes(4)\n"
                "    return get_object_or_404(Customer.objects.for_user(request.user), pk=customer_id)\n"
            ),
        ),
        NINJA,
        "answers 500",
        "test_no_input_is_a_server_error",
    ),
    api(
        "an endpoint is not in the document",
        "apps/accounts/api/routes.py",
        ('@router.get("users/me/", ', '@router.get("users/me/", include_in_schema=False, '),
        NINJA,
        "not in the OpenAPI document",
        "test_every_endpoint_is_in_the_openapi_document",
    ),
    api(
        "an API has no document",
        "config/urls.py",
        (
            "    # Yours below\n",
            '    path("api/internal/", include([path("x/", views.landing)])),\n    # Yours below\n',
        ),
        DRF,
        "/api/internal/ has no OpenAPI document",
    ),
    api(
        "a view that the document cannot describe",
        "apps/accounts/api/serializers.py",
        ('"name", "date_joined"]', '"name", "date_joined", "nothing"]'),
        DRF,
        "correct the one that was added or changed last in apps/<app>/api/",
    ),
    admin(
        "a column of the admin needs a query for each row",
        "apps/accounts/admin.py",
        (
            'list_display = ["email", "name", ',
            'list_display = ["email", lambda user: ", ".join(map(str, user.groups.all())), "name", ',
        ),
        DRF,
        "queries for 1 row and",
        "test_lists_25_rows_with_as_many_queries_as_one",
    ),
    admin(
        "a page of the admin fails",
        "apps/accounts/admin.py",
        ('    ordering = ["email"]\n', '    ordering = ["email"]\n    date_hierarchy = "name"\n'),
        DRF,
        "accounts.User",
        "test_every_page_opens_for_a_superuser",
    ),
    admin(
        "staff without permissions see a page",
        "apps/accounts/admin.py",
        (
            "    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:\n",
            (
                "    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:\n"
                "        return True\n\n"
                "    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:\n"
            ),
        ),
        DRF,
        "shows staff without permissions",
        "test_staff_without_permissions_see_nothing",
    ),
    admin(
        "a page of the admin is open to everybody",
        "apps/accounts/admin.py",
        (
            '    ordering = ["email"]\n',
            (
                '    ordering = ["email"]\n\n'
                "    def get_urls(self) -> list[Any]:\n"
                "        from django.http import HttpResponse\n"
                "        from django.urls import path\n\n"
                '        return [path("export/", lambda request: HttpResponse("all")), *super().get_urls()]\n\n'
            ),
        ),
        DRF,
        "without a login at /admin/accounts/user/export/",
        "test_every_url_needs_a_login",
    ),
    tasks(
        "a task with a name of its own has no time limit",
        "apps/accounts/tasks.py",
        (
            "",
            '\n\n@shared_task(base=BaseTask, name="count_users")\ndef count_users() -> None:\n    """Do nothing yet."""\n',
        ),
        DRF,
        "count_users has no time limits of its own",
    ),
    tasks(
        "the schedule names a task that does not exist",
        "config/settings/celery.py",
        ("apps.accounts.tasks.clear_expired_sessions", "apps.accounts.tasks.clear_sessions"),
        DRF,
        "apps.accounts.tasks.clear_sessions: in CELERY_BEAT_SCHEDULE",
    ),
    tasks(
        "a task has no time limit",
        "apps/accounts/tasks.py",
        (", soft_time_limit=110, time_limit=120)", ", soft_time_limit=0, time_limit=0)"),
        DRF,
        "has no time limits of its own",
    ),
    tasks(
        "a task is in a queue that no worker takes from",
        "apps/accounts/tasks.py",
        ('queue_name="maintenance"', 'queue_name="maintenence"'),
        DRF,
        "which is none of CELERY_TASK_QUEUES",
    ),
    tasks(
        "a task is never retried",
        "apps/accounts/tasks.py",
        ("@shared_task(base=BaseTask, ", "@shared_task(base=BaseTask, autoretry_for=(), "),
        DRF,
        "has no retry policy",
    ),
    tasks(
        "a task has no example call",
        "apps/accounts/tasks.py",
        (
            "",
            (
                '\n\n@shared_task(base=BaseTask, queue_name="maintenance", soft_time_limit=110, time_limit=120)\n'
                'def count_users() -> None:\n    """Do nothing yet."""\n'
            ),
        ),
        DRF,
        "No example call of apps.accounts.tasks.count_users: add",
    ),
    migrations(
        "a field has no migration",
        "apps/accounts/models.py",
        ("name = models.CharField(max_length=150,", "name = models.CharField(max_length=151,"),
        DRF,
        "Alter field name",
    ),
    migrations(
        "an app has models and no migrations",
        "apps/pages/models.py",
        ("", "from django.db import models\n\n\nclass Page(models.Model):\n    text = models.TextField()\n"),
        DRF,
        "run `manage.py makemigrations pages`",
    ),
    migrations(
        "a migration locks out the release before it",
        "apps/accounts/migrations/0002_rename.py",
        (
            "",
            A_MIGRATION.format('migrations.RenameField("user", "name", "full_name")'),
        ),
        DRF,
        "is not safe while the previous release serves",
    ),
    migrations(
        "a migration does not run backwards",
        "apps/accounts/migrations/0002_nothing.py",
        (
            "",
            A_MIGRATION.format("migrations.RunPython(lambda apps, schema_editor: None)"),
        ),
        DRF,
        "does not run backwards",
    ),
    settings(
        "a variable is not documented",
        "config/settings/base.py",
        ("QUERY_BUDGET = 5\n", 'QUERY_BUDGET = env.int("SHOP_QUERY_BUDGET", default=5)\n'),
        DRF,
        "SHOP_QUERY_BUDGET: not in .env.example",
    ),
    settings(
        "a variable that an app reads is not documented",
        "apps/accounts/services.py",
        ("", '\nimport os\n\nSHOP_KEY = os.getenv("SHOP_KEY", "")\n'),
        DRF,
        "SHOP_KEY: not in .env.example",
    ),
    settings(
        "a variable is documented and nobody reads it",
        ".env.example",
        ("", "\n# Nothing.\n# SHOP_NOTHING=\n"),
        DRF,
        "SHOP_NOTHING: in .env.example",
    ),
    settings(
        "production is without HSTS",
        "config/settings/production.py",
        ("default=31_536_000", "default=0"),
        DRF,
        "security.W004",
    ),
]
