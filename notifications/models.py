"""What people were told: one row for each piece of trouble, from when it began until it ended."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Alert(models.Model):
    """Something a person must know; real time.

    kind, key: what sort of trouble, and of what; while an alert of both stands, it is not told again
    ended_at: None while it stands. News, which has no duration, ends when it begins
    bot: the number of a bot; symbol: of whatever the account holds
    changed_at: when people were last told of it, of its end once it has ended
    """

    class Level(models.TextChoices):
        INFO = "info"
        WARNING = "warning"
        ERROR = "error"

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=7, choices=Level.choices)
    words = models.CharField(max_length=600)
    end_words = models.CharField(max_length=600, blank=True)
    bot = models.BigIntegerField(null=True)
    symbol = models.CharField(max_length=32, null=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(ended_at=None), name="one_standing_alert")
        ]
        indexes = [
            models.Index(fields=["-began_at", "-id"]),
            models.Index(fields=["ended_at"]),
            models.Index(fields=["changed_at"], name="alert_changed_at"),
        ]

    def __str__(self) -> str:
        return self.words


class AlertsRead(models.Model):
    """Up to when a person has read what people were told: the `changed_at` of the newest alert that was seen."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    upto = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person} up to {self.upto:%Y-%m-%d %H:%M:%S}"
