# % set f = cookiecutter|feature
# % if f.of("money")
import django.core.validators
# % endif
import django.db.models.deletion
import django.utils.timezone
# % if f.of("money")
from decimal import Decimal
# % endif
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
# % for field, target in f.relations
        ('<<target.app>>', '<<target.migration>>'),
# % endfor
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='<<f.model>>',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
# % for field in f.plain
                ('<<field.name>>', <<field.migrated>>),
# % endfor
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
# % for field, target in f.relations
                ('<<field.name>>', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='<<field.related_name>>', to='<<target.app>>.<<target.model|lower>>')),
# % endfor
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='<<f.plural>>', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
# % if f.plural_words != f.words ~ "s"
                'verbose_name_plural': '<<f.plural_words>>',
# % endif
                'indexes': [
# % for columns, name in f.indexes
                    models.Index(fields=<<columns>>, name='<<name>>'),
# % endfor
                ],
# % if f.of("money")
                'constraints': [
# % for field in f.of("money")
                    models.CheckConstraint(condition=models.Q(('<<field.name>>__gte', 0)), name='<<(f.name ~ "_" ~ field.name ~ "_not_negative")|short(60)>>'),
# % endfor
                ],
# % endif
            },
        ),
    ]
