"""Changing bots: each function is one transaction, and sets the schedule of the bot's ticks along with it."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from bots.models import Bot, BotVersion
from bots.schedule import schedule_remove, schedule_set
from engine.core.config import BotConfig, ConfigError, FieldError, config_parse
from engine.core.config_json import config_as_json, config_values
from engine.core.field_errors import shown
from events.services import event_publish
from marketdata.models import Symbol


class StaleVersion(Exception):
    """The bot was changed since the caller read it."""

    def __init__(self, bot: Bot) -> None:
        super().__init__(f"{bot.name} was changed meanwhile; it is at version {bot.version} now")


class NotAllowed(Exception):
    """The bot's state does not allow what was asked for."""


def bot_create(*, data: Any, user: User | None = None) -> Bot:
    """Make a bot from a configuration as JSON.

    Raises:
        ConfigError: The configuration has faults; the error names every one, and nothing is stored.
    """
    config = config_parse(data)
    _check_symbols(config)
    with transaction.atomic():
        _check_name(config, None)
        bot = Bot.objects.create(**config_values(config))
        _version_make(bot, config, user)
        schedule_set(bot, enabled=False)
        bot_announce(bot)
    return bot


def bot_update(*, bot: Bot, data: Any, seen_version: int, user: User | None = None) -> Bot:
    """Replace a bot's configuration, which acts at the next tick; after an error nothing has changed.

    Args:
        bot: The bot.
        data: The configuration as JSON.
        seen_version: The version the caller has read.
        user: Who changes it.

    Raises:
        ConfigError: The configuration has faults; the error names every one.
        StaleVersion: The bot has another version by now.
    """
    config = config_parse(data)
    _check_symbols(config)
    with transaction.atomic():
        _check_name(config, bot)
        changed = (
            Bot.objects.existing()
            .filter(pk=bot.pk, version=seen_version)
            .update(**config_values(config), version=seen_version + 1, updated_at=timezone.now())
        )
        bot.refresh_from_db()
        if not changed:
            raise StaleVersion(bot)
        _version_make(bot, config, user)
        schedule_set(bot, enabled=bool(bot.periodic_task and bot.periodic_task.enabled))
        bot_announce(bot)
    return bot


def bot_symbol_rename(*, bot: Bot, old: str, new: str) -> None:
    """Make a version that trades the same stock under its new symbol, inside the caller's transaction.

    The rest of the configuration stays, also what cannot be read.

    Raises:
        StaleVersion: The bot was edited meanwhile.
    """
    seen, newest = bot.version, bot.versions.first()
    symbols = list(dict.fromkeys(new if symbol == old else symbol for symbol in bot.symbols))
    changed = Bot.objects.filter(pk=bot.pk, version=seen).update(
        symbols=symbols, version=seen + 1, updated_at=timezone.now()
    )
    bot.refresh_from_db()
    if not changed:
        raise StaleVersion(bot)
    config = (newest.config if newest is not None else {}) | {"symbols": symbols}
    BotVersion.objects.create(bot=bot, number=bot.version, config=config)
    bot_announce(bot)


def bot_rollback(*, bot: Bot, to: Any, seen_version: int, user: User | None = None) -> Bot:
    """Make an older version's configuration the newest one.

    Args:
        bot: The bot.
        to: The number of the older version, as a caller sent it.
        seen_version: The version the caller has read.
        user: Who changes it.

    Raises:
        ConfigError: There is no such version, or its configuration has faults.
        StaleVersion: The bot has another version by now.
    """
    number = to if isinstance(to, int) and not isinstance(to, bool) and abs(to) < 2**31 else None
    version = bot.versions.filter(number=number).first() if number is not None else None
    if version is None:
        right = f"1 to {bot.version}"
        raise ConfigError([FieldError("to", "must be the number of one of its versions", shown(to), right)])
    return bot_update(bot=bot, data=version.config, seen_version=seen_version, user=user)


def bot_status_set(
    *, bot: Bot, status: str, reason: str = "", ticking: bool, only_from: Sequence[str] | None = None
) -> Bot:
    """Set the status and whether ticks are scheduled, and tell the page.

    Args:
        bot: The bot.
        status: The new status.
        reason: Why it has this status.
        ticking: Whether ticks are scheduled.
        only_from: The statuses the bot may be in; None for any.

    Raises:
        NotAllowed: Somebody has set a status that is not in `only_from`.
    """
    with transaction.atomic():
        found = Bot.objects.filter(pk=bot.pk)
        if only_from is not None:
            found = found.filter(status__in=only_from)
        changed = found.update(status=status, status_reason=reason[:300], updated_at=timezone.now())
        bot.refresh_from_db()
        if not changed:
            raise NotAllowed(f"{bot.name} is {bot.status} meanwhile")
        schedule_set(bot, enabled=ticking)
        bot_announce(bot)
    return bot


def bot_archive(*, bot: Bot) -> None:
    """Take a bot out of sight; its history stays."""
    with transaction.atomic():
        schedule_remove(bot)
        now = timezone.now()
        Bot.objects.filter(pk=bot.pk).update(archived_at=now, status=Bot.Status.STOPPED, periodic_task=None)
        bot.refresh_from_db()
        bot_announce(bot)


def _version_make(bot: Bot, config: BotConfig, user: User | None) -> BotVersion:
    return BotVersion.objects.create(bot=bot, number=bot.version, config=config_as_json(config), changed_by=user)


def _check_name(config: BotConfig, bot: Bot | None) -> None:
    others = Bot.objects.existing().filter(name=config.name)
    if bot is not None:
        others = others.exclude(pk=bot.pk)
    if others.exists():
        raise ConfigError([FieldError("name", "is the name of another bot already", value=config.name)])


def _check_symbols(config: BotConfig) -> None:
    """Raise ConfigError unless the broker lists and trades every symbol."""
    tradable = set(Symbol.objects.filter(symbol__in=config.symbols, tradable=True).values_list("symbol", flat=True))
    errors = []
    for symbol in config.symbols:
        if symbol not in tradable:
            near = Symbol.objects.filter(symbol__startswith=symbol[:2], tradable=True).first()
            message = f"{symbol} is not a symbol that can be traded here"
            errors.append(FieldError("symbols", message, value=symbol, nearest=near.symbol if near else None))
    if errors:
        raise ConfigError(errors)


def bot_announce(bot: Bot) -> None:
    """Tell the page that a bot has changed, inside the transaction that changed it."""
    event_publish(
        "bot_status_changed",
        {"id": bot.pk, "name": bot.name, "status": bot.status, "status_reason": bot.status_reason},
    )
