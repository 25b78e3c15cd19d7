"""One running simulator: a market, a clock, an exchange and its journal, put together."""

import json
import time
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from simulator.change import Ids
from simulator.clock import SimulatorClock
from simulator.exchange import Exchange
from simulator.faults import Faults
from simulator.journal import Header, Journal, JournalError
from simulator.late_trades import LateTrades
from simulator.market import Market
from simulator.matching_engine import MatchingEngine
from simulator.options import DEFAULT_SEED, OptionError, Options
from simulator.prints import Spread
from simulator.rate_limit import RateLimit
from simulator.replay import ReplayMarket
from simulator.sessions import NEW_YORK, from_epoch, session_calendar
from simulator.streams.hub import Hub
from simulator.synthetic import SyntheticMarket

_MARK_AHEAD = 1.25  # real seconds of clock readings that one journal mark permits
_MARK_SLACK = 0.25
_FIRST_MINUTE = 60


def _opened(path: Path | None) -> TextIO | None:
    if path is None:
        return None
    try:
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise OptionError(f"--log {path} cannot be opened: {error.strerror}.") from error


class Simulation:
    # Another one of each after a reset.
    header: Header
    market: Market
    late_trades: LateTrades
    exchange: Exchange
    clock: SimulatorClock

    def __init__(self, options: Options, real: Callable[[], float] = time.time) -> None:
        self.options = options
        self.real = real
        self.hub = Hub(self)
        self.faults = Faults(lambda: self.exchange.now, options.seed or DEFAULT_SEED)
        if options.faults is not None:
            self.faults.load(options.faults)
        self.rate_limit = RateLimit(options.rate_limit, real)
        self._log = _opened(options.log)
        self.spread = Spread(float(options.spread))
        self.calendar = session_calendar(from_epoch(real()).astimezone(NEW_YORK).date())
        self.journal = Journal(options.journal, options.fsync)
        self._replay = ReplayMarket(options.replay, self.calendar) if options.replay else None
        self._marked: datetime | None = None
        header = self.journal.header
        if header is None:
            seed = DEFAULT_SEED if options.seed is None else options.seed
            header = self._begin(options.at or self._default_start(), seed)
        else:
            self._check_header(header)
        self._assemble(header, options.frozen)

    def reset(self, at: datetime, seed: int, frozen: bool) -> None:
        """A new account on a new journal; connected streams stay."""
        self._check_start(at)
        self._assemble(self._begin(at, seed), frozen)
        self.hub.wake()

    def sync(self) -> None:
        """Let the exchange catch up with the clock, and promise only times that the journal permits."""
        self.exchange.advance(self.clock.now())
        self._keep_time()

    def step(self, to: datetime) -> None:
        self.clock.step_to(to)
        self.sync()

    def set_frozen(self, frozen: bool) -> None:
        self.clock.set_frozen(frozen)
        self.sync()

    def set_speed(self, speed: float) -> None:
        self.clock.set_speed(speed)
        self.sync()

    def log(self, method: str, path: str, status: int, body: Any) -> None:
        """Note a request and its answer, if that is wanted; never its keys."""
        if self._log is not None:
            answer = body.decode() if isinstance(body, bytes) else body
            self._log.write(json.dumps({"method": method, "path": path, "status": status, "answer": answer}) + "\n")
            self._log.flush()

    @property
    def account_number(self) -> str:
        return f"PASIM{zlib.crc32(self._name(self.header).encode()) % 10_000_000:07d}"

    def close(self) -> None:
        """Note the exact time, so that the next start continues there. Raises JournalFull."""
        self.sync()
        self.journal.mark(self.exchange.now, self.exchange.now)
        if self._log is not None:
            self._log.close()

    def _keep_time(self) -> None:
        until = self.journal.until
        if not self.clock.reading.speed:
            if self._marked != self.exchange.now or until != self.exchange.now:
                self._mark(self.exchange.now)
        elif until is None or self.clock.ahead(_MARK_SLACK) > until:
            self._mark(self.clock.ahead(_MARK_AHEAD))

    def _mark(self, until: datetime) -> None:
        self.journal.mark(self.exchange.now, max(until, self.exchange.now))
        self._marked = self.exchange.now

    def _assemble(self, header: Header, frozen: bool) -> None:
        start = datetime.fromisoformat(header.start)
        self.header = header
        self.market = self._market(header, start)
        self.market.begin()
        self.late_trades = LateTrades(self.options.late_trades, header.seed)
        matching_engine = MatchingEngine(self.options.terms, header.seed)
        self.exchange = Exchange(self.market, self.journal, self.hub, start, Ids(self._name(header)), matching_engine)
        self.exchange.rejects = lambda order: self.faults.rejects(order.symbol)
        self.exchange.cancel_delay = lambda order: self.faults.cancel_delay(order.symbol)
        market_time = self.exchange.restore(self.journal.records)
        self.journal.records = []
        if self.options.real_time and not frozen:
            market_time = max(market_time, from_epoch(self.real()))
        self.clock = SimulatorClock(
            self.calendar,
            self.real,
            market_time,
            speed=self.options.speed,
            frozen=frozen,
            skip_closed=self.options.skip_closed,
            follows_real=self.options.real_time,
        )
        self.sync()

    def _market(self, header: Header, start: datetime) -> Market:
        if self._replay is not None:
            return self._replay
        return SyntheticMarket(header.seed, max(0, self.calendar.index_opened(start.timestamp())), self.calendar)

    def _market_name(self) -> str:
        return self._replay.name if self._replay else "synthetic"

    def _name(self, header: Header) -> str:
        return f"{header.market}|{header.seed}|{header.start}"

    def _begin(self, at: datetime, seed: int) -> Header:
        self._check_start(at)
        header = Header(self._market_name(), seed, at.isoformat())
        self.journal.begin(header)
        return header

    def _check_start(self, at: datetime) -> None:
        if not self.calendar.opens[0] <= at.timestamp() < self.calendar.closes[-2]:
            last = self.calendar.days[-2]
            raise OptionError(f"The start was {at.isoformat()}; it must lie between 1990 and {last.isoformat()}.")

    def _default_start(self) -> datetime:
        """Real time at real speed; else 09:31 of the latest session, of a replay the latest recorded one."""
        now = from_epoch(self.real())
        if self.options.real_time:
            return now
        session = self.calendar.index_on_or_before(now.astimezone(NEW_YORK).date())
        if self._replay is not None:
            session = self._replay.last_session()
        return from_epoch(self.calendar.opens[session]) + timedelta(seconds=_FIRST_MINUTE)

    def _check_header(self, header: Header) -> None:
        wanted: list[tuple[str, object, object]] = [("market", header.market, self._market_name())]
        if self.options.seed is not None:
            wanted.append(("seed", header.seed, self.options.seed))
        if self.options.at is not None:
            wanted.append(("start", header.start, self.options.at.isoformat()))
        for name, was, asked in wanted:
            if was != asked:
                raise JournalError(
                    f"The journal {self.options.journal} was written with {name} {was}, but asked for was {asked}: "
                    "use --new or another --data directory."
                )
