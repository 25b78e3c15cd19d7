"""Whether the bots are ticked when they should be: late, skipped and never asked for, in the last minute."""

import logging
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from bots.models import Bot
from engine.core.schedule import Grid
from engine.live.pulse import pulse_bad, pulse_good
from marketdata.calendar import session_today
from marketdata.clock import market_clock, real_now

log = logging.getLogger(__name__)

NAME = "ticks"
# Real seconds.
WINDOW = 60.0
LOOK_EVERY = 5.0
LATE_FROM = 5.0
# Of the ticks of the window, and so many at least: one lost tick of a bot is no trouble of the product.
TOO_MANY = 0.05
AT_LEAST = 2


@dataclass(frozen=True)
class Sample:
    """What the bots' counters said at one moment. counted: by bot, ticks taken, late and skipped."""

    at: float
    market: datetime
    counted: dict[int, tuple[int, int, int]]
    grids: dict[int, Grid]


class Lateness:
    """One per process that sweeps; knows the last minute."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque()

    def look(self) -> None:
        """Take a sample, and note how the ticks of the last minute went. Raises BrokerError."""
        now = time.monotonic()
        if self._samples and now - self._samples[-1].at < LOOK_EVERY:
            return
        reading = market_clock.reading()
        market = reading.at(real_now().timestamp())
        if reading.frozen:
            self._samples.clear()
            return
        rows = Bot.objects.ticking()
        self._samples.append(
            Sample(
                now,
                market,
                {bot.pk: (bot.taken_ticks, bot.late_ticks, bot.skipped_ticks) for bot in rows},
                {bot.pk: bot.grid() for bot in rows},
            )
        )
        while len(self._samples) > 2 and now - self._samples[1].at >= WINDOW:
            self._samples.popleft()
        first, last = self._samples[0], self._samples[-1]
        if last.at - first.at < WINDOW / 2:
            return
        wrong, expected = missed(first, last, grace=timedelta(seconds=LATE_FROM * reading.speed))
        if expected and wrong >= AT_LEAST and wrong > TOO_MANY * expected:
            pulse_bad(NAME, f"{wrong} of {expected} ticks of the last minute were late, skipped or never asked for")
        else:
            pulse_good(NAME)


def missed(first: Sample, last: Sample, *, grace: timedelta) -> tuple[int, int]:
    """(ticks that were late, skipped or not taken, ticks that were due) between two samples.

    Of bots that were ticked all the while with the same grid. `grace`, market time: a tick may still be under way
    """
    wrong = expected = 0
    for bot, grid in last.grids.items():
        if first.grids.get(bot) != grid:
            continue
        due = ticks_between(grid, first.market, last.market - grace)
        taken, late, skipped = (now - before for now, before in zip(last.counted[bot], first.counted[bot], strict=True))
        expected += due
        wrong += late + max(skipped, due - taken)
    return wrong, expected


def ticks_between(grid: Grid, start: datetime, end: datetime) -> int:
    """Grid times after `start` up to `end`, market time, of the sessions of these days."""
    if end <= start:
        return 0
    count, moment = 0, start
    session = session_today(end)
    if session is None:
        return 0
    while (following := grid.following(session, moment)) is not None and following <= end:
        count, moment = count + 1, following
    return count
