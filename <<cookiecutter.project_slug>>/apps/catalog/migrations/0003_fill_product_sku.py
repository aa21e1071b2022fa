"""Second of three deployments: the products from before get a SKU made of their id.

No process of the release that left the column empty runs any more. In a large shop, run
`manage.py backfill catalog 0003` ahead of the deployment; this finds nothing left to do then.
"""

from django.db import migrations
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat

from apps.database.operations import Backfill


class Migration(migrations.Migration):

    atomic = False  # each batch is a transaction of its own

    dependencies = [
        ('catalog', '0002_product_sku'),
    ]

    operations = [
        Backfill(
            'Product',
            todo=Q(sku=None),
            values={'sku': Concat(Value('P-'), Cast(F('pk'), CharField()))},
        ),
    ]
