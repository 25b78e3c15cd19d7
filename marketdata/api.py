"""Symbols, bars and indicator lines over HTTP."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.http import Http404
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.brokers.port import BrokerError
from engine.core.timeframes import SECONDS
from engine.core.types import Bars
from marketdata.backfill import bars_backfill
from marketdata.clock import market_now
from marketdata.models import Symbol
from marketdata.selectors import bars_load, last_prices
from trades.models import Execution

LONGEST = 1000
FOUND_AT_MOST = 20


class SymbolSearchView(APIView):
    def get(self, request: Request) -> Response:
        """Symbols that begin with what is searched for, then those whose name contains it."""
        words = request.query_params.get("search", "").strip()[:40]
        if not words.isprintable():
            return Response({"results": []})
        tradable = Symbol.objects.filter(tradable=True)
        begins = list(tradable.filter(symbol__istartswith=words)[:FOUND_AT_MOST])
        named = tradable.filter(name__icontains=words).exclude(pk__in=[row.pk for row in begins])
        found = (begins + (list(named[:FOUND_AT_MOST]) if words else []))[:FOUND_AT_MOST]
        return Response(
            {
                "results": [
                    {"symbol": row.symbol, "name": row.name, "exchange": row.exchange, "tradable": row.tradable}
                    for row in found
                ]
            }
        )


class MarketDataView(APIView):
    def get(self, request: Request, symbol: str) -> Response:
        """Closed bars of a symbol, with a bot's indicators and fills drawn over them where `bot` names one."""
        symbol = symbol.upper()
        if not symbol.isprintable() or not Symbol.objects.filter(symbol=symbol).exists():
            raise Http404
        timeframe = request.query_params.get("timeframe", "1Min")
        if timeframe not in SECONDS:
            raise ParseError(f"timeframe must be one of {', '.join(SECONDS)}, was {timeframe[:20]!r}")
        limit = _whole(request, "limit", 390, LONGEST)
        bot = _bot(request)
        warmup = bot.config().warmup() if bot else 0
        now = market_now()
        bars = bars_load(symbol, timeframe, limit + warmup, now)
        if len(bars) < limit + warmup:
            bars = _load_more(symbol, timeframe, limit + warmup)
        shown = slice(max(0, len(bars) - limit), len(bars))
        price = last_prices([symbol]).get(symbol)
        return Response(
            {
                "symbol": symbol,
                "timeframe": timeframe,
                "bars": _bars(bars, shown),
                "indicators": _indicators(bot, bars, shown) if bot else [],
                "trades": _fills(bot, symbol, bars, shown) if bot else [],
                "last_price": str(price[0]) if price else None,
                "last_price_at": price[1].isoformat() if price else None,
            }
        )


def _load_more(symbol: str, timeframe: str, count: int) -> Bars:
    now = market_now()
    # What is stored is shown even so; that the broker is away is said elsewhere on the page.
    with suppress(BrokerError):
        bars_backfill(broker_connect(), [symbol], timeframe, count, now)
    return bars_load(symbol, timeframe, count, now)


def _bars(bars: Bars, shown: slice) -> list[dict[str, Any]]:
    columns = (bars.start, bars.open, bars.high, bars.low, bars.close, bars.volume)
    rows = zip(*(column[shown].tolist() for column in columns), strict=True)
    return [{"t": _iso(t), "o": o, "h": h, "l": low, "c": c, "v": v} for t, o, h, low, c, v in rows]


def _indicators(bot: Bot, bars: Bars, shown: slice) -> list[dict[str, Any]]:
    found = []
    for key, indicator in bot.config().indicator_set().items():
        arrays = indicator.compute(bars) if len(bars) else {}
        lines = [
            {"name": name, "values": [None if np.isnan(value) else value for value in arrays[name][shown].tolist()]}
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


def _fills(bot: Bot, symbol: str, bars: Bars, shown: slice) -> list[dict[str, Any]]:
    if len(bars) == 0:
        return []
    rows = (
        Execution.objects.filter(trade__bot=bot, trade__symbol=symbol, at__gte=_iso(int(bars.start[shown][0])))
        .select_related("trade")
        .order_by("at")[:500]
    )
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


def _whole(request: Request, name: str, default: int, largest: int) -> int:
    given = request.query_params.get(name, str(default))
    if not given.isascii() or not given.isdigit() or len(given) > 9 or not 1 <= int(given) <= largest:
        raise ParseError(f"{name} must be a whole number from 1 to {largest}, was {given[:20]!r}")
    return int(given)


def _bot(request: Request) -> Bot | None:
    given = request.query_params.get("bot")
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        raise ParseError(f"bot must be the number of a bot, was {given[:20]!r}")
    bot = Bot.objects.existing().filter(pk=int(given)).first()
    if bot is None:
        raise Http404
    return bot
