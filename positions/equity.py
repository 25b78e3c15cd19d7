"""The bots' equity, marked to market once a minute."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from bots.models import Bot
from engine.core.money import booked
from engine.core.schedule import NEW_YORK
from marketdata.calendar import session_today
from marketdata.selectors import last_prices
from positions.models import BotResult, EquityMark, Position
from positions.selectors import unrealized

# Market time: how long each minute is kept, and how far back before that is looked for what is to be forgotten.
MINUTES_KEPT, LOOKED_BACK = timedelta(days=7), timedelta(days=60)
NOTHING = Decimal(0)


def equity_mark(now: datetime) -> int:
    """Note what each bot has gained by this minute, if it holds something or that has changed; how many were noted."""
    session = session_today(now)
    if session is None or now < session.open:
        return 0
    minute = min(now.replace(second=0, microsecond=0), session.close)
    held = list(Position.objects.held())
    prices = last_prices(sorted({position.symbol for position in held}))
    results: defaultdict[int, Decimal] = defaultdict(Decimal)
    results.update(BotResult.objects.values_list("bot", "realized_pnl"))
    for position in held:
        results[position.bot_id] += unrealized(position, prices)
    holding = {position.bot_id for position in held}
    newest = EquityMark.objects.filter(bot=OuterRef("pk")).order_by("-at").values("result")[:1]
    before = dict(Bot.objects.filter(pk__in=results).values_list("pk", Subquery(newest)))
    marks = [
        EquityMark(bot_id=bot, at=minute, result=booked(result))
        for bot, result in results.items()
        if bot in holding or result != (before[bot] or NOTHING)
    ]
    EquityMark.objects.bulk_create(marks, ignore_conflicts=True)
    return len(marks)


def equity_marks_prune(now: datetime) -> int:
    """Keep of each bot's days that are long over the last mark, the lowest and the highest; how many were forgotten."""
    until = now - MINUTES_KEPT
    rows = EquityMark.objects.filter(at__gte=until - LOOKED_BACK, at__lt=until).order_by("at")
    forgotten = marks_to_forget(rows.values_list("bot", "pk", "at", "result"), until.astimezone(NEW_YORK).date())
    for start in range(0, len(forgotten), 500):
        EquityMark.objects.filter(pk__in=forgotten[start : start + 500]).delete()
    return len(forgotten)


def marks_to_forget(rows: Iterable[tuple[int, int, datetime, Decimal]], today: date) -> list[int]:
    """Of marks (whose, their key, when, result), oldest first: those of days before `today` that are neither the last
    of theirs, nor the lowest, nor the highest."""
    days: defaultdict[tuple[int, date], list[tuple[int, Decimal]]] = defaultdict(list)
    for whose, pk, at, result in rows:
        days[whose, at.astimezone(NEW_YORK).date()].append((pk, result))
    forgotten: list[int] = []
    for (_, day), marks in days.items():
        if day < today:
            lowest, highest = (pick(marks, key=lambda mark: mark[1])[0] for pick in (min, max))
            forgotten += [pk for pk, _ in marks if pk not in (lowest, highest, marks[-1][0])]
    return forgotten
