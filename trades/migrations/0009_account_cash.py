from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trades', '0008_exit_attempts'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountCash',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('activity_id', models.CharField(max_length=100, unique=True)),
                ('kind', models.CharField(max_length=20)),
                ('amount', models.DecimalField(decimal_places=6, max_digits=18)),
                ('symbol', models.CharField(blank=True, max_length=32)),
                ('description', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'account cash',
                'indexes': [models.Index(fields=['at'], name='account_cash_at')],
            },
        ),
    ]
