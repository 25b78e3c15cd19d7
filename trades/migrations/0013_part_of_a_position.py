from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trades", "0012_notes")]

    operations = [
        migrations.AddField(
            model_name="trade",
            name="is_part",
            field=models.BooleanField(default=False),
        ),
    ]
