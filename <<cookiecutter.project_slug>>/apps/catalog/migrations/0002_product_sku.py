"""First of three deployments that give the products of a running shop a SKU: the column, still empty.

The previous release goes on adding products without one. NULLs do not collide, so the column is unique from the
start, before the new release writes to it. The release that brings this migration fills it in for new products.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    safe_because = {'ADD_UNIQUE': 'the previous release leaves the column empty, and NULLs do not collide'}

    dependencies = [
        ('catalog', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='sku',
            field=models.CharField(help_text='Stock keeping unit, unique in the shop.', max_length=40, null=True, unique=True, verbose_name='SKU'),
        ),
    ]
