"""The two clocks: market time, which the broker tells, and real time. Everything else asks here."""

import logging
import threading
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.core.clock import ClockReading

log = logging.getLogger(__name__)

# The simulator's clock may be steered at any time; Alpaca's runs like everybody's, and questions are rationed there.
SIMULATED_MAX_AGE = timedelta(seconds=1)
REAL_MAX_AGE = timedelta(seconds=60)
RETRY_AFTER = timedelta(seconds=1)


def real_now() -> datetime:
    return timezone.now()


def _is_over(length: timedelta, since: datetime, now: datetime) -> bool:
    """Also where this machine's clock was set back meanwhile: else everything would stand still until then again."""
    return not timedelta() <= now - since <= length


class MarketClock:
    """The broker's clock, read again every real second; between readings, and while the broker is away, it runs on."""

    def __init__(self) -> None:
        self._reading: ClockReading | None = None
        self._read_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._lost_since: datetime | None = None
        self._lock = threading.Lock()
        self._asking = threading.Lock()

    def reading(self) -> ClockReading:
        """The newest reading. Raises BrokerError when there never was one and the broker does not answer."""
        now = real_now()
        max_age = SIMULATED_MAX_AGE if settings.MARKET_MODE == "simulator" else REAL_MAX_AGE
        due = self._read_at is None or _is_over(max_age, self._read_at, now)
        if due and (self._reading is None or self._tried_at is None or _is_over(RETRY_AFTER, self._tried_at, now)):
            # One asks at a time: the others go by what is known, and do not wait for a broker that is mute.
            if not self._asking.acquire(blocking=self._reading is None):
                assert self._reading is not None
                return self._reading
            try:
                self._tried_at = now
                return self.refresh()
            except BrokerError as error:
                if self._reading is None:
                    raise
                log.debug("the market clock runs on by itself: %s", error)
            finally:
                self._asking.release()
        assert self._reading is not None
        return self._reading

    def refresh(self) -> ClockReading:
        """Ask the broker now."""
        try:
            reading = broker_connect().clock()
        except BrokerError:
            self._lost_since = self._lost_since or real_now()
            raise
        with self._lock:
            self._reading, self._read_at, self._lost_since = reading, real_now(), None
        return reading

    @property
    def lost_since(self) -> datetime | None:
        """Since when the broker has not told the time, real time; None while it does."""
        return self._lost_since

    def now(self) -> datetime:
        """Market time, aware UTC."""
        return self.reading().at(real_now().timestamp()).astimezone(UTC)

    def forget(self) -> None:
        """As at the start of the process; for a broker that was replaced."""
        self._reading = self._read_at = self._tried_at = self._lost_since = None


market_clock = MarketClock()


def market_now() -> datetime:
    return market_clock.now()
