"""Fetching the bars that are missing, by REST."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from engine.brokers.port import Broker
from engine.brokers.values import BarRequest
from engine.core.timeframes import MINUTES
from marketdata.calendar import REGULAR_MINUTES, last_close, last_closed_minute, sessions_back
from marketdata.models import Coverage
from marketdata.selectors import bars_load
from marketdata.services import MINUTE, bars_store, coverage_confirm

log = logging.getLogger(__name__)

# What a chart shows beyond today, whatever the indicators need.
MIN_SESSIONS = 3
# A stock that trades in fewer minutes than one of so many has to do with the bars there are.
THINNEST = 8

# By symbol and timeframe, since when bars are known and how many of them are known to be there.
_enough: dict[tuple[str, str], tuple[datetime, int]] = {}
# How far back a close is looked for where nothing traded.
LONGEST_WITHOUT_TRADE = timedelta(days=14)


def history_is_known(symbols: Collection[str], timeframe: str, bars_needed: int, now: datetime) -> bool:
    """Whether that many bars before `now` were asked for once, for all of these symbols; the newest ones aside."""
    rows = Coverage.objects.filter(symbol__in=symbols, timeframe="1Day" if timeframe == "1Day" else "1Min")
    if timeframe == "1Day":
        wanted, last_close = _days_wanted(bars_needed, now)
        return rows.filter(since__lte=wanted, until__gte=last_close).count() == len(symbols)
    rows = rows.filter(since__lte=_minutes_wanted(timeframe, bars_needed, now))
    return len(rows) == len(symbols) and not _short(rows, timeframe, bars_needed, now)


def history_ends(symbol: str, timeframe: str, bars_needed: int, now: datetime) -> bool:
    """Whether older bars than those stored were asked for in vain: that many before `now` are not to be had."""
    base = "1Day" if timeframe == "1Day" else "1Min"
    known = Coverage.objects.filter(symbol=symbol, timeframe=base).values_list("since", flat=True).first()
    return known is not None and known <= _furthest(timeframe, bars_needed, now)


def _short(rows: Iterable[Coverage], timeframe: str, bars_needed: int, now: datetime) -> list[str]:
    """The symbols of which fewer bars are stored, although older ones were not asked for yet.

    Bars are counted, not sessions: a thin stock trades in some of the minutes only.
    """
    furthest = _furthest(timeframe, bars_needed, now)
    found = []
    for row in rows:
        since, count = _enough.get((row.symbol, timeframe), (None, 0))
        if row.since <= furthest or (since == row.since and count >= bars_needed):
            continue
        if len(bars_load(row.symbol, timeframe, bars_needed, now)) < bars_needed:
            found.append(row.symbol)
        else:
            _enough[row.symbol, timeframe] = (row.since, bars_needed)
    return found


def counts_forget() -> None:
    """As at the start of the process."""
    _enough.clear()


def bars_backfill(broker: Broker, symbols: Sequence[str], timeframe: str, bars_needed: int, now: datetime) -> None:
    """Make sure that at least `bars_needed` closed bars of each symbol are stored and confirmed up to `now`.

    Raises BrokerError; what was stored before then stays, what is confirmed stays true.
    """
    if timeframe == "1Day":
        _backfill_days(broker, symbols, bars_needed, now)
        return
    wanted = _minutes_wanted(timeframe, bars_needed, now)
    until = last_closed_minute(now)
    known = {row.symbol: row for row in Coverage.objects.filter(symbol__in=symbols, timeframe="1Min")}
    starts: dict[datetime, list[str]] = {}
    for symbol in symbols:
        row = known.get(symbol)
        start = wanted if row is None or row.since > wanted else row.until
        if row is None or start < until or row.since > wanted:
            starts.setdefault(min(start, until), []).append(symbol)
    for start, group in sorted(starts.items()):
        bars_fetch(broker, group, "1Min", start, until)
    rows = Coverage.objects.filter(symbol__in=symbols, timeframe="1Min")
    if short := _short(rows, timeframe, bars_needed, now):
        log.info("%s: fewer bars than %d in so many sessions, older ones are fetched", ", ".join(short), bars_needed)
        bars_fetch(broker, short, "1Min", _furthest(timeframe, bars_needed, now), until)


def minutes_since(needed: Mapping[str, int], now: datetime) -> datetime:
    """From where on minutes are looked at by those who need so many bars of each timeframe."""
    return min(_minutes_wanted(timeframe, count, now) for timeframe, count in needed.items())


def minutes_fetch_again(broker: Broker, symbol: str, since: datetime, now: datetime) -> None:
    """Replace a symbol's minutes by what the broker tells of them now; those before count as unknown."""
    bars_fetch(broker, [symbol], "1Min", since, last_closed_minute(now))
    Coverage.objects.filter(symbol=symbol, timeframe="1Min", since__lt=since).update(since=since)


