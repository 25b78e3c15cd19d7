"""Symbols, bars and indicator lines over HTTP."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.core.config import indicators_parse
from engine.core.indicators import Indicator
from engine.core.timeframes import SECONDS
from engine.core.types import Bars
from marketdata.backfill import bars_backfill
from marketdata.clock import market_now
from marketdata.models import Symbol
from marketdata.payloads import ChartTrade, IndicatorLine, IndicatorSeries, MarketBar, MarketData, SymbolPayload
from marketdata.selectors import bars_load, last_prices
from trades.models import Execution
from web.pagination import listed
from web.query import Choice, Moment, Parameter, QueryError, StrictQuery, Whole, Words

LONGEST = 1000
FOUND_AT_MOST = 20
# What is drawn need not be exact to the last digit: beyond this many bars of history nobody sees a difference.
MOST_WARMUP = 3000
MOST_INDICATORS = 5
LONGEST_TEXT = 2000


class Anything(Words):
    """Text that is cut, not refused: a search box asks while somebody types."""

    def read(self, text: str) -> str:
        return text


@dataclass(frozen=True)
class Indicators(Parameter):
    """A JSON object of at most five indicators, checked as a configuration is."""

    def read(self, text: str) -> dict[str, Indicator]:
        right = f"a JSON object of 1 to {MOST_INDICATORS} indicators"
        try:
            if len(text) > LONGEST_TEXT:
                raise ValueError
            given = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise self.wrong(text, f"must be {right}", right) from None
        if not isinstance(given, dict) or not 1 <= len(given) <= MOST_INDICATORS or "\\u0000" in text:
            raise self.wrong(text, f"must be {right}", right)
        parsed, errors = indicators_parse(given)
        if errors:
            raise QueryError(*errors)
        return parsed

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": LONGEST_TEXT}


def _refuse(name: str) -> None:
    raise ValueError(name)


class SymbolSearchView(StrictQuery, APIView):
    answers = {"get": (200, "SymbolList")}
    parameters = {"get": (Anything("search", "What the symbol begins with, or its name contains", ""),)}

    def get(self, request: Request) -> Response:
        """Symbols that begin with what is searched for, then those whose name contains it."""
        words = self.asked["search"].strip()[:40]
        if not words.isprintable():
            return Response(listed([]))
        tradable = Symbol.objects.filter(tradable=True)
        begins = list(tradable.filter(symbol__istartswith=words)[:FOUND_AT_MOST])
        named = tradable.filter(name__icontains=words).exclude(pk__in=[row.pk for row in begins])
        found = (begins + (list(named[:FOUND_AT_MOST]) if words else []))[:FOUND_AT_MOST]
        return Response(listed([_symbol(row) for row in found]))


class MarketDataView(StrictQuery, APIView):
    answers = {"get": (200, "MarketData")}
    parameters = {
        "get": (
            Choice("timeframe", "Length of the bars", "1Min", choices=tuple(SECONDS)),
            Whole("limit", "How many bars", 390, most=LONGEST),
            Moment("since", "Of these, only bars that begin at or after this time: what is new to a chart"),
            Whole("bot", "The bot whose indicators and fills are drawn over them"),
            Moment(
                "until",
                "Bars that were over by this time, or by the end of this New York day, as far as they are stored; "
                "the newest where it is left out",
                ends=True,
            ),
            Indicators("indicators", "Indicators to draw instead, as JSON, as in a bot's configuration"),
        )
    }

    def get(self, request: Request, symbol: str) -> Response:
        """Closed bars of a symbol, with indicators drawn over them and a bot's fills where `bot` names one."""
        symbol = symbol.upper()
        if not symbol.isprintable() or not Symbol.objects.filter(symbol=symbol).exists():
            raise Http404
        timeframe, limit = self.asked["timeframe"], self.asked["limit"]
        bot = _bot(self.asked["bot"])
        chosen = self.asked["indicators"]
        if chosen is None:
            chosen = bot.config().indicator_set() if bot else {}
        warmup = min(MOST_WARMUP, max((indicator.reach(timeframe) for indicator in chosen.values()), default=0))
        now = market_now()
        until = self.asked["until"]
        bars = bars_load(symbol, timeframe, limit + warmup, min(until or now, now))
        if len(bars) < limit + warmup and until is None:
            bars = _load_more(symbol, timeframe, limit + warmup)
        shown = _shown(bars, limit, self.asked["since"])
        price = last_prices([symbol]).get(symbol)
        body: MarketData = {
            "symbol": symbol,
            "timeframe": timeframe,
            "bars": _bars(bars, shown),
            "indicators": _indicators(chosen, bars, shown),
            "trades": _fills(bot, symbol, bars, shown, until) if bot else [],
            "last_price": str(price[0]) if price else None,
            "last_price_at": price[1].isoformat() if price else None,
        }
        return Response(body)


