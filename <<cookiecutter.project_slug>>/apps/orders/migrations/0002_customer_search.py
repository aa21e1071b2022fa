"""An index for the search in names and e-mail addresses of customers: `UPPER(name) LIKE UPPER('%…%')` is what `icontains` asks PostgreSQL."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from apps.database.operations import RunPostgreSQL


class Migration(migrations.Migration):

    atomic = False  # CONCURRENTLY works outside of a transaction only

    dependencies = [
        ('orders', '0001_initial'),
    ]

    operations = [
        TrigramExtension(),
        RunPostgreSQL(
            sql=[
                'SET statement_timeout TO 0',
                # What a run that was killed left behind is not valid.
                'DROP INDEX CONCURRENTLY IF EXISTS customer_search',
                'CREATE INDEX CONCURRENTLY customer_search ON orders_customer '
                'USING gin (upper(name) gin_trgm_ops, upper(email) gin_trgm_ops)',
                'RESET statement_timeout',
            ],
            reverse_sql='DROP INDEX CONCURRENTLY IF EXISTS customer_search',
        ),
    ]
