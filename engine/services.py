"""Writing what the engine remembers; each function runs inside the caller's transaction or in one of its own."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from bots.models import Bot, BotVersion
from bots.services import bot_announce
from engine.brokers.values import AccountInfo
from engine.core.money import booked
from engine.core.types import Decision as Decided
from engine.holder import holder_is_gone
from engine.models import BrokerAccount, Decision, Difference, Halt, Lease
from notifications.services import alert_begin, alert_end, alert_raise

PRUNED_AT_ONCE = 500
ACCOUNT, DIFFERENCE = "account", "difference"
# We have seen positions and activities lag up to 200 seconds behind orders.
DIFFERS_FOR = timedelta(seconds=240)
# The clocks of machines that share a database differ by at most this.
CLOCKS_APART = timedelta(seconds=60)


def decision_record(*, bot: Bot, version: BotVersion, decided: Decided, at: datetime) -> Decision:
    """Keep a decision; a decision that equals the last one of its bot, symbol and session is counted on that row.

    Args:
        bot: The bot.
        version: The version of its configuration.
        decided: The decision.
        at: Market time of the tick.
    """
    last = Decision.objects.filter(bot=bot, symbol=decided.symbol).order_by("-id").first()
    votes = dict(decided.votes)
    same = (
        last is not None
        and decided.intent is None
        # A session lies within one day of UTC.
        and last.last_at.date() == at.date()
        and (last.version_id, last.action, last.reason, last.votes)
        == (version.pk, decided.action, decided.reason, votes)
    )
    if same and last is not None:
        last.count += 1
        last.last_at, last.bar_end, last.values = at, decided.bar_end, dict(decided.values)
        last.sentence = decided.sentence[:600]
        last.save(update_fields=["count", "last_at", "bar_end", "values", "sentence"])
        return last
    return Decision.objects.create(
        bot=bot,
        version=version,
        symbol=decided.symbol,
        action=decided.action,
        reason=decided.reason,
        sentence=decided.sentence[:600],
        bar_end=decided.bar_end,
        values=dict(decided.values),
        votes=votes,
        checks=[{"name": check.name, "allowed": check.allowed, "reason": check.reason} for check in decided.checks],
        first_at=at,
        last_at=at,
    )


def decisions_prune(before: datetime) -> int:
    """Forget decisions last made before `before`, market time, that led to no order, and return how many.

    They go a few at a time. The newest of each bot and symbol stays: the page shows it, and the next equal decision is
    counted on it.
    """
    BrokerAccount.objects.filter(pk=broker_account().pk).update(decisions_kept_since=before)
    newer = Decision.objects.filter(bot=OuterRef("bot"), symbol=OuterRef("symbol"), id__gt=OuterRef("id"))
    pruned = 0
    for bot in Bot.objects.values_list("pk", flat=True):
        old = Decision.objects.filter(Exists(newer), bot=bot, last_at__lt=before).exclude(action__in=("buy", "sell"))
        while ids := list(old.values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
            Decision.objects.filter(pk__in=ids).delete()
            pruned += len(ids)
    return pruned


def broker_account() -> BrokerAccount:
    """Return the one row of the broker's account; the first call makes it."""
    account, _ = BrokerAccount.objects.get_or_create(pk=1)
    return account


