"""What the broker lists of stocks that become others.

A name change is taken over by itself (`engine/live/symbol_change.py`); mergers and spin-offs are told, and a person
maps them with their rate, as whatever the broker does not list.
"""

import logging
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.brokers.port import Broker
from engine.brokers.values import RenameListed
from engine.core.schedule import NEW_YORK
from engine.live.steps import each, step
from engine.live.symbol_change import Change, symbols_in_use, take_over
from engine.services import is_due
from marketdata.clock import market_now, real_now
from notifications.selectors import alerts_standing
from notifications.services import alert_begin, alert_end
from positions.models import Position, Rename

log = logging.getLogger(__name__)

# Market time. What is listed may be processed days before anybody looks, or be mapped by a person days apart.
LOOK_BACK = timedelta(days=14)
# Real time, for a symbol the broker knows no shares of.
AGAIN_AFTER = timedelta(minutes=1)
ALERT = "rename"

_looked_on: date | None = None
# What people would be told if it were found again: the broker's answers lag behind each other.
_doubted: set[tuple[str, str]] = set()


def renames_collect(broker: Broker, only: str | None = None) -> None:
    """Take over what is listed of the symbols in use, or of one; tell what only a person can. Raises BrokerError."""
    symbols = symbols_in_use() if only is None else {only}
    if not symbols:
        return
    today = market_now().astimezone(NEW_YORK).date()
    listed = [row for row in broker.renames_listed(today - LOOK_BACK, today, symbols) if not _is_done(row)]
    each(listed, lambda row: _follow(row, broker))
    if only is None:
        left = symbols_in_use()
        going_on = {_key(row) for row in listed if row.old in left and not _is_done(row)}
        for key in alerts_standing(ALERT) - going_on:
            alert_end(kind=ALERT, key=key, words=f"{key.split(' ')[0]} is settled, or not in use any more")


def renames_look(day: date) -> bool:
    """Look before the first tick of a session; whether that was done now, so that bots may trade other symbols."""
    global _looked_on
    if _looked_on == day:
        return False
    step(renames_collect, broker_connect())
    _looked_on = day
    return True


def looks_renamed(symbol: str, broker: Broker) -> bool:
    """The broker has no shares of a symbol that is held: whether nothing is held under it any more, for a new one."""
    if is_due(f"renames {symbol}", now=real_now(), every=AGAIN_AFTER):
        step(renames_collect, broker, symbol)
    return not Position.objects.held().filter(symbol=symbol).exists()


def symbol_trouble(symbol: str, broker: Broker) -> str:
    """What the broker says of a symbol it has no free shares of, empty where it trades, or that is not told."""
    try:
        asset = broker.asset(symbol)
    except BrokerError as error:
        log.info("%s: the asset is not told (%s)", symbol, error)
        return ""
    if asset is None:
        return f"the broker knows no {symbol}; where it has another symbol, map it: manage.py rename {symbol} NEW"
    return "" if asset.tradable else f"{symbol} is not tradable"


def forget() -> None:
    """As at the start of the process; for a broker that was replaced."""
    global _looked_on
    _looked_on = None
    _doubted.clear()


def _is_done(row: RenameListed) -> bool:
    """It was taken over, by itself or by a person, who may have been days apart."""
    near = (row.day - LOOK_BACK, row.day + LOOK_BACK)
    return Rename.objects.filter(old=row.old, new=row.new, day__range=near).exists()


def _follow(row: RenameListed, broker: Broker) -> None:
    if row.kind != "name_change":
        _tell(row, _words(row), "warning")
        return
    trouble = take_over(Change(row.old, row.new, row.day), broker)
    if not trouble:
        alert_end(kind=ALERT, key=_key(row), words=f"{row.old} is {row.new} here, too")
    elif (_key(row), trouble) in _doubted:
        map_it = f"what is right can be mapped: manage.py rename {row.old} {row.new}"
        _tell(row, f"{row.old} is {row.new} since {row.day}, but cannot be taken over: {trouble}; {map_it}", "error")
    else:
        _doubted.add((_key(row), trouble))


def _words(row: RenameListed) -> str:
    """A merger or a spin-off, for people."""
    rate = f"{(Decimal(row.ratio.numerator) / row.ratio.denominator).normalize():.9g}"
    paid = f"{row.cash.normalize():f} dollars" if row.cash else ""
    said = f"the broker lists a {row.kind.replace('_', ' ')} of {row.old} on {row.day}"
    if row.kind == "spin_off":
        return f"{said}: {rate} {row.new} for each share. {row.old} stays what it is; the new shares are no bot's"
    if not row.new:
        return f"{said}: {paid} for each share. What is held of it cannot be sold once it is gone; close it before"
    for_each = " and ".join(part for part in (f"{rate} {row.new}", paid) if part)
    ratio = f"{row.ratio.numerator}/{row.ratio.denominator}"
    how = f"once the account has them: manage.py rename {row.old} {row.new} --ratio {ratio}"
    return f"{said}: {for_each} for each share. Nothing is guessed; {how}. Cash is not in the bots' books"


def _key(row: RenameListed) -> str:
    return f"{row.old} {row.new} {row.day}"


def _tell(row: RenameListed, words: str, level: str) -> None:
    with transaction.atomic():
        alert_begin(kind=ALERT, key=_key(row), words=words, level=level, symbol=row.old)
