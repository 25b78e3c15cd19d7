"""How the bots have done over a stretch of time: the curve of their money and what it comes to. JSON-ready."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Sum

from bots.models import Bot
from engine.brokers.errors import BrokerError
from engine.core.schedule import NEW_YORK
from engine.core.statistics import ZERO, Results, results_merge, returns_on, sharpe
from marketdata.clock import market_now, real_now
from marketdata.selectors import last_prices
from positions.models import Position
from positions.selectors import ratio, text, unrealized
from trades.cash_figures import Earned, earned_before, earned_read
from trades.equity import Course, Gains, Reading, marks_read
from trades.figure_payloads import (
    Analytics,
    AnalyticsMetrics,
    BotPerformance,
    Rates,
    ResultPoint,
    SymbolPerformance,
)
from trades.figures import (
    Closed,
    Fill,
    Tally,
    as_micros,
    closed_positions,
    fills_read,
    micros,
    tallies,
    trades_of,
)
from trades.models import Execution, Trade
from trades.ranges import days_between, midnight, range_begins


def now_of_the_market() -> datetime:
    """Market time; while the broker does not tell it, the time of the newest fill, and without one real time."""
    try:
        return market_now()
    except BrokerError:
        newest = Execution.objects.order_by("-at").values_list("at", flat=True).first()
        return newest or real_now()


def analytics(*, range: str, bots: Sequence[int] = (), symbols: Sequence[str] = (), now: datetime) -> Analytics:
    """Realised results, what the open positions are worth now, and the course of both together, marked to market.

    Realised is what sales, dividends and cash for parts of shares have brought, less fees.

    The rows by bot and by symbol add up to the whole. A stopped bot that has never traded has no part in it: its
    capital is not at work. The curve begins with the range, or with the first fill there ever was where that is later.
    """
    trades = Trade.objects.matching(bots=bots, symbols=symbols)
    today = now.astimezone(NEW_YORK).date()
    end = midnight(today + timedelta(days=1))
    since = range_begins(range, now)
    fills = fills_read(trades.filter(executions__at__lt=end, **({"executions__at__gte": since} if since else {})))
    earned = earned_read(since=since, until=end, bots=bots, symbols=symbols, today=today)
    fills += earned.rows
    older = trades.filter(executions__at__lt=since) if since else trades.none()
    sums = older.order_by().values_list("bot_id").annotate(total=Sum(as_micros("executions__profit_loss")))
    before = Counter({bot: total or 0 for bot, total in sums})
    if since:
        before.update(earned_before(since, bots=bots, symbols=symbols))
    closed = closed_positions(since=since, until=end, bots=bots, symbols=symbols)
    first = _first_day(since if before else None, fills)
    of_range = _bots(bots, {fill.bot for fill in fills})
    capital = sum((bot.capital for bot in _at_work(of_range)), ZERO)
    gains = _unrealized(bots, symbols)
    days = days_between(first, now, {fill.day for fill in fills}) if first else []
    ids = [bot.pk for bot in of_range]
    # What a bot had gained is noted for all its symbols together.
    marks = None if symbols else marks_read(ids, since, end)
    reading = Reading(fills, {bot: micros(total) for bot, total in before.items()}, days, gains, marks)
    course = reading.course(ids, capital)
    return {
        "range": range,
        "from": days[0].isoformat() if days else None,
        "to": today.isoformat(),
        "marked_to_market": marks is not None,
        "capital": text(capital),
        "metrics": _metrics(fills, closed, course, capital, sum(gains.values(), ZERO), earned),
        "equity": _curve(days, course, capital, reading.realized(ids)),
        "bots": _by_bot(of_range, fills, closed, reading),
        "symbols": _by_symbol(fills, closed, gains),
    }


def _first_day(since: datetime | None, fills: Iterable[Fill]) -> date | None:
    """The first day of the curve: the range's own where something was traded before it, else the first fill's."""
    return since.date() if since else min((fill.day for fill in fills), default=None)


def _bots(asked: Sequence[int], traded: set[int]) -> list[Bot]:
    """The existing bots, and archived ones that traded in the range."""
    bots = Bot.objects.filter(pk__in=asked) if asked else Bot.objects.all()
    return [bot for bot in bots if bot.archived_at is None or bot.pk in traded]


def _at_work(bots: Sequence[Bot]) -> list[Bot]:
    idle = [bot.pk for bot in bots if bot.status == Bot.Status.STOPPED]
    traded = set(Trade.objects.filter(bot__in=idle, booked_quantity__gt=0).order_by().values_list("bot_id", flat=True))
    return [bot for bot in bots if bot.status != Bot.Status.STOPPED or bot.pk in traded]


def _curve(days: Sequence[date], course: Course, capital: Decimal, realized: Sequence[Decimal]) -> list[ResultPoint]:
    rows = zip(days, course.profits, course.closes, course.falls, realized, strict=True)
    return [
        {
            "date": day.isoformat(),
            "pnl": text(profit),
            "cumulative": text(result - course.before),
            "equity": text(capital + result),
            "drawdown": text(fall),
            "realized": text(so_far),
        }
        for day, profit, result, fall, so_far in rows
    ]


def _metrics(
    fills: Sequence[Fill],
    closed: Sequence[Closed],
    course: Course,
    capital: Decimal,
    open_profit: Decimal,
    earned: Earned,
) -> AnalyticsMetrics:
    results = results_merge(row.results for row in closed)
    realized = micros(sum(fill.profit for fill in fills))
    profits = course.profits
    return {
        **_rates(results),
        "total_pnl": text(realized + open_profit),
        "realized_pnl": text(realized),
        "unrealized_pnl": text(open_profit),
        "return_pct": text(ratio(realized + open_profit, capital)),
        "closed_positions": results.closed,
        "won": results.won,
        "lost": results.lost,
        "expectancy": text(results.expectancy),
        "sharpe": text(sharpe(returns_on(profits, capital))),
        "max_drawdown": text(course.deepest),
        "max_drawdown_pct": text(course.deepest_part),
        "average_win": text(results.average_win),
        "average_loss": text(results.average_loss),
        "best_day": text(max(profits, default=None)),
        "worst_day": text(min(profits, default=None)),
        "trades": trades_of(fills),
        "fees": text(earned.fees),
        "dividends": text(earned.dividends),
    }


def _rates(results: Results) -> Rates:
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
    bots: Iterable[Bot], fills: Iterable[Fill], closed: Iterable[Closed], reading: Reading
) -> list[BotPerformance]:
    fills_of: defaultdict[int, list[Fill]] = defaultdict(list)
    closed_of: defaultdict[int, list[Results]] = defaultdict(list)
    for fill in fills:
        fills_of[fill.bot].append(fill)
    for row in closed:
        closed_of[row.bot].append(row.results)
    rows: list[BotPerformance] = []
    for bot in bots:
        results, course = results_merge(closed_of[bot.pk]), reading.course([bot.pk], bot.capital)
        total, gain = micros(sum(fill.profit for fill in fills_of[bot.pk])), reading.open_gain(bot.pk)
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
                "trades": trades_of(fills_of[bot.pk]),
                "closed_positions": results.closed,
                **_rates(results),
                "max_drawdown": text(course.deepest),
                "sharpe": text(sharpe(returns_on(course.profits, bot.capital))),
            }
        )
    return rows


def _by_symbol(fills: Iterable[Fill], closed: Iterable[Closed], gains: Gains) -> list[SymbolPerformance]:
    closed_of: defaultdict[str, list[Results]] = defaultdict(list)
    for row in closed:
        closed_of[row.symbol].append(row.results)
    by_symbol = tallies(fills, "symbol")
    open_of: defaultdict[str, Decimal] = defaultdict(Decimal)
    for (_, symbol), amount in gains.items():
        open_of[symbol] += amount
    rows: list[SymbolPerformance] = []
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
                "average_pnl": text(results.expectancy),
            }
        )
    return sorted(rows, key=lambda row: (-abs(Decimal(row["pnl"])), row["symbol"]))


def _of(by_symbol: dict[str, Tally], symbol: str) -> Tally:
    return by_symbol.get(symbol) or Tally()
