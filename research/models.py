"""Backtests people ask for, and what they found."""

from django.db import models

from bots.models import Bot


class Backtest(models.Model):
    """A backtest somebody asked for, and what it found; days are New York days, all other times are real time.

    Attributes:
        config: The complete configuration, as JSON.
        costs: The complete costs, as JSON.
        progress: From 0 to 1.
        attempts: How often a process took it up.
        heartbeat_at: When its process last said that it is alive.
        result: The report, once it is done.
    """

    class Status(models.TextChoices):
        """The states a backtest can be in."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    name = models.CharField(max_length=80)
    bot = models.ForeignKey(Bot, null=True, blank=True, on_delete=models.SET_NULL, related_name="backtests")
    asked_by = models.CharField(max_length=150)
    config = models.JSONField()
    first_day = models.DateField()
    last_day = models.DateField()
    costs = models.JSONField(default=dict)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.QUEUED)
    progress = models.FloatField(default=0.0)
    cancel_requested = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=600, blank=True)
    result = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["status", "id"], name="research_backtest_status")]

    def __str__(self) -> str:
        return f"{self.name}, {self.first_day} to {self.last_day}"
