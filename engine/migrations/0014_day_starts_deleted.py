from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('engine', '0013_pulses'),
    ]

    operations = [
        # The day is measured from the last close, computed from the fills.
        migrations.DeleteModel(
            name='DayStart',
        ),
    ]
