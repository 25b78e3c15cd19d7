"""Live trading against the backtest: the same bars must give the same decisions and fills, or a list of differences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from engine.backtest.history import History
from engine.backtest.result import Costs, Result, fills_by_time
from engine.backtest.run import backtest_run
from engine.backtest.values import Values, values_differ
from engine.core.config import BotConfig
from engine.core.types import Bars, Decision, Session

CLOSE = 1e-6
# How far a recording may go on after its last bar: the bar that was not over, and minutes without trades.
UNFINISHED = timedelta(minutes=5)
# At real speed an order leaves and fills seconds after its tick: fills less than this apart are the same.
APART_AT_MOST = timedelta(minutes=1)


@dataclass(frozen=True)
class DecisionRow:
    """Equal consecutive decisions on one symbol, as they are stored: `count` of them from first_at to last_at."""

    symbol: str
    action: str
    reason: str
    votes: Mapping[str, int]
    values: Values
    bar_end: datetime | None
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class FillRow:
    """A fill to compare.

    Attributes:
        symbol: The stock.
        role: entry, exit, stop or target.
        quantity: Shares.
        price: Dollars.
        at: When it was filled, aware UTC.
    """

    symbol: str
    role: str
    quantity: Decimal
    price: Decimal
    at: datetime


@dataclass(frozen=True)
class Recording:
    """What a bot saw and did from one tick to another, both included.

    Attributes:
        config: The bot.
        bars: By symbol, minutes, with the warm-up its indicators had.
        sessions: The sessions it traded in.
        known: Every session that any bar belongs to, by the ordinal of its day.
        since: The first tick.
        until: The last tick.
        decisions: What it decided, oldest first.
        fills: What was filled.
        days: By symbol, what a bot on daily bars looked at; `bars` are then the minutes of its sessions.
        bars_until: Up to when the minutes were confirmed, also where nothing traded; None where that is not known.
    """

    config: BotConfig
    bars: Mapping[str, Bars]
    sessions: Sequence[Session]
    known: Mapping[int, Session]
    since: datetime
    until: datetime
    decisions: Sequence[DecisionRow]
    fills: Sequence[FillRow]
    days: Mapping[str, Bars] = field(default_factory=dict)
    bars_until: datetime | None = None


@dataclass
class Parity:
    """What a comparison found.

    Attributes:
        decisions: How many decisions were compared.
        rows: In how many rows these decisions are stored.
        fills: How many fills were compared.
        differences: In plain words; empty when there are none.
        gaps: For fills of equal shares, how far the live price was above the backtest's, as a fraction.
        delays: For each fill that was compared, how many seconds later it was in live trading.
    """

    decisions: int = 0
    rows: int = 0
    fills: int = 0
    differences: list[str] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Return whether live trading and the backtest agree."""
        return not self.differences


def parity_check(recording: Recording, costs: Costs | None = None) -> Parity:
    """Replay a recording through the backtest and compare every decision and every fill.

    Args:
        recording: What the bot saw and did.
        costs: What the market charged; None for nothing.
    """
    made: dict[str, list[DecisionRow]] = {}
    # A recording may end in the middle of a bar: later decisions saw openings that the recording does not hold.
    last_bar = _utc(max(bars.end.item(-1) for bars in recording.bars.values()))
    until = min(recording.until, max(last_bar, recording.bars_until or last_bar))
    result = backtest_run(
        recording.config,
        History(recording.bars, tuple(recording.sessions), recording.known, days=recording.days),
        costs,
        every_tick=True,
        observe=lambda at, decided: _count(made.setdefault(decided.symbol, []), at, decided),
        since=recording.since,
        until=until,
    )
    found = Parity()
    if recording.until - until > UNFINISHED:
        found.differences.append(f"the bars end at {_shown(until)}, the recording at {_shown(recording.until)}")
    for symbol in sorted({row.symbol for row in recording.decisions} | made.keys()):
        live = [row for row in recording.decisions if row.symbol == symbol and row.first_at <= until]
        if live and live[0].first_at < recording.since:
            live[0] = _begun(live[0], made.get(symbol, []))
        if live and live[-1].last_at > until:
            live[-1] = _cut(live[-1], made.get(symbol, []))
        _compare_decisions(found, recording.config, symbol, live, made.get(symbol, []))
    _compare_fills(found, recording.fills, fills_of(result), until)
    return found


def fills_of(result: Result) -> list[FillRow]:
    """Return the fills of a backtest, by time and symbol."""
    return sorted(
        (
            FillRow(symbol, fill.role, fill.quantity, fill.price, _utc(fill.at))
            for symbol, fill in fills_by_time(result)
        ),
        key=_by_time,
    )


