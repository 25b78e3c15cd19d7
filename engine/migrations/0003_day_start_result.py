"""The day is measured from the bot's result, no longer from its equity, of which the capital is a part."""

from typing import Any

from django.db import migrations, models


def results_fill(apps: Any, schema_editor: Any) -> None:
    for row in apps.get_model("engine", "DayStart").objects.select_related("bot"):
        row.result = row.equity - row.bot.capital
        row.save(update_fields=["result"])


class Migration(migrations.Migration):
    dependencies = [("engine", "0002_unreachable_since")]

    operations = [
        migrations.AddField("daystart", "result", models.DecimalField(max_digits=15, decimal_places=6, default=0)),
        migrations.RunPython(results_fill, migrations.RunPython.noop),
        migrations.AlterField("daystart", "result", models.DecimalField(max_digits=15, decimal_places=6)),
        migrations.RemoveField("daystart", "equity"),
    ]
