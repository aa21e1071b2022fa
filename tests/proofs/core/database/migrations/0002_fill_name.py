from django.db import migrations
from django.db.models import F, Q

from apps.database.operations import Backfill


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0001_initial")]
    operations = [Backfill("User", todo=Q(name=""), values={"name": F("email")}, batch_size=2)]
