"""Storing what the market did, and how far that is confirmed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial

from django.db import transaction

from engine.brokers.unread import Rows
from engine.brokers.values import AssetInfo, RawBar
from engine.core.money import booked
from marketdata.calendar import last_closed_minute, session_today
from marketdata.models import Bar, Coverage, Symbol
from marketdata.prices import price_board

MINUTE = timedelta(minutes=1)
LONGEST_SYMBOL = 16
_COLUMNS = ["open", "high", "low", "close", "volume"]


def symbols_store(assets: Rows[AssetInfo]) -> int:
    """Take over the broker's list of symbols, and return how many there are.

    A symbol that is listed no more stays, but cannot be traded. Nobody knows what an unreadable row would have said:
    its symbol, or every symbol that is not listed if the row names none, stays as it was.
    """
    known = {
        asset.symbol: Symbol(
            symbol=asset.symbol, name=asset.name[:200], exchange=asset.exchange[:16], tradable=asset.tradable
        )
        for asset in assets
        # Longer symbols are no stocks.
        if len(asset.symbol) <= LONGEST_SYMBOL
    }
    rows = list(known.values())
    unread = {row.symbol for row in assets.unread}
    with transaction.atomic():
        if "" not in unread:
            Symbol.objects.exclude(symbol__in=known.keys() | unread).update(tradable=False)
        Symbol.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["symbol"],
            update_fields=["name", "exchange", "tradable", "updated_at"],
            batch_size=500,
        )
    return len(rows)


def bars_store(bars: Iterable[RawBar], timeframe: str) -> None:
    """Store bars of the regular session; a bar that is there already takes the newer numbers."""
    rows = [
        Bar(
            symbol=bar.symbol,
            timeframe=timeframe,
            start=bar.start,
            open=bar.open,
            high=bar.high,
            low=bar.low,
            close=bar.close,
            volume=bar.volume,
        )
        for bar in bars
        if timeframe == "1Day" or _in_session(bar.start)
    ]
    Bar.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["symbol", "timeframe", "start"],
        update_fields=_COLUMNS,
        batch_size=500,
    )


def prices_split(
    symbol: str, ratio: Fraction, began: datetime, *, newest: tuple[Decimal, datetime] | None, now: datetime
) -> None:
    """Note a split, inside the caller's transaction: the prices stored before count no more and are fetched again.

    Until then the newest price stands, on the page, too; a price from before the split is divided by the ratio.

    Args:
        symbol: The stock.
        ratio: New shares for each old one.
        began: The market time from which on the new shares trade.
        newest: The newest price in dollars and its time, if one is known.
        now: Market time.
    """
    known, _ = Coverage.objects.filter(symbol=symbol).delete()
    if known or newest is not None:
        minute = last_closed_minute(now)
        Coverage.objects.create(symbol=symbol, timeframe="1Min", since=minute, until=minute)
    if newest is not None:
        price, at = newest
        part = price * ratio.denominator / ratio.numerator if at < began else price
        transaction.on_commit(partial(_show, symbol, part, at))


def symbol_renamed(old: str, asset: AssetInfo, *, newest: tuple[Decimal, datetime] | None) -> None:
    """Note that a stock is listed as `asset` now, inside the caller's transaction.

    The prices of the old symbol count no more; the history of the new one is fetched as that of any symbol.

    Args:
        old: The old symbol.
        asset: The stock under its new symbol.
        newest: The newest price in dollars and its time, if one is known.
    """
    Symbol.objects.filter(symbol=old).update(tradable=False)
    values = {"name": asset.name[:200], "exchange": asset.exchange[:16], "tradable": asset.tradable}
    Symbol.objects.update_or_create(symbol=asset.symbol, defaults=values)
    Coverage.objects.filter(symbol=old).delete()
    if newest is not None:
        transaction.on_commit(partial(_show, asset.symbol, *newest))


def _show(symbol: str, price: Decimal, at: datetime) -> None:
    price_board.note(symbol, booked(price), at)
    price_board.publish()


def coverage_confirm(symbols: Sequence[str], timeframe: str, since: datetime, until: datetime) -> None:
    """Note that everything between two market times is known; the stretch joins an earlier one that it touches.

    Args:
        symbols: The stocks.
        timeframe: The bars' timeframe.
        since: The beginning of the stretch.
        until: The end of the stretch.
    """
    known = {row.symbol: row for row in Coverage.objects.filter(symbol__in=symbols, timeframe=timeframe)}
    changed = []
    for symbol in symbols:
        row = known.get(symbol)
        if row is None:
            changed.append(Coverage(symbol=symbol, timeframe=timeframe, since=since, until=until))
        elif until < row.since:
            # The new stretch is older, and the time between was never confirmed: the newer stretch is worth more.
            continue
        elif since <= row.until:
            row.since, row.until = min(since, row.since), max(until, row.until)
            changed.append(row)
        else:
            # The time between was never confirmed: the older stretch is given up.
            row.since, row.until = since, until
            changed.append(row)
    Coverage.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["symbol", "timeframe"],
        update_fields=["since", "until"],
    )


def stream_bars_store(bars: Sequence[RawBar], unbroken_since: datetime) -> None:
    """Store minute bars as the stream delivered them.

    They extend what is confirmed only where it reaches into the time since which the stream has not broken: a bar after
    a break says nothing about the minutes before it.

    Args:
        bars: Minute bars.
        unbroken_since: The market time since which the stream has not broken.
    """
    by_end: dict[datetime, list[str]] = {}
    for bar in bars:
        by_end.setdefault(bar.start + MINUTE, []).append(bar.symbol)
    with transaction.atomic():
        bars_store(bars, "1Min")
        for end, symbols in sorted(by_end.items()):
            reaching = Coverage.objects.filter(
                symbol__in=symbols, timeframe="1Min", until__gte=min(unbroken_since, end - MINUTE), until__lt=end
            )
            reaching.update(until=end)


def _in_session(start: datetime) -> bool:
    session = session_today(start)
    return session is not None and session.contains(start)
