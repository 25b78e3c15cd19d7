"""GET /v2/account/portfolio/history: what the account was worth, window by window."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulator.api.http import Request, Response
from simulator.api.queries import instant, word
from simulator.errors import invalid
from simulator.exchange import Exchange
from simulator.ledger import STARTING_CASH, Fill
from simulator.prints import last_print
from simulator.sessions import MINUTE, NEW_YORK, from_epoch
from simulator.simulation import Simulation

_TIMEFRAMES = {"1Min": 1, "5Min": 5, "15Min": 15, "1H": 60, "1D": 0}
_UNIT_DAYS = {"D": 1, "W": 7, "M": 30, "A": 365}
_INTRADAY_DAYS = 30
_FINE_DAYS, _MIDDLE_DAYS = 7, 30
_CENTS = 2


def get_history(simulation: Simulation, request: Request) -> Response:
    query, exchange = request.query, simulation.exchange
    start, end = _span(exchange, query)
    days = (end - start).days
    default = "1Min" if days < _FINE_DAYS else "15Min" if days < _MIDDLE_DAYS else "1D"
    timeframe = word(query, "timeframe", default, tuple(_TIMEFRAMES))
    if timeframe != "1D" and days > _INTRADAY_DAYS:
        raise invalid(f"only 1D timeframe is supported for periods longer than {_INTRADAY_DAYS} days")
    word(query, "intraday_reporting", "market_hours", ("market_hours", "extended_hours", "continuous"))
    per_day = word(query, "pnl_reset", "per_day", ("per_day", "no_reset")) == "per_day" and timeframe != "1D"
    times = list(_times(exchange, start, end, _TIMEFRAMES[timeframe]))
    worth = _Worth(exchange)
    equity = [worth.at(until) for _, until in times]
    base = worth.at(_close_before(exchange, times[0][0])) if times else STARTING_CASH
    bases = [worth.at(_close_before(exchange, at)) if per_day else base for at, _ in times]
    gains = [value - at_first for value, at_first in zip(equity, bases, strict=True)]
    return Response(
        body={
            "timestamp": [at for at, _ in times],
            "equity": [round(float(value), _CENTS) for value in equity],
            "profit_loss": [round(float(gain), _CENTS) for gain in gains],
            "profit_loss_pct": [float(gain / at_first) for gain, at_first in zip(gains, bases, strict=True)],
            "base_value": round(float(base), _CENTS),
            "base_value_asof": _day_before(exchange, times[0][0] if times else int(start.timestamp())).isoformat(),
            "timeframe": timeframe,
            "cashflow": {},
        }
    )


def _span(exchange: Exchange, query: Mapping[str, str]) -> tuple[datetime, datetime]:
    """Two of start, end and period; the last month without any."""
    start, end, period = instant(query, "start"), instant(query, "end"), query.get("period")
    if start and end and period:
        raise invalid("only two of start, end and period can be specified")
    match = re.fullmatch(r"([1-9]\d{0,2})([DWMA])", period or "1M")
    if match is None and period != "all":
        raise invalid("invalid period")
    length = timedelta(days=int(match[1]) * _UNIT_DAYS[match[2]]) if match else exchange.now - exchange.opened_at
    if start and not end:
        end = min(exchange.now, start + length) if period else exchange.now
    end = min(end or exchange.now, exchange.now)
    if start is None:
        # A day is a trading day: on a Sunday, the last one is Friday.
        last = exchange.calendar.index_opened(end.timestamp())
        ended = from_epoch(exchange.calendar.closes[last]) if last >= 0 else end
        start = min(end, ended) - length
    if start > end:
        raise invalid("start must be before end")
    return max(start, exchange.opened_at - timedelta(days=1)), end


def _times(exchange: Exchange, start: datetime, end: datetime, minutes: int) -> Iterator[tuple[int, float]]:
    """(left edge, right edge) of each window; a day's left edge is its midnight in New York."""
    calendar, now = exchange.calendar, exchange.now.timestamp()
    first = max(0, calendar.index_opened(start.timestamp()))
    for index in range(first, calendar.index_opened(end.timestamp()) + 1):
        session = calendar.session(index)
        if session.close < max(start, exchange.opened_at).timestamp():
            continue
        if not minutes:
            midnight = datetime.combine(session.day, datetime.min.time(), NEW_YORK)
            yield int(midnight.timestamp()), min(session.close, now)
            continue
        for left in range(session.open, session.close, minutes * MINUTE):
            right = left + minutes * MINUTE
            if (
                start.timestamp() <= left
                and left <= min(end.timestamp(), now)
                and right > exchange.opened_at.timestamp()
            ):
                yield left, min(right, session.close, now)


def _close_before(exchange: Exchange, at: int) -> float:
    index = exchange.calendar.index_closed(at)
    return exchange.calendar.closes[index] if index >= 0 else at


def _day_before(exchange: Exchange, at: int) -> date:
    return exchange.calendar.days[max(0, exchange.calendar.index_closed(at))]


class _Worth:
    """The account's value at any time, from its fills and the prices then, in dollars."""

    def __init__(self, exchange: Exchange) -> None:
        self._market = exchange.market
        # What was bought under one symbol may have been sold under another; there are prices under the first one.
        first = exchange.market.listed_as
        events: list[tuple[float, Fill | None, str, Decimal]] = [
            (fill.at.timestamp(), fill, first(fill.symbol), Decimal(0)) for fill in exchange.ledger.fills
        ]
        events += [(split.at.timestamp(), None, first(split.symbol), split.after) for split in exchange.ledger.splits]
        self._states: list[tuple[Decimal, dict[str, Decimal]]] = [(STARTING_CASH, {})]
        self._at: list[float] = []
        for at, fill, symbol, after in sorted(events, key=lambda event: event[0]):
            cash, held = self._states[-1]
            held = dict(held)
            if fill is None:
                held[symbol] = after
            else:
                signed = fill.qty if fill.side == "buy" else -fill.qty
                cash -= signed * fill.price
                held[symbol] = held.get(symbol, Decimal(0)) + signed
            self._at.append(at)
            self._states.append((cash, {name: qty for name, qty in held.items() if qty}))

    def at(self, time: float) -> Decimal:
        cash, held = self._states[bisect_right(self._at, time)]
        worth = cash
        for symbol, qty in held.items():
            latest = last_print(self._market, symbol, time)
            worth += qty * Decimal(repr(latest[1])) if latest else 0
        return worth