def bars_settle(broker: Broker, symbols: Sequence[str], until: datetime) -> None:
    """One request that confirms the minutes of these symbols up to `until`, the end of a bar."""
    known = dict(Coverage.objects.filter(symbol__in=symbols, timeframe="1Min").values_list("symbol", "until"))
    if not known:
        return
    bars_fetch(broker, list(known), "1Min", min(known.values()), until)


def closes_backfill(broker: Broker, symbols: Collection[str], close: datetime) -> None:
    """Make sure that it is known at what price these symbols closed a session. Raises BrokerError."""
    reaching = Coverage.objects.filter(symbol__in=symbols, since__lt=close, until__gte=close)
    missing = sorted(set(symbols) - set(reaching.values_list("symbol", flat=True)))
    if missing:
        begin = (close - LONGEST_WITHOUT_TRADE).replace(hour=0, minute=0)
        bars_fetch(broker, missing, "1Day", begin, close)


def _backfill_days(broker: Broker, symbols: Sequence[str], bars_needed: int, now: datetime) -> None:
    wanted, last_close = _days_wanted(bars_needed, now)
    covered = Coverage.objects.filter(
        symbol__in=symbols, timeframe="1Day", since__lte=wanted, until__gte=last_close
    ).values_list("symbol", flat=True)
    missing = sorted(set(symbols) - set(covered))
    if missing:
        bars_fetch(broker, missing, "1Day", wanted, last_close)


def _furthest(timeframe: str, bars_needed: int, now: datetime) -> datetime:
    """From where on bars are asked for at most."""
    if timeframe == "1Day":
        return _days_wanted(bars_needed, now)[0]
    return _minutes_wanted(timeframe, THINNEST * bars_needed, now)


def _minutes_wanted(timeframe: str, bars_needed: int, now: datetime) -> datetime:
    """The open of the session in which that many bars begin, of a stock that trades every minute."""
    sessions = max(MIN_SESSIONS, -(-bars_needed * MINUTES[timeframe] // REGULAR_MINUTES) + 2)
    return sessions_back(now, sessions)[0].open


def _days_wanted(bars_needed: int, now: datetime) -> tuple[datetime, datetime]:
    """The day in which that many daily bars begin, and the close of the last session that is over."""
    sessions = sessions_back(now, bars_needed + 2)
    return sessions[0].open.replace(hour=0, minute=0), last_close(now)


def bars_fetch(broker: Broker, symbols: Sequence[str], timeframe: str, start: datetime, until: datetime) -> None:
    """Store and confirm the bars between two times. Raises BrokerError; then nothing is stored."""
    # `end` is inclusive and names the start of a bar: the bar that begins at `until` is not closed yet.
    end = until - MINUTE if timeframe == "1Min" else until
    found = broker.bars(BarRequest(symbols, timeframe, start, max(start, end))) if start < until else {}
    with transaction.atomic():
        for bars in found.values():
            bars_store((bar for bar in bars if bar.start + _least(timeframe) <= until), timeframe)
        coverage_confirm(symbols, timeframe, start, until)
    log.debug("bars of %s from %s to %s", ", ".join(symbols), start, until)


def _least(timeframe: str) -> timedelta:
    return MINUTE if timeframe == "1Min" else timedelta()