def _symbol(row: Symbol) -> SymbolPayload:
    return {"symbol": row.symbol, "name": row.name, "exchange": row.exchange, "tradable": row.tradable}


def _load_more(symbol: str, timeframe: str, count: int) -> Bars:
    now = market_now()
    # What is stored is shown even so; that the broker is away is said elsewhere on the page.
    with suppress(BrokerError):
        bars_backfill(broker_connect(), [symbol], timeframe, count, now)
    return bars_load(symbol, timeframe, count, now)


def _shown(bars: Bars, limit: int, since: datetime | None) -> slice:
    first = max(0, len(bars) - limit)
    if since is not None:
        first = max(first, int(np.searchsorted(bars.start, since.timestamp())))
    return slice(first, len(bars))


def _bars(bars: Bars, shown: slice) -> list[MarketBar]:
    columns = (bars.start, bars.open, bars.high, bars.low, bars.close, bars.volume)
    rows = zip(*(column[shown].tolist() for column in columns), strict=True)
    return [{"t": _iso(t), "o": o, "h": h, "l": low, "c": c, "v": v} for t, o, h, low, c, v in rows]


def _indicators(chosen: Mapping[str, Indicator], bars: Bars, shown: slice) -> list[IndicatorSeries]:
    found: list[IndicatorSeries] = []
    for key, indicator in chosen.items():
        arrays = indicator.compute(bars) if len(bars) else {}
        on_price = indicator.lines_on_price()
        lines: list[IndicatorLine] = [
            {
                "name": name,
                "pane": "price" if name in on_price else "own",
                "values": [None if np.isnan(value) else value for value in arrays[name][shown].tolist()],
            }
            for name in indicator.drawn()
            if name in arrays
        ]
        found.append(
            {
                "key": key,
                "name": key.partition(":")[0],
                "params": indicator.model_dump(exclude_none=True),
                "pane": indicator.pane,
                "lines": lines,
                "levels": list(indicator.levels()),
            }
        )
    return found


def _fills(bot: Bot, symbol: str, bars: Bars, shown: slice, until: datetime | None) -> list[ChartTrade]:
    starts = bars.start[shown]
    if len(starts) == 0:
        return []
    made = Execution.objects.filter(trade__bot=bot, trade__symbol=symbol, at__gte=_iso(int(starts[0])))
    rows = (made.filter(at__lte=until) if until else made).select_related("trade").order_by("at")[:500]
    return [
        {
            "id": row.pk,
            "t": row.at.isoformat(),
            "type": row.trade.type,
            "role": row.trade.role,
            "price": float(row.price),
            "quantity": f"{row.quantity.normalize():f}",
            "bot_name": bot.name,
        }
        for row in rows
    ]


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _bot(number: int | None) -> Bot | None:
    if number is None:
        return None
    bot = Bot.objects.existing().filter(pk=number).first()
    if bot is None:
        raise Http404
    return bot
