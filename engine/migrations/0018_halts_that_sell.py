from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("engine", "0017_account_marks")]

    operations = [
        migrations.AddField(
            model_name="halt",
            name="close_positions",
            field=models.BooleanField(default=False, help_text="Sell whatever is held while the halt stands"),
        ),
        migrations.AddField(
            model_name="halt",
            name="flat_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
