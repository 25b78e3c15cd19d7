from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('marketdata', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MarketDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('open', models.DateTimeField(null=True)),
                ('close', models.DateTimeField(null=True)),
                ('by_clock', models.BooleanField(default=False)),
                ('told_at', models.DateTimeField(auto_now=True)),
            ],
        ),
    ]
