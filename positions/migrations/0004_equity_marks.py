import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bots', '0003_tick_counts'),
        ('positions', '0003_renames'),
    ]

    operations = [
        migrations.CreateModel(
            name='EquityMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('result', models.DecimalField(decimal_places=6, max_digits=15)),
                (
                    'bot',
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name='equity_marks', to='bots.bot'
                    ),
                ),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bot', 'at'), name='equity_mark_once')],
            },
        ),
    ]
