from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trades', '0007_symbols_of_options'),
    ]

    operations = [
        migrations.AddField(
            model_name='trade',
            name='cancel_asked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='trade',
            name='refusals',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='trade',
            name='unprotected_at',
            field=models.DateTimeField(null=True),
        ),
    ]
