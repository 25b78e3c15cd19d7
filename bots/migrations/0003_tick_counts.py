from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bots', '0002_stop_and_close'),
    ]

    operations = [
        migrations.AddField(
            model_name='bot',
            name='late_ticks',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='bot',
            name='taken_ticks',
            field=models.PositiveBigIntegerField(default=0),
        ),
    ]