def _count(rows: list[DecisionRow], at: datetime, decided: Decision) -> None:
    """Add a decision to the rows in the way the live bot's decisions are stored."""
    last = rows[-1] if rows else None
    outcome = (decided.action, decided.reason, dict(decided.votes))
    # A session lies within one day of UTC.
    same_day = last is not None and last.last_at.date() == at.date()
    if last is not None and same_day and decided.intent is None and (last.action, last.reason, last.votes) == outcome:
        rows[-1] = _row(decided, last.first_at, at, last.count + 1)
        return
    rows.append(_row(decided, at, at, 1))


def _begun(live: DecisionRow, made: Sequence[DecisionRow]) -> DecisionRow:
    """Cut off what a row counted before the comparison began: nobody knows how much of it was since then."""
    first = made[0] if made else live
    return replace(live, count=first.count, first_at=first.first_at)


def _cut(live: DecisionRow, made: Sequence[DecisionRow]) -> DecisionRow:
    """Cut off what a row counted after the comparison ended: nobody knows how much of it was until then."""
    last = made[-1] if made else live
    return replace(live, count=last.count, last_at=last.last_at, bar_end=last.bar_end, values=last.values)


def _row(decided: Decision, first_at: datetime, last_at: datetime, count: int) -> DecisionRow:
    return DecisionRow(
        symbol=decided.symbol,
        action=decided.action,
        reason=decided.reason,
        votes=dict(decided.votes),
        values=decided.values,
        bar_end=decided.bar_end,
        count=count,
        first_at=first_at,
        last_at=last_at,
    )


def _compare_decisions(
    found: Parity, config: BotConfig, symbol: str, live: Sequence[DecisionRow], backtest: Sequence[DecisionRow]
) -> None:
    for one, other in zip(live, backtest, strict=False):
        found.rows += 1
        found.decisions += one.count
        if wrong := _differs(config, one, other):
            # The rows that follow would differ for the same cause.
            found.differences.append(f"{symbol} from {_shown(one.first_at)}: {wrong}")
            return
    if len(live) != len(backtest):
        more, rows = ("live", live) if len(live) > len(backtest) else ("the backtest", backtest)
        row = rows[min(len(live), len(backtest))]
        found.differences.append(
            f"{symbol} from {_shown(row.first_at)}: only {more} decided {row.action} ({row.reason})"
        )


def _differs(config: BotConfig, live: DecisionRow, backtest: DecisionRow) -> str:
    """Say how two rows differ; empty when they do not."""
    for name in ("action", "reason", "votes", "first_at", "last_at", "count", "bar_end"):
        one, other = getattr(live, name), getattr(backtest, name)
        if one != other:
            return f"{name} was {_shown(one)} live, {_shown(other)} in the backtest"
    moved = values_differ(config, live.values, backtest.values, CLOSE)
    return f"{moved} in the backtest" if moved else ""


def _compare_fills(found: Parity, filled: Iterable[FillRow], made: Iterable[FillRow], until: datetime) -> None:
    live = sorted((fill for fill in filled if fill.at < until), key=_by_time)
    backtest = [fill for fill in made if fill.at < until]
    for symbol in sorted({fill.symbol for fill in [*live, *backtest]}):
        ours = [fill for fill in live if fill.symbol == symbol]
        theirs = [fill for fill in backtest if fill.symbol == symbol]
        for one, other in _pairs(ours, theirs):
            if one is None or other is None:
                who, more = ("live", one) if other is None else ("the backtest", other)
                assert more is not None
                found.differences.append(f"only {who} had {_said(more)}")
                continue
            found.fills += 1
            later = (one.at - other.at).total_seconds()
            found.delays.append(later)
            if one.quantity == other.quantity:
                found.gaps.append(float(one.price / other.price - 1))
            # An order that left seconds later met another price; the gap is reported, but it is no difference.
            if one.quantity != other.quantity or (not later and one.price != other.price):
                found.differences.append(f"{_said(one)} live, {_said(other)} in the backtest")


def _pairs(live: Sequence[FillRow], backtest: Sequence[FillRow]) -> Iterator[tuple[FillRow | None, FillRow | None]]:
    """Pair the fills of one symbol that are the same, by time; a fill without a counterpart is paired with None."""
    ours, theirs = list(live), list(backtest)
    while ours and theirs:
        one, other = ours[0], theirs[0]
        if one.role == other.role and abs(one.at - other.at) < APART_AT_MOST:
            yield ours.pop(0), theirs.pop(0)
        elif one.at <= other.at:
            yield ours.pop(0), None
        else:
            yield None, theirs.pop(0)
    yield from ((one, None) for one in ours)
    yield from ((None, other) for other in theirs)


def _by_time(fill: FillRow) -> tuple[datetime, str, str]:
    return (fill.at, fill.symbol, fill.role)


def _said(fill: FillRow) -> str:
    price, quantity = f"{fill.price.normalize():f}", f"{fill.quantity.normalize():f}"
    return f"{fill.symbol} {fill.role} of {quantity} at ${price} on {_shown(fill.at)}"


def _shown(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)


def _utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
