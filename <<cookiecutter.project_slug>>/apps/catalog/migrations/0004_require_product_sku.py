"""Third of three deployments: a product must have its SKU, which by now every one has.

The database backend takes it in steps: CHECK … NOT VALID, VALIDATE, SET NOT NULL, drop the check.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    safe_because = {'NOT_NULL': 'the previous release gives every new product a SKU'}

    dependencies = [
        ('catalog', '0003_fill_product_sku'),
    ]

    operations = [
        migrations.AlterField(
            model_name='product',
            name='sku',
            field=models.CharField(help_text='Stock keeping unit, unique in the shop.', max_length=40, unique=True, verbose_name='SKU'),
        ),
    ]
