"""Bots, the versions of their configuration, and the templates people keep."""

from datetime import time

from django.conf import settings
from django.db import models
from django_celery_beat.models import PeriodicTask

from engine.core.config import BotConfig
from engine.core.config_json import CONFIG_FIELDS
from engine.core.schedule import Grid


class BotQuerySet(models.QuerySet["Bot"]):
    def existing(self) -> "BotQuerySet":
        return self.filter(archived_at=None)

    def ticking(self) -> "BotQuerySet":
        """Bots whose ticks are scheduled."""
        return self.existing().filter(periodic_task__enabled=True)


class Bot(models.Model):
    """What a person configured, and what became of it.

    capital is in dollars, trading_frequency in seconds, the window in New York time. Fractions in risk_management are
    parts of one. last_tick is the grid time, market time, of the last tick that was taken or skipped.
    taken_ticks were taken, late_ticks of them late; skipped_ticks are counted apart.
    """

    class Status(models.TextChoices):
        STOPPED = "stopped"
        RUNNING = "running"
        PAUSED = "paused"
        ERROR = "error"

    name = models.CharField(max_length=80)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.STOPPED)
    status_reason = models.CharField(max_length=300, blank=True)
    capital = models.DecimalField(max_digits=15, decimal_places=6)
    trading_frequency = models.PositiveIntegerField(default=60)
    timeframe = models.CharField(max_length=8, default="1Min")
    symbols = models.JSONField()
    indicators = models.JSONField()
    signal_mode = models.CharField(max_length=8, default="majority")
    min_votes = models.PositiveSmallIntegerField(default=1)
    risk_management = models.JSONField()
    start_hour = models.PositiveSmallIntegerField(default=9)
    start_minute = models.PositiveSmallIntegerField(default=30)
    end_hour = models.PositiveSmallIntegerField(default=12)
    end_minute = models.PositiveSmallIntegerField(default=0)
    close_at_window_end = models.BooleanField(default=False)
    # Who asked for everything to be sold when the bot was stopped; empty again once nothing is left to sell.
    closing_for = models.CharField(max_length=150, blank=True)

    version = models.PositiveIntegerField(default=1)
    archived_at = models.DateTimeField(null=True, blank=True)
    periodic_task = models.OneToOneField(PeriodicTask, null=True, blank=True, on_delete=models.SET_NULL)
    last_tick = models.DateTimeField(null=True, blank=True)
    taken_ticks = models.PositiveBigIntegerField(default=0)
    late_ticks = models.PositiveBigIntegerField(default=0)
    idle_ticks = models.PositiveBigIntegerField(default=0)
    skipped_ticks = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = BotQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["status"])]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(archived_at=None), name="bot_name_once_among_existing"
            ),
            models.CheckConstraint(condition=models.Q(capital__gte=100), name="bot_capital_at_least_100"),
            models.CheckConstraint(
                condition=models.Q(start_hour__lt=models.F("end_hour"))
                | models.Q(start_hour=models.F("end_hour"), start_minute__lt=models.F("end_minute")),
                name="bot_window_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["stopped", "running", "paused", "error"]), name="bot_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def config(self) -> BotConfig:
        """The configuration as the core reads it; a stored one is known to be good."""
        return BotConfig.model_validate({field: getattr(self, field) for field in CONFIG_FIELDS})

    def grid(self) -> Grid:
        """Made of columns alone: when a bot is due is known also of one whose configuration cannot be read any more."""
        start, end = time(self.start_hour, self.start_minute), time(self.end_hour, self.end_minute)
        return Grid(self.trading_frequency, start, end, self.close_at_window_end)


class BotVersion(models.Model):
    """One state of a bot's configuration: who set it, when, and what it was."""

    bot = models.ForeignKey(Bot, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    config = models.JSONField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["bot", "number"], name="bot_version_once")]

    def __str__(self) -> str:
        return f"{self.bot_id} v{self.number}"


class SavedTemplate(models.Model):
    """A bot's configuration but for its name and symbols, kept to make other bots of.

    key is the name as it is compared: two names that differ in the case of their letters alone are the same.
    by is who saved it last.
    """

    name = models.CharField(max_length=80)
    # Some letters become up to three when their case is folded.
    key = models.CharField(max_length=240, unique=True)
    description = models.CharField(max_length=200, blank=True)
    config = models.JSONField()
    by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name
