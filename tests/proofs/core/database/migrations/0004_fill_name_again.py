from django.db import migrations
from django.db.models import F, Q

from apps.database.operations import Backfill


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0003_nothing")]
    operations = [Backfill("User", todo=Q(name=""), values={"name": F("email")})]
