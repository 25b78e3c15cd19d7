from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Coalesce
import django.db.models.deletion
import django.utils.timezone


def told_until_now(apps, schema_editor):
    """What people were told before there was an inbox counts as read."""
    alert, read = apps.get_model("notifications", "Alert"), apps.get_model("notifications", "AlertsRead")
    people = apps.get_model(settings.AUTH_USER_MODEL)
    alert.objects.update(changed_at=Coalesce("ended_at", "began_at"))
    now = django.utils.timezone.now()
    read.objects.bulk_create(read(person=person, upto=now) for person in people.objects.all())


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="changed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.CreateModel(
            name="AlertsRead",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("upto", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(told_until_now, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["changed_at"], name="alert_changed_at"),
        ),
    ]
