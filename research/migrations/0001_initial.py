"""The table is that of `engine`, which gave it its new name; nothing is made here."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('bots', '0002_stop_and_close'),
        ('engine', '0016_backtests_to_research'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Backtest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80)),
                        ('asked_by', models.CharField(max_length=150)),
                        ('config', models.JSONField()),
                        ('first_day', models.DateField()),
                        ('last_day', models.DateField()),
                        ('costs', models.JSONField(default=dict)),
                        ('status', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=9)),
                        ('progress', models.FloatField(default=0.0)),
                        ('cancel_requested', models.BooleanField(default=False)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('heartbeat_at', models.DateTimeField(null=True)),
                        ('error', models.CharField(blank=True, max_length=600)),
                        ('result', models.JSONField(null=True)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('started_at', models.DateTimeField(null=True)),
                        ('finished_at', models.DateTimeField(null=True)),
                        ('bot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='backtests', to='bots.bot')),
                    ],
                    options={
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['status', 'id'], name='research_backtest_status')],
                    },
                ),
            ],
        ),
    ]
