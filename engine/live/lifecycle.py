"""Starting, pausing and stopping bots, with all that hangs on it."""

from contextlib import suppress

from django.db import transaction
from django.db.models import Q

from bots.models import Bot
from bots.schedule import schedule_enable, schedule_set
from bots.services import NotAllowed, bot_archive, bot_status_set
from engine.core.orders import OrderState
from engine.core.types import Role
from engine.live.closing import SOMEBODY, PositionClosed, position_close_request
from events.services import event_publish
from marketdata.clock import market_now
from marketdata.selectors import last_prices
from positions.models import Position
from positions.selectors import Prices
from trades.models import Trade
from trades.selectors import position_view
from trades.services import trade_end


def bot_start(*, bot: Bot) -> Bot:
    """Run the bot, from any status; a running one stays as it is. While the account may not trade it waits."""
    if bot.archived_at is not None:
        raise NotAllowed(f"{bot.name} is archived")
    if bot.status == Bot.Status.RUNNING:
        if bot.periodic_task is None or not bot.periodic_task.enabled:
            schedule_set(bot, enabled=True)
        return bot
    prices = _prices_held(bot)
    with transaction.atomic():
        was_stopped = bot.status == Bot.Status.STOPPED
        Bot.objects.filter(pk=bot.pk).update(closing_for="")
        bot_status_set(bot=bot, status=Bot.Status.RUNNING, ticking=True)
        if was_stopped:
            _positions_announce(bot, prices)
    return bot


def bot_pause(*, bot: Bot) -> Bot:
    """No more entries; exits by signal go on inside the window. Only a running bot can be paused."""
    if bot.status != Bot.Status.RUNNING:
        raise NotAllowed(f"only a running bot can be paused; {bot.name} is {bot.status}")
    return bot_status_set(
        bot=bot, status=Bot.Status.PAUSED, ticking=bot_is_exposed(bot), only_from=[Bot.Status.RUNNING]
    )


def bot_fail(*, bot: Bot, reason: str) -> Bot:
    """The bot stops entering by itself, and people see why. Its exits go on. One that a person has stopped stays so."""
    if bot.status == Bot.Status.ERROR and bot.status_reason == reason[:300]:
        return bot
    only_from = [Bot.Status.RUNNING, Bot.Status.PAUSED, Bot.Status.ERROR]
    with suppress(NotAllowed):
        bot_status_set(
            bot=bot,
            status=Bot.Status.ERROR,
            reason=reason,
            ticking=bot_is_exposed(bot),
            only_from=only_from,
        )
    return bot


def _positions_announce(bot: Bot, prices: Prices) -> None:
    """Whether somebody manages them has changed."""
    for position in Position.objects.held().filter(bot=bot).select_related("bot"):
        event_publish("position_updated", position_view(position, prices))


def _prices_held(bot: Bot) -> Prices:
    """Read before a transaction begins: there is no I/O inside one."""
    return last_prices(sorted(Position.objects.held().filter(bot=bot).values_list("symbol", flat=True)))


def bot_is_exposed(bot: Bot) -> bool:
    """It holds shares or has an order under way: also a bot that enters no more must be ticked.

    Orders first: what is booked between the two looks is held at the second.
    """
    return (
        Trade.objects.filter(bot=bot).exclude(role__in=[Role.STOP, Role.TARGET]).unfinished().exists()
        or Position.objects.held().filter(bot=bot).exists()
    )


def idle_bots_rest() -> None:
    """Paused bots and those in error are ticked while they have something to get out of, and no longer."""
    resting = Q(status__in=[Bot.Status.PAUSED, Bot.Status.ERROR])
    for bot in Bot.objects.existing().filter(resting).select_related("periodic_task"):
        exposed = bot_is_exposed(bot)
        if bot.periodic_task is None or bot.periodic_task.enabled != exposed:
            schedule_enable(Bot.objects.existing().filter(resting, pk=bot.pk), enabled=exposed)


def running_bots_tick() -> None:
    """A running bot is ticked, whoever has switched its row off meanwhile."""
    for bot in Bot.objects.existing().filter(status=Bot.Status.RUNNING).exclude(periodic_task__enabled=True):
        schedule_set(bot, enabled=True)


def bot_stop(*, bot: Bot, close_positions: bool = False, by: str = "") -> Bot:
    """Stop the bot: entries under way are cancelled, stops and targets stay at the broker.

    `close_positions` also asks for the sale of everything it holds, or comes to hold by an order under way.
    """
    prices = _prices_held(bot)
    with transaction.atomic():
        if bot.status != Bot.Status.STOPPED:
            bot_status_set(bot=bot, status=Bot.Status.STOPPED, ticking=False)
            _positions_announce(bot, prices)
        for entry in Trade.objects.filter(bot=bot, role=Role.ENTRY, state=OrderState.CREATED):
            trade_end(entry, OrderState.UNSENT, "the bot was stopped before it could be sent")
        closing_for = (by or SOMEBODY) if close_positions else ""
        Bot.objects.filter(pk=bot.pk).update(closing_for=closing_for)
    if close_positions:
        bot.refresh_from_db()
        _positions_close(bot)
    return bot


def bots_close() -> None:
    """Go on with "stop and close": what was bought after it was asked for, by an order then under way, is sold too."""
    for bot in Bot.objects.filter(status=Bot.Status.STOPPED).exclude(closing_for=""):
        _positions_close(bot)
        if not bot_is_exposed(bot):
            Bot.objects.filter(pk=bot.pk).update(closing_for="")


def _positions_close(bot: Bot) -> None:
    for position in Position.objects.held().filter(bot=bot):
        with suppress(PositionClosed):
            position_close_request(position=position, by=bot.closing_for, now=market_now())


def bot_delete(*, bot: Bot) -> None:
    """Archive the bot; refused while it holds shares or has an order under way.

    Archived first: a tick then under way has either ordered before, which is seen, or finds the bot gone.
    """
    try:
        with transaction.atomic():
            bot_archive(bot=bot)
            if Trade.objects.filter(bot=bot).exclude(role__in=[Role.STOP, Role.TARGET]).unfinished().exists():
                raise NotAllowed(f"{bot.name} still has an order under way")
            if Position.objects.held().filter(bot=bot).exists():
                raise NotAllowed(f"{bot.name} still holds shares; close its positions first")
            if Trade.objects.filter(bot=bot).unfinished().exists():
                raise NotAllowed(f"{bot.name} still has an order under way")
    except NotAllowed:
        bot.refresh_from_db()
        raise
