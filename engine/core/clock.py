"""Market time as a pure function of real time.

The broker's clock may run fast, stand still or leap over closed hours. A `ClockReading` says what it showed at one
real instant and how it goes on from there, so that every process reads the same market time without asking again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class ClockReading:
    """What the market's clock showed at one real instant.

    Attributes:
        market: Market time at `real`, aware UTC.
        real: Real time, seconds since the epoch.
        speed: Market seconds per real second; 0 while the clock is frozen.
        jump_at: Market time of the next leap over closed hours, or None.
        jump_to: Market time to which the clock leaps, or None.
    """

    market: datetime
    real: float
    speed: float = 1.0
    jump_at: datetime | None = None
    jump_to: datetime | None = None

    @property
    def frozen(self) -> bool:
        """Return whether the clock stands still."""
        return self.speed == 0

    def at(self, real: float) -> datetime:
        """Return the market time at a real instant, never a time before the reading itself.

        Args:
            real: Real time, seconds since the epoch.
        """
        market = self.market + timedelta(seconds=max(0.0, real - self.real) * self.speed)
        if self.jump_at is not None and self.jump_to is not None and market >= self.jump_at:
            return self.jump_to + (market - self.jump_at)
        return market

    def real_at(self, market: datetime) -> float | None:
        """Return the real instant at which the clock shows a market time.

        The clock reaches a market time inside a leap at the moment of the leap.

        Args:
            market: Market time, aware.

        Returns:
            Real seconds since the epoch; None while the clock is frozen and has not reached the time.
        """
        if market <= self.market:
            return self.real
        if self.frozen:
            return None
        elapsed = market - self.market
        if self.jump_at is not None and self.jump_to is not None and market >= self.jump_at:
            elapsed = (self.jump_at - self.market) + max(timedelta(), market - self.jump_to)
        return self.real + elapsed.total_seconds() / self.speed
