"""The exchange's clock: real, shifted, accelerated, frozen, or stepped by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from engine.core.clock import ClockReading
from simulator.sessions import SessionCalendar, from_epoch

_AFTER_CLOSE = 60
_BEFORE_OPEN = 60


class SimulatorClock:
    """Market time, which only ever goes forwards.

    speed: market seconds per real second while released; 0 in lockstep
    skip_closed: leap from a minute after a session's close to a minute before the next one's opening
    follows_real: releasing the clock puts it to real time, if that is later
    """

    def __init__(
        self,
        calendar: SessionCalendar,
        real: Callable[[], float],
        market: datetime,
        *,
        speed: float,
        frozen: bool = False,
        skip_closed: bool = False,
        follows_real: bool = False,
    ) -> None:
        self._calendar = calendar
        self._real = real
        self._skip_closed = skip_closed
        self._follows_real = follows_real
        self.speed = speed
        self.lockstep = speed == 0
        self.frozen = frozen
        self.reading = ClockReading(market, real(), 0)
        self._anchor(market, real())

    def now(self) -> datetime:
        return self._read(self._real())

    def _read(self, real: float) -> datetime:
        market = self.reading.at(real)
        if self.reading.jump_at is not None and market >= self.reading.jump_at:
            self._anchor(market, real)
            return self.reading.market
        return market

    def set_frozen(self, frozen: bool) -> None:
        market = self.now()
        if self.frozen and not frozen and self._follows_real:
            market = max(market, from_epoch(self._real()))
        self.frozen = frozen
        self._anchor(market, self._real())

    def set_speed(self, speed: float) -> None:
        market = self.now()
        self.speed, self.lockstep = speed, speed == 0
        self._anchor(market, self._real())

    def step_to(self, market: datetime) -> None:
        """Forwards only; a time already passed changes nothing."""
        if market > self.now():
            self._anchor(market, self._real())

    def ahead(self, real_seconds: float) -> datetime:
        """What the clock will show this many real seconds from now, if nobody touches it."""
        return self.reading.at(self._real() + real_seconds)

    def real_at(self, market: datetime) -> float | None:
        return self.reading.real_at(market)

    def to_json(self) -> dict[str, Any]:
        real = self._real()
        market = self._read(real)
        reading = self.reading
        return {
            "market": market.isoformat(timespec="microseconds"),
            "real": real,
            "speed": reading.speed,
            "frozen": self.frozen,
            "lockstep": self.lockstep,
            "jump_at": reading.jump_at.isoformat() if reading.jump_at else None,
            "jump_to": reading.jump_to.isoformat() if reading.jump_to else None,
        }

    def _anchor(self, market: datetime, real: float) -> None:
        speed = 0.0 if self.frozen else self.speed
        jump_at = jump_to = None
        if speed and self._skip_closed:
            market, jump_at, jump_to = self._with_leap(market)
        self.reading = ClockReading(market, real, speed, jump_at, jump_to)

    def _with_leap(self, market: datetime) -> tuple[datetime, datetime, datetime]:
        seconds = market.timestamp()
        closed = self._calendar.index_closed(seconds)
        if closed >= 0 and seconds >= self._calendar.closes[closed] + _AFTER_CLOSE:
            resume = from_epoch(self._calendar.opens[closed + 1] - _BEFORE_OPEN)
            # Already inside the closed hours: leap now.
            market = max(market, resume)
        close = self._calendar.next_close(market.timestamp() - _AFTER_CLOSE)
        return (
            market,
            from_epoch(close) + timedelta(seconds=_AFTER_CLOSE),
            from_epoch(self._calendar.next_open(close) - _BEFORE_OPEN),
        )
