"""Statistics of the trades a filter finds. JSON-ready."""

from datetime import date
from itertools import accumulate
from typing import Any

from django.db.models import Count, Q, Sum

from engine.core.money import booked
from engine.core.statistics import distribution, results_merge
from positions.selectors import text
from trades.cash_figures import fees_read
from trades.figure_payloads import DayStats, TradeStats
from trades.figures import (
    Closed,
    Tally,
    as_micros,
    closed_positions,
    fills_read,
    hours_read,
    micros,
    profits_read,
    tallies,
)
from trades.models import Trade

SYMBOLS = 20
# In millionths of a dollar.
CENT = 10_000


def trade_stats(**asked: Any) -> TradeStats:
    """Figures of the trades found by `asked`, the arguments of TradeQuerySet.matching.

    Win rate, profit factor and expectancy count closed positions: those of the same bots and symbols that were closed
    between the same times, whatever type, role, status or tag is asked for. Dollars come from the fills, less the fees
    booked for these trades; a dividend is of a position, not of a trade.
    """
    trades = Trade.objects.shown().matching(**asked)
    counts = trades.aggregate(
        trades=Count("pk"),
        filled=Count("pk", filter=Q(booked_quantity__gt=0)),
        buys=Count("pk", filter=Q(type="buy")),
        sells=Count("pk", filter=Q(type="sell")),
    )
    costs = trades.aggregate(
        paid=Sum(as_micros("commission")), lost=Sum(as_micros("slippage")), slipped=Count("slippage")
    )
    fills = fills_read(trades) + fees_read(trades)
    results = results_merge(closed.results for closed in _closed(asked))
    by_day = sorted(tallies(fills, "day").items())
    by_symbol = sorted(tallies(fills, "symbol").items(), key=lambda item: (-abs(item[1].profit), item[0]))
    return {
        "trades": counts["trades"],
        "filled": counts["filled"],
        "buys": counts["buys"],
        "sells": counts["sells"],
        "closed_positions": results.closed,
        "won": results.won,
        "lost": results.lost,
        "win_rate": text(results.win_rate),
        "profit_factor": text(results.profit_factor),
        "expectancy": text(results.expectancy),
        "total_pnl": text(micros(sum(fill.profit for fill in fills))),
        "gross_profit": text(results.gross_profit),
        "gross_loss": text(results.gross_loss),
        "average_win": text(results.average_win),
        "average_loss": text(results.average_loss),
        "best": text(results.best),
        "worst": text(results.worst),
        "commission": text(micros(costs["paid"] or 0)),
        "average_slippage": _average(costs["lost"], costs["slipped"]),
        "volume": text(micros(sum(fill.value for fill in fills))),
        "by_day": _days(by_day),
        "by_symbol": [
            {"symbol": symbol, "pnl": text(micros(tally.profit)), "trades": len(tally.trades)}
            for symbol, tally in by_symbol[:SYMBOLS]
        ],
        "by_hour": [
            {"weekday": row.weekday, "hour": row.hour, "pnl": text(micros(row.profit)), "sales": row.sales}
            for row in hours_read(trades)
        ],
        "distribution": [
            {"from": text(micros(part.low)), "to": text(micros(part.high)), "count": part.count}
            for part in distribution(profits_read(trades), CENT)
        ],
    }


def _average(total: int | None, count: int) -> str | None:
    return text(booked(micros(total) / count)) if total is not None and count else None


def _closed(asked: dict[str, Any]) -> list[Closed]:
    return closed_positions(
        since=asked.get("since"),
        until=asked.get("until"),
        bots=asked.get("bots") or (),
        symbols=asked.get("symbols") or (),
    )


def _days(by_day: list[tuple[date, Tally]]) -> list[DayStats]:
    sums = accumulate(tally.profit for _, tally in by_day)
    return [
        {
            "date": day.isoformat(),
            "pnl": text(micros(tally.profit)),
            "cumulative": text(micros(total)),
            "trades": len(tally.trades),
        }
        for (day, tally), total in zip(by_day, sums, strict=True)
    ]
