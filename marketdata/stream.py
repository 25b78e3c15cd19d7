"""The broker's data stream: bars into the store, prices onto the page.

The SDK's thread only puts what arrives into a queue; a second thread writes. After every (re)connect the minutes that
may have been missed are fetched before bars extend what is confirmed.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from engine.brokers.connect import broker_adapter, broker_connect
from engine.brokers.errors import BrokerError
from engine.brokers.port import DataStream
from engine.brokers.unread import Unreadable, rows_read
from engine.brokers.values import RawBar
from marketdata.backfill import bars_settle
from marketdata.calendar import last_closed_minute
from marketdata.clock import market_clock, market_now
from marketdata.models import Coverage
from marketdata.prices import price_board
from marketdata.services import stream_bars_store

log = logging.getLogger(__name__)

# Real seconds.
FLUSH_EVERY = 0.1
RESUBSCRIBE_EVERY = 2.0
CONNECTED = object()
# Market time: how far the broker's clock and ours may be apart.
EARLY_AT_MOST = timedelta(minutes=10)


class MarketStream:
    """Runs until the process ends.

    symbols_wanted: says which symbols matter, most important first; on_bars: called when the stream has delivered some
    """

    def __init__(
        self,
        symbols_wanted: Callable[[], Sequence[str]],
        on_bars: Callable[[], None] = lambda: None,
    ) -> None:
        self._wanted = symbols_wanted
        self._on_bars = on_bars
        self._arrived: queue.Queue[Any] = queue.Queue()
        self._subscribed: set[str] = set()
        self._unbroken_since: datetime | None = None
        self._stream: DataStream = broker_adapter().data_stream(self._arrived.put, self._connected)

    def start(self) -> None:
        threading.Thread(target=self._write, name="market-writer", daemon=True).start()
        threading.Thread(target=self._listen, name="market-stream", daemon=True).start()

    # --- the broker's side --------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        while True:
            try:
                self._stream = broker_adapter().data_stream(self._arrived.put, self._connected)
                self._subscribed = set(self._wanted()[: self._stream.symbols_at_most])
                # This thread asks the database for nothing else.
                connection.close()
                if self._subscribed:
                    self._stream.run(self._subscribed)
            except Exception:
                # Whatever it raises, the stream is begun anew; REST goes on meanwhile.
                log.exception("the data stream ended")
            threading.Event().wait(RESUBSCRIBE_EVERY)

    def _connected(self) -> None:
        self._arrived.put(CONNECTED)

    # --- our side -----------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        last_subscribed = 0.0
        while True:
            messages = self._drain()
            try:
                close_old_connections()
                if CONNECTED in messages:
                    self._unbroken_since = None
                if self._unbroken_since is None and messages:
                    self._catch_up()
                self._store([message for message in messages if message is not CONNECTED])
                if time.monotonic() - last_subscribed > RESUBSCRIBE_EVERY:
                    last_subscribed = time.monotonic()
                    self._subscribe_new()
            except (DatabaseError, BrokerError) as error:
                log.warning("what the stream delivered was not stored: %s", error)
                self._unbroken_since = None
            except Exception:
                # This thread must not die: without it every price on the page grows old.
                log.exception("what the stream delivered was not understood")
                self._unbroken_since = None
            finally:
                close_old_connections()

    def _drain(self) -> list[Any]:
        try:
            messages = [self._arrived.get(timeout=FLUSH_EVERY)]
        except queue.Empty:
            return []
        while len(messages) < 5000:
            try:
                messages.append(self._arrived.get_nowait())
            except queue.Empty:
                break
        return messages

    def _catch_up(self) -> None:
        """Fetch what passed while the stream was down; from then on its bars are gapless."""
        now = market_now()
        known = Coverage.objects.filter(symbol__in=self._subscribed, timeframe="1Min").values_list("symbol", flat=True)
        bars_settle(broker_connect(), list(known), last_closed_minute(now))
        self._unbroken_since = last_closed_minute(now)

    def _store(self, messages: Sequence[Any]) -> None:
        bars = [bar for bar in rows_read("stream message", messages, self._read) if bar is not None]
        if bars and self._unbroken_since is not None:
            stream_bars_store(bars, self._unbroken_since)
            self._on_bars()
        price_board.publish()

    def _read(self, message: Any) -> RawBar | None:
        """Note a price; the bar of a message that is one. Raises Unreadable."""
        told = self._stream.read(message)
        if isinstance(told, RawBar):
            price_board.note(told.symbol, told.close, _not_to_come(told.start))
            return told
        if told is not None:
            price_board.note(told.symbol, told.price, _not_to_come(told.at))
        return None

    def _subscribe_new(self) -> None:
        wanted = set(self._wanted()[: self._stream.symbols_at_most])
        fresh = wanted - self._subscribed
        if fresh and self._stream.add(fresh):
            self._subscribed |= fresh
            self._unbroken_since = None


def _not_to_come(at: datetime) -> datetime:
    """A price from the future would be the newest one until then. Raises Unreadable."""
    reading = market_clock.reading()
    if at > market_now() + EARLY_AT_MOST + timedelta(seconds=reading.speed):
        raise Unreadable(f"a time to come: {at.isoformat()}")
    return at
