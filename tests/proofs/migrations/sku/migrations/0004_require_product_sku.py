from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_fill_product_sku")]
    safe_because = {"NOT_NULL": "the previous release always fills it in"}
    operations = [migrations.AlterField("product", "sku", models.CharField(max_length=40, unique=True))]
