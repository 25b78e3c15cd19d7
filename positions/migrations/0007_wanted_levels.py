from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("positions", "0006_bot_results")]

    operations = [
        migrations.AddField(
            model_name="position",
            name="wanted_stop_price",
            field=models.DecimalField(decimal_places=6, max_digits=15, null=True),
        ),
        migrations.AddField(
            model_name="position",
            name="wanted_target_price",
            field=models.DecimalField(decimal_places=6, max_digits=15, null=True),
        ),
        migrations.AddField(
            model_name="position",
            name="wanted_by",
            field=models.CharField(blank=True, default="", max_length=150),
        ),
        migrations.AddField(
            model_name="position",
            name="wanted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="position",
            name="closing_for",
            field=models.CharField(blank=True, default="", max_length=150),
        ),
    ]
