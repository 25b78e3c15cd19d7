"""What people were told: one row for each piece of trouble, from when it began until it ended."""

from django.db import models
from django.db.models import Q


class Alert(models.Model):
    """Something a person must know; real time.

    kind, key: what sort of trouble, and of what; while an alert of both stands, it is not told again
    ended_at: None while it stands. News, which has no duration, ends when it begins
    bot: the number of a bot; symbol: of whatever the account holds
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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(ended_at=None), name="one_standing_alert")
        ]
        indexes = [models.Index(fields=["-began_at", "-id"]), models.Index(fields=["ended_at"])]

    def __str__(self) -> str:
        return self.words
