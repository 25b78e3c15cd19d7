"""What the broker sends and nobody here can read: kept as it came, and told once."""

import threading
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from engine.brokers.unread import UnreadRow as Unread
from engine.models import UnreadRow
from marketdata.clock import real_now
from notifications.selectors import alerts_standing
from notifications.services import alert_end, alert_raise
from trades.booking import ORDER_SIZE
from trades.models import Trade

# Real time. A row that is sent again and again is looked up no more often.
NOTED_EVERY = timedelta(minutes=1)
# More are kept in the log only: a broker that speaks another language is told of by its first rows.
KEPT_AT_MOST = 2_000

_noted: dict[tuple[str, str], datetime] = {}
_lock = threading.Lock()


def unread_keep(row: Unread) -> None:
    """Keep a row that cannot be read and tell people of it, both once. Raises DatabaseError."""
    now = real_now()
    with _lock:
        noted = _noted.get((row.kind, row.key))
        if noted is not None and timedelta() <= now - noted < NOTED_EVERY:
            return
        _noted[row.kind, row.key] = now
    if UnreadRow.objects.filter(kind=row.kind, key=row.key).update(last_seen=now, why=_plain(row.why)):
        return
    if UnreadRow.objects.count() >= KEPT_AT_MOST:
        return
    try:
        with transaction.atomic():
            UnreadRow.objects.create(
                kind=row.kind,
                key=_plain(row.key),
                why=_plain(row.why),
                raw=_plain(row.raw),
                symbol=_plain(row.symbol),
                order_id=_plain(row.order_id),
                first_seen=now,
                last_seen=now,
            )
            alert_raise(*_words(row), symbol=_plain(row.symbol) or None)
    except IntegrityError:
        # Another process keeps it at the same moment.
        return


def order_sizes_settled() -> None:
    """End what was told of orders of another size than ours, where the order is over."""
    if standing := alerts_standing(ORDER_SIZE):
        going_on = Trade.objects.filter(client_order_id__in=standing).unfinished()
        for key in standing - set(going_on.values_list("client_order_id", flat=True)):
            alert_end(
                kind=ORDER_SIZE,
                key=key,
                words="the broker tells of as many shares as were ordered, or the order is over",
            )


def unread_forget() -> None:
    """As at the start of the process."""
    _noted.clear()


def _words(row: Unread) -> tuple[str, str]:
    """How bad it is, and the sentence."""
    about = f" of {row.symbol}" if row.symbol else ""
    what = f"the broker sent a {row.kind}{about} that cannot be read ({row.why}); it is kept under Unread rows"
    if row.order_id and Trade.objects.filter(order_id=row.order_id).exists():
        return "error", f"{what}. It is about an order of a bot: look at the position at the broker"
    return "warning", f"{what}. Everything else goes on"


def _plain(text: str) -> str:
    """PostgreSQL stores no NUL."""
    return text.replace("\x00", "")