def account_note(info: AccountInfo, *, now: datetime, marks: Mapping[str, Any] | None = None) -> bool:
    """Take over an account snapshot.

    People are told what keeps the account from trading when it begins and when it ends.

    Args:
        info: The broker's account.
        now: Real time.
        marks: Prices and fills that were known by then.

    Returns:
        Whether the account is the one this database belongs to.
    """
    account = broker_account()
    foreign = bool(account.account_number) and account.account_number != info.number
    wrong = ""
    if foreign:
        wrong = (
            f"this database belongs to account {account.account_number}, but the keys are for {info.number}: "
            "set the right keys, or use another data directory"
        )
    elif info.blocked:
        wrong = (
            f"the broker does not let this account trade ({info.blocked}); what happens there is booked all the same"
        )
    with transaction.atomic():
        # Everybody locks the row first, then the log of events.
        BrokerAccount.objects.filter(pk=1).update(
            account_number=account.account_number or info.number,
            equity=_sum(info.equity),
            last_equity=_sum(info.last_equity),
            cash=_sum(info.cash),
            buying_power=_sum(info.buying_power),
            read_at=now,
            marks=dict(marks or {}),
            error=wrong[:300],
            unauthorized=False,
            foreign=foreign,
            unreachable_since=None,
        )
        if wrong != account.error:
            alert_end(kind=ACCOUNT, words="the broker takes orders of this account again")
        if wrong:
            alert_begin(kind=ACCOUNT, words=wrong)
    return not foreign


def _sum(told: Decimal | None) -> Decimal | None:
    return booked(told) if told is not None else None


def account_unreachable(since: datetime | None) -> None:
    """Note since when the broker does not answer, real time; None when it answers again."""
    BrokerAccount.objects.filter(pk=1).exclude(unreachable_since=since).update(unreachable_since=since)


def account_error(message: str, *, unauthorized: bool) -> bool:
    """Note that the account could not be read; nothing is sent until it can be.

    Args:
        message: Why it could not be read.
        unauthorized: Whether the broker refused the keys.

    Returns:
        Whether that is news.
    """
    account = broker_account()
    if account.error == message[:300]:
        return False
    with transaction.atomic():
        BrokerAccount.objects.filter(pk=1).update(error=message[:300], unauthorized=unauthorized)
        alert_end(kind=ACCOUNT, words="the broker says something else of the account")
        alert_begin(kind=ACCOUNT, words=f"{message}. Nothing is sent until that is over; the bots stay what they are")
    return True


def halt_set(*, bot: Bot | None, reason: str, set_by: str, close_positions: bool = False) -> Halt:
    """Halt entries from now on, for one bot or for all; cancellations and exits pass.

    Args:
        bot: The bot; None for all bots.
        reason: Why.
        set_by: Who halts them.
        close_positions: Whatever is held while the halt stands is to be sold.
    """
    with transaction.atomic():
        halt = Halt.objects.create(bot=bot, reason=reason[:300], set_by=set_by, close_positions=close_positions)
        who = bot.name if bot else "All bots"
        sold = ", and everything is sold" if close_positions else ""
        alert_raise("warning", f"{who} halted by {set_by}{sold}: {reason}", bot=bot.pk if bot else None)
        if bot is not None:
            bot_announce(bot)
    return halt


def halt_clear(*, halt: Halt, cleared_by: str, now: datetime) -> bool:
    """Lift one halt at `now`, real time; False when it was lifted before."""
    with transaction.atomic():
        lifted = Halt.objects.filter(pk=halt.pk, cleared_at=None).update(cleared_at=now, cleared_by=cleared_by)
        if lifted:
            who = halt.bot.name if halt.bot else "All bots"
            alert_raise("info", f"{who}: halt lifted by {cleared_by} ({halt.reason})", bot=halt.bot_id)
            if halt.bot is not None:
                bot_announce(halt.bot)
    return bool(lifted)


def halt_note_flat(*, halt: Halt, now: datetime) -> None:
    """Note at `now`, real time, that nothing is left of what a halt sells, and tell it once."""
    with transaction.atomic():
        if Halt.objects.filter(pk=halt.pk, flat_at=None, cleared_at=None).update(flat_at=now):
            who = halt.bot.name if halt.bot else "All bots"
            alert_raise("info", f"{who}: everything is sold; entries stay halted", bot=halt.bot_id)


