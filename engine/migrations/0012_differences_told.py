from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engine', '0011_foreign_account'),
    ]

    operations = [
        migrations.AddField(
            model_name='difference',
            name='told',
            field=models.BooleanField(default=False),
        ),
    ]
