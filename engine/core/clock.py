"""Market time as a pure function of real time.

The broker's clock may run fast, stand still or leap over closed hours. A `ClockReading` says what it showed at one
real instant and how it goes on from there, so that every process reads the same market time without asking again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class ClockReading:
    """What the market's clock showed at one real instant.

    market: aware UTC market time at `real`
    real: seconds since the epoch, real time
    speed: market seconds per real second; 0 while frozen
    jump_at, jump_to: the next leap over closed hours, both market time, or None
    """

    market: datetime
    real: float
    speed: float = 1.0
    jump_at: datetime | None = None
    jump_to: datetime | None = None

    @property
    def frozen(self) -> bool:
        return self.speed == 0

    def at(self, real: float) -> datetime:
        """Market time at the real instant `real`; never before the reading itself."""
        market = self.market + timedelta(seconds=max(0.0, real - self.real) * self.speed)
        if self.jump_at is not None and self.jump_to is not None and market >= self.jump_at:
            return self.jump_to + (market - self.jump_at)
        return market

    def real_at(self, market: datetime) -> float | None:
        """The real instant at which the clock shows `market`; None while frozen and not there yet.

        A market time inside a leap is reached at the moment of the leap.
        """
        if market <= self.market:
            return self.real
        if self.frozen:
            return None
        elapsed = market - self.market
        if self.jump_at is not None and self.jump_to is not None and market >= self.jump_at:
            elapsed = (self.jump_at - self.market) + max(timedelta(), market - self.jump_to)
        return self.real + elapsed.total_seconds() / self.speed