def halts_clear(*, bot: Bot | None, cleared_by: str, now: datetime) -> int:
    """Lift every halt of one bot, or with None every halt of all bots, and return how many there were."""
    active = list(Halt.objects.filter(bot=bot, cleared_at=None).select_related("bot"))
    return sum(halt_clear(halt=halt, cleared_by=cleared_by, now=now) for halt in active)


def difference_note(*, symbol: str, ours: Decimal, unassigned: Decimal, brokers: Decimal, now: datetime) -> None:
    """Note that shares here and at the broker do not add up, so that the symbol is only reduced.

    People see both numbers once they have been the same for longer than the broker's answers lag behind each other.

    Args:
        symbol: The stock.
        ours: Shares the bots hold.
        unassigned: Shares held by hand.
        brokers: Shares the broker has.
        now: Real time.
    """
    values = {"ours": ours, "unassigned": unassigned, "brokers": brokers}
    with transaction.atomic():
        known = Difference.objects.filter(symbol=symbol, resolved_at=None).first()
        if known is None:
            Difference.objects.create(symbol=symbol, **values)
            return
        if any(getattr(known, name) != value for name, value in values.items()):
            Difference.objects.filter(pk=known.pk).update(found_at=now, **values)
            return
        if known.told or now - known.found_at < DIFFERS_FOR:
            return
        Difference.objects.filter(pk=known.pk).update(told=True)
        message = (
            f"{symbol}: the bots hold {ours.normalize():f}, by hand {unassigned.normalize():f}, "
            f"the broker has {brokers.normalize():f}; until that agrees the symbol is only reduced"
        )
        alert_begin(kind=DIFFERENCE, key=symbol, words=message, symbol=symbol)


def differences_resolve(*, except_for: set[str], now: datetime) -> None:
    """Note that the books and the broker's agree again, but for the symbols in `except_for`."""
    agreeing = Difference.objects.filter(resolved_at=None).exclude(symbol__in=except_for)
    for difference in agreeing:
        with transaction.atomic():
            Difference.objects.filter(pk=difference.pk).update(resolved_at=now)
            words = f"{difference.symbol}: the bots' shares and the broker's agree again"
            alert_end(kind=DIFFERENCE, key=difference.symbol, words=words)


def lease_take(name: str, holder: str, *, now: datetime, seconds: float) -> bool:
    """Take or keep a lease; without a holder it cannot be kept, and only expires.

    A lease that expires later than any lease taken now was taken before the machine's clock was set back, and is free.

    Args:
        name: The lease.
        holder: `holder_me()`; a lease of a process that has died on this machine is free at once.
        now: Real time.
        seconds: Real seconds until the lease expires.

    Returns:
        False while somebody else holds it.
    """
    until: dict[str, Any] = {"holder": holder, "expires_at": now + timedelta(seconds=seconds)}
    lease, made = Lease.objects.get_or_create(name=name, defaults=until)
    if made:
        return True
    mine = [name for name in (holder, lease.holder if holder_is_gone(lease.holder) else "") if name]
    not_of_this_time = now + timedelta(seconds=seconds) + CLOCKS_APART
    free = Q(expires_at__lte=now) | Q(expires_at__gt=not_of_this_time) | Q(holder__in=mine)
    return Lease.objects.filter(free, name=name).update(**until) == 1


def lease_release(name: str, holder: str, *, now: datetime) -> None:
    """Give a lease back; `expires_at` then says until when it was held."""
    Lease.objects.filter(name=name, holder=holder).update(expires_at=now)


def is_due(what: str, *, now: datetime, every: timedelta) -> bool:
    """Return True for one caller in each stretch of `every`, real time, however many processes ask."""
    return lease_take(f"once: {what}"[:40], "", now=now, seconds=every.total_seconds())


def due_again(what: str, *, at: datetime) -> None:
    """Make `is_due` true again from `at` on, real time, unless it becomes so earlier."""
    Lease.objects.filter(name=f"once: {what}"[:40], expires_at__gt=at).update(expires_at=at)
