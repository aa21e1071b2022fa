import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task_id', models.CharField(editable=False, max_length=255, verbose_name='task ID')),
                ('name', models.CharField(max_length=255, verbose_name='task')),
                ('args', models.TextField(default='[]', verbose_name='arguments')),
                ('kwargs', models.TextField(default='{}', verbose_name='keyword arguments')),
                ('queue', models.CharField(max_length=100)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('attempts', models.PositiveIntegerField(default=1, help_text='How often it was sent to a worker, retries included.')),
                ('request_id', models.CharField(blank=True, max_length=128, verbose_name='request ID')),
                ('user_id', models.CharField(blank=True, max_length=255, verbose_name='user ID')),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('exception', models.TextField(blank=True)),
                ('traceback', models.TextField(blank=True)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'task',
                'ordering': ['-id'],
                'permissions': [('replay_outboxtask', 'Can replay failed tasks')],
                'default_permissions': ['view', 'delete'],
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_attempt_at'], name='outbox_task_due'), models.Index(condition=models.Q(('state', 'queued'), _negated=True), fields=['state', '-id'], name='outbox_task_failed')],
                'constraints': [models.UniqueConstraint(fields=('task_id',), name='outbox_task_once')],
            },
        ),
    ]
