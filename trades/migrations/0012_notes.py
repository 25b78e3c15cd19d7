import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trades', '0011_account_marks'),
    ]

    operations = [
        migrations.CreateModel(
            name='TradeNote',
            fields=[
                ('trade', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='note', serialize=False, to='trades.trade')),
                ('text', models.CharField(blank=True, max_length=2000)),
                ('tags', models.CharField(blank=True, max_length=240)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField(auto_now=True)),
            ],
        ),
    ]
