"""A bot's PeriodicTask: the row Celery beat ticks it by. Owned by the Bot row, visible in the admin."""

import json

from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from bots.models import Bot, BotQuerySet

TASK = "engine.tasks.tick_bot"
PREFIX = "bot:"


def schedule_set(bot: Bot, *, enabled: bool) -> None:
    """Bring the bot's row in line with the bot."""
    interval, _ = IntervalSchedule.objects.get_or_create(every=bot.trading_frequency, period=IntervalSchedule.SECONDS)
    values = {
        "task": TASK,
        "interval": interval,
        "args": json.dumps([bot.pk]),
        "enabled": enabled,
        # A tick nobody took in time is not made up for.
        "expire_seconds": bot.trading_frequency,
        "description": f"Ticks of {bot.name}",
    }
    if bot.periodic_task_id is None:
        task = PeriodicTask.objects.create(name=f"{PREFIX}{bot.pk}", **values)
        Bot.objects.filter(pk=bot.pk).update(periodic_task=task)
        bot.periodic_task = task
    else:
        PeriodicTask.objects.filter(pk=bot.periodic_task_id).update(**values)
        PeriodicTasks.update_changed()
        bot.refresh_from_db()


def schedule_enable(bots: BotQuerySet, *, enabled: bool) -> None:
    """Switch the rows of those bots that are still as the caller has read them."""
    if PeriodicTask.objects.filter(bot__in=bots).update(enabled=enabled):
        PeriodicTasks.update_changed()


def schedule_remove(bot: Bot) -> None:
    if bot.periodic_task_id is not None:
        Bot.objects.filter(pk=bot.pk).update(periodic_task=None)
        PeriodicTask.objects.filter(pk=bot.periodic_task_id).delete()
