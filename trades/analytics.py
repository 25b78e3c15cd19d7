"""How the bots have done over a stretch of time: the curve of their money and what it comes to. JSON-ready."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db.models import Min, Sum

from bots.models import Bot
from engine.brokers.port import BrokerError
from engine.core.money import booked
from engine.core.schedule import NEW_YORK
from engine.core.statistics import ZERO, Results, drawdowns, max_drawdown, results_merge, returns_on, sharpe
from marketdata.calendar import sessions_back
from marketdata.clock import market_now, real_now
from marketdata.selectors import last_prices
from positions.models import Position
from positions.selectors import ratio, text, unrealized
from trades.figures import Closed, Fill, Tally, as_micros, closed_positions, fills_read, micros, tallies
from trades.models import Execution, Trade

# Calendar days back from today; None: all there is.
RANGES: dict[str, int | None] = {"1W": 7, "1M": 30, "3M": 91, "6M": 182, "1Y": 365, "ALL": None}
# By bot and symbol, dollars.
Gains = Mapping[tuple[int, str], Decimal]
# More sessions than there can be in the calendar's years.
ALL_SESSIONS = 100_000


def now_of_the_market() -> datetime:
    """Market time; while the broker does not tell it, the time of the newest fill, and without one real time."""
    try:
        return market_now()
    except BrokerError:
        newest = Execution.objects.order_by("-at").values_list("at", flat=True).first()
        return newest or real_now()


def analytics(*, range: str, bots: Sequence[int] = (), symbols: Sequence[str] = (), now: datetime) -> dict[str, Any]:
    """Realised results by the New York day of their fills, beside what the open positions are worth now.

    The rows by bot and by symbol add up to the whole. A stopped bot that has never traded has no part in it: its
    capital is not at work. The curve begins with the range, or with the first fill there ever was where that is later.
    """
    trades = Trade.objects.matching(bots=bots, symbols=symbols)
    today = now.astimezone(NEW_YORK).date()
    end = _midnight(today + timedelta(days=1))
    days_back = RANGES[range]
    since = _midnight(today - timedelta(days=days_back - 1)) if days_back else None
    fills = fills_read(trades.filter(executions__at__lt=end, **({"executions__at__gte": since} if since else {})))
    older = trades.filter(executions__at__lt=since) if since else trades.none()
    before = older.aggregate(total=Sum(as_micros("executions__profit_loss")), first=Min("executions__at"))
    closed = closed_positions(since=since, until=end, bots=bots, symbols=symbols)
    first = _first_day(since if before["first"] else None, fills)
    of_range = _bots(bots, {fill.bot for fill in fills})
    capital = sum((bot.capital for bot in _at_work(of_range)), ZERO)
    gains = _unrealized(bots, symbols)
    days = _days(first, now, fills) if first else []
    profits = _profits(fills, days)
    curve = [capital + micros(before["total"] or 0) + total for total in accumulate(profits)]
    return {
        "range": range,
        "from": days[0].isoformat() if days else None,
        "to": today.isoformat(),
        "capital": text(capital),
        "metrics": _metrics(fills, closed, profits, curve, capital, sum(gains.values(), ZERO)),
        "equity": _curve(days, profits, curve),
        "bots": _by_bot(of_range, fills, closed, days, gains),
        "symbols": _by_symbol(fills, closed, gains),
    }


def _first_day(since: datetime | None, fills: Iterable[Fill]) -> date | None:
    """The first day of the curve: the range's own where something was traded before it, else the first fill's."""
    return since.date() if since else min((fill.day for fill in fills), default=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, NEW_YORK)


def _bots(asked: Sequence[int], traded: set[int]) -> list[Bot]:
    """The existing bots, and archived ones that traded in the range."""
    bots = Bot.objects.filter(pk__in=asked) if asked else Bot.objects.all()
    return [bot for bot in bots if bot.archived_at is None or bot.pk in traded]


def _at_work(bots: Sequence[Bot]) -> list[Bot]:
    idle = [bot.pk for bot in bots if bot.status == Bot.Status.STOPPED]
    traded = set(Trade.objects.filter(bot__in=idle, booked_quantity__gt=0).order_by().values_list("bot_id", flat=True))
    return [bot for bot in bots if bot.status != Bot.Status.STOPPED or bot.pk in traded]


def _days(first: date, now: datetime, fills: Iterable[Fill]) -> list[date]:
    """Every session from `first` to now; a fill on another day, booked by hand, has a row as well."""
    sessions = {session.day for session in sessions_back(now, ALL_SESSIONS) if session.day >= first}
    return sorted(sessions | {fill.day for fill in fills})


def _profits(fills: Iterable[Fill], days: Sequence[date]) -> list[Decimal]:
    by_day = tallies(fills, "day")
    return [micros(by_day[day].profit) if day in by_day else ZERO for day in days]


def _curve(days: Sequence[date], profits: Sequence[Decimal], curve: Sequence[Decimal]) -> list[dict[str, Any]]:
    rows = zip(days, profits, accumulate(profits), curve, drawdowns(_from_start(profits, curve))[1:], strict=True)
    return [
        {
            "date": day.isoformat(),
            "pnl": text(profit),
            "cumulative": text(total),
            "equity": text(equity),
            "drawdown": text(fall),
        }
        for day, profit, total, equity, fall in rows
    ]


def _from_start(profits: Sequence[Decimal], curve: Sequence[Decimal]) -> list[Decimal]:
    """The curve with what it began from: a loss on the first day is a drawdown."""
    return [curve[0] - profits[0], *curve] if curve else [ZERO]


def _metrics(
    fills: Sequence[Fill],
    closed: Sequence[Closed],
    profits: Sequence[Decimal],
    curve: Sequence[Decimal],
    capital: Decimal,
    open_profit: Decimal,
) -> dict[str, Any]:
    results = results_merge(row.results for row in closed)
    realized = sum(profits, ZERO)
    fall, part = max_drawdown(_from_start(profits, curve))
    return _rates(results) | {
        "total_pnl": text(realized + open_profit),
        "realized_pnl": text(realized),
        "unrealized_pnl": text(open_profit),
        "return_pct": text(ratio(realized + open_profit, capital)),
        "closed_positions": results.closed,
        "won": results.won,
        "lost": results.lost,
        "expectancy": text(results.expectancy),
        "sharpe": text(sharpe(returns_on(profits, capital))),
        "max_drawdown": text(fall),
        "max_drawdown_pct": text(part),
        "average_win": text(results.average_win),
        "average_loss": text(results.average_loss),
        "best_day": text(max(profits, default=None)),
        "worst_day": text(min(profits, default=None)),
        "trades": len({fill.trade for fill in fills}),
    }


def _rates(results: Results) -> dict[str, Any]:
    return {"win_rate": text(results.win_rate), "profit_factor": text(results.profit_factor)}


def _unrealized(bots: Sequence[int], symbols: Sequence[str]) -> dict[tuple[int, str], Decimal]:
    """By bot and symbol, what the open positions would gain at the newest prices."""
    held = Position.objects.held()
    held = held.filter(bot__in=bots) if bots else held
    held = held.filter(symbol__in=symbols) if symbols else held
    positions = list(held)
    prices = last_prices(sorted({position.symbol for position in positions}))
    return {(position.bot_id, position.symbol): unrealized(position, prices) for position in positions}


def _by_bot(
    bots: Iterable[Bot], fills: Iterable[Fill], closed: Iterable[Closed], days: Sequence[date], gains: Gains
) -> list[dict[str, Any]]:
    fills_of: defaultdict[int, list[Fill]] = defaultdict(list)
    closed_of: defaultdict[int, list[Results]] = defaultdict(list)
    for fill in fills:
        fills_of[fill.bot].append(fill)
    for row in closed:
        closed_of[row.bot].append(row.results)
    rows = []
    for bot in bots:
        profits = _profits(fills_of[bot.pk], days)
        results, total = results_merge(closed_of[bot.pk]), sum(profits, ZERO)
        curve = list(accumulate(profits, initial=bot.capital))
        gain = sum((amount for (owner, _), amount in gains.items() if owner == bot.pk), ZERO)
        rows.append(
            {
                "bot": bot.pk,
                "name": bot.name,
                "status": bot.status,
                "capital": text(bot.capital),
                "pnl": text(total + gain),
                "realized_pnl": text(total),
                "unrealized_pnl": text(gain),
                "return_pct": text(ratio(total + gain, bot.capital)),
                "trades": len({fill.trade for fill in fills_of[bot.pk]}),
                "closed_positions": results.closed,
                **_rates(results),
                "max_drawdown": text(max_drawdown(curve)[0]),
                "sharpe": text(sharpe(returns_on(profits, bot.capital))),
            }
        )
    return rows


def _by_symbol(fills: Iterable[Fill], closed: Iterable[Closed], gains: Gains) -> list[dict[str, Any]]:
    closed_of: defaultdict[str, list[Results]] = defaultdict(list)
    for row in closed:
        closed_of[row.symbol].append(row.results)
    by_symbol = tallies(fills, "symbol")
    open_of: defaultdict[str, Decimal] = defaultdict(Decimal)
    for (_, symbol), amount in gains.items():
        open_of[symbol] += amount
    rows = []
    for symbol in {*by_symbol, *closed_of, *open_of}:
        tally, results = _of(by_symbol, symbol), results_merge(closed_of[symbol])
        profit = micros(tally.profit)
        rows.append(
            {
                "symbol": symbol,
                "pnl": text(profit + open_of[symbol]),
                "realized_pnl": text(profit),
                "unrealized_pnl": text(open_of[symbol]),
                "trades": len(tally.trades),
                "closed_positions": results.closed,
                "win_rate": text(results.win_rate),
                "volume": text(micros(tally.value)),
                "average_pnl": text(booked(profit / results.closed)) if results.closed else None,
            }
        )
    return sorted(rows, key=lambda row: (-abs(Decimal(row["pnl"])), row["symbol"]))


def _of(by_symbol: dict[str, Tally], symbol: str) -> Tally:
    return by_symbol.get(symbol) or Tally()
