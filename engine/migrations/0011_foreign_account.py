from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engine', '0010_unread_rows'),
    ]

    operations = [
        migrations.AddField(
            model_name='brokeraccount',
            name='foreign',
            field=models.BooleanField(default=False),
        ),
    ]
