"""The newest prices ticks decide by: what the stream has told, and where that is old, what the broker answers."""

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.core.types import Session
from engine.live.bars import bot_symbols
from marketdata.clock import market_clock
from marketdata.prices import price_board
from marketdata.selectors import last_prices
from positions.selectors import Prices

log = logging.getLogger(__name__)

# Market time: an older price is asked for; and for so long after the open a first trade is waited for.
OLD_AFTER = timedelta(seconds=60)
ASKED_AGAIN_AFTER = timedelta(seconds=10)
# Real seconds.
WAIT_AT_MOST = 3.0
POLL = 0.25

# When a symbol's price was last asked for, market time.
_asked: dict[str, datetime] = {}


def asked_forget() -> None:
    """As at the start of the process; for a broker that was replaced."""
    _asked.clear()


def prices_newest(bots: Iterable[Bot], symbols: Sequence[str], session: Session, now: datetime) -> Prices:
    """Prices of these symbols, after the broker was asked for those of bots on bars longer than a minute that are old.

    A minute bar is the newest price itself when it has just closed. An hour or a day is over for long when a tick looks
    at it: an entry would have the size, the stop and the target of an old price. `now` is the grid time.
    """
    prices = last_prices(symbols)
    wanted = {symbol for bot in bots if bot.timeframe != "1Min" for symbol in bot_symbols(bot)}
    started = time.monotonic()
    while old := sorted(symbol for symbol in wanted if not _is_new(prices, symbol, session, now)):
        # At the open the first trade is worth a moment; later on a stock may just not trade.
        is_opening = now - session.open < OLD_AFTER and market_clock.reading().speed > 0
        due = old if is_opening else [symbol for symbol in old if _is_due(symbol, now)]
        if due:
            _ask(due, now)
            prices = last_prices(symbols)
        if not is_opening or time.monotonic() - started > WAIT_AT_MOST:
            break
        time.sleep(POLL)
    return prices


def _is_new(prices: Prices, symbol: str, session: Session, now: datetime) -> bool:
    return symbol in prices and prices[symbol][1] >= max(session.open, now - OLD_AFTER)


def _is_due(symbol: str, now: datetime) -> bool:
    return symbol not in _asked or not timedelta() <= now - _asked[symbol] < ASKED_AGAIN_AFTER


def _ask(symbols: Sequence[str], now: datetime) -> None:
    _asked.update(dict.fromkeys(symbols, now))
    try:
        found = broker_connect().latest_prices(symbols)
    except BrokerError as error:
        log.warning("the newest prices of %s were not told: %s", ", ".join(symbols), error)
        return
    for symbol, (price, at) in found.items():
        price_board.note(symbol, price, at)
    price_board.publish()
