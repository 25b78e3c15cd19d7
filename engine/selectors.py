"""Reading what the engine remembers."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max, OuterRef, Q, Subquery

from bots.models import Bot
from engine.ballast import entries_must_stop
from engine.models import BrokerAccount, Decision, Difference, Halt
from engine.payloads import DecisionPayload, DecisionSummary, GlobalHalt


def halt_reason(bot: Bot) -> str:
    """Why the bot may not enter, empty when it may."""
    halt = Halt.objects.filter(Q(bot=bot) | Q(bot=None), cleared_at=None).order_by("id").first()
    if halt is None and entries_must_stop():
        return "the disk is nearly full"
    return halt.reason if halt else ""


def halt_reasons(bots: Sequence[Bot]) -> dict[int, str]:
    """By bot, why it may not enter; those that may are absent."""
    found: dict[int, str] = {}
    for halt in Halt.objects.filter(cleared_at=None).order_by("id"):
        for bot in bots:
            if halt.bot_id in (None, bot.pk):
                found.setdefault(bot.pk, halt.reason)
    return found


def halts_active() -> list[Halt]:
    """Every halt that is not cleared, oldest first."""
    return list(Halt.objects.filter(cleared_at=None).select_related("bot").order_by("id"))


def global_halt() -> GlobalHalt | None:
    """The oldest halt of all bots, None while there is none."""
    halt = Halt.objects.filter(bot=None, cleared_at=None).order_by("id").first()
    if halt is None:
        return None
    return {"id": halt.pk, "reason": halt.reason, "set_by": halt.set_by, "set_at": halt.set_at.isoformat()}


def symbols_reduced() -> set[str]:
    """Symbols in which the books and the broker disagree."""
    return set(Difference.objects.filter(resolved_at=None).values_list("symbol", flat=True))


def decision_payload(decision: Decision) -> DecisionPayload:
    """A decision as the page gets it, JSON-ready; its bot and version are read with it."""
    return {
        "id": decision.pk,
        "bot": decision.bot_id,
        "bot_name": decision.bot.name,
        "version": decision.version.number,
        "symbol": decision.symbol,
        "action": decision.action,
        "reason": decision.reason,
        "sentence": decision.sentence,
        "bar_end": decision.bar_end.isoformat() if decision.bar_end else None,
        "values": decision.values,
        "votes": decision.votes,
        "checks": decision.checks,
        "count": decision.count,
        "first_at": decision.first_at.isoformat(),
        "last_at": decision.last_at.isoformat(),
    }


def acted_on(bot: Bot) -> dict[str, datetime]:
    """By symbol, the end of the bar on which the bot last decided an order."""
    rows = Decision.objects.filter(bot=bot, action__in=["buy", "sell"], bar_end__isnull=False)
    return dict(rows.order_by().values_list("symbol").annotate(at=Max("bar_end")))


def last_decisions(bots: Sequence[Bot]) -> dict[int, DecisionSummary]:
    """By bot, the newest thing it decided, JSON-ready."""
    newest = Decision.objects.filter(bot=OuterRef("pk")).order_by("-last_at", "-id").values("pk")[:1]
    ids = Bot.objects.filter(pk__in=[bot.pk for bot in bots]).values_list(Subquery(newest), flat=True).order_by()
    return {
        row.bot_id: {
            "symbol": row.symbol,
            "at": row.last_at.isoformat(),
            "action": row.action,
            "reason": row.reason,
            "sentence": row.sentence,
        }
        for row in Decision.objects.filter(pk__in=[pk for pk in ids if pk is not None])
    }


def account_is_ours(account: BrokerAccount) -> bool:
    """The books agreed since the product was started, and the keys are for this account: what it tells is booked."""
    return account.recovered_at is not None and not account.foreign


def trading_is_ready(account: BrokerAccount) -> bool:
    """The books agreed with the broker's since the product was started."""
    return account.recovered_at is not None and not account.error
