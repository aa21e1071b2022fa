from django.db import migrations
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat

from apps.database.operations import Backfill


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0002_product_sku")]
    operations = [
        Backfill("Product", todo=Q(sku=None), values={"sku": Concat(Value("P-"), Cast(F("pk"), CharField()))}),
    ]
