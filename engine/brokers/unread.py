"""What the broker sends, row by row: a row that cannot be read is set aside, and the others are read."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.brokers.errors import BrokerUnavailable

log = logging.getLogger(__name__)

T = TypeVar("T")
LONGEST_RAW = 4_000


class Unreadable(BrokerUnavailable):
    """An answer, or a row of one, that is not what the broker's description says."""


@dataclass(frozen=True)
class UnreadRow:
    """A row that cannot be read.

    Attributes:
        kind: What the row should be, such as order or fill.
        key: What tells it from others of its kind.
        why: Why it cannot be read.
        raw: The row as JSON.
        symbol: The stock it is about, if it says so.
        order_id: The order it is about, if it says so.
    """

    kind: str
    key: str
    why: str
    raw: str
    symbol: str = ""
    order_id: str = ""

    @classmethod
    def of(cls, kind: str, raw: Any, why: str) -> "UnreadRow":
        """Describe a raw row that cannot be read.

        Args:
            kind: What the row should be.
            raw: The row as the broker sent it.
            why: Why it cannot be read.
        """
        text = json.dumps(raw, default=str, sort_keys=True)
        named = raw if isinstance(raw, dict) else {}
        order = named.get("order_id") if kind == "fill" else named.get("id") if kind == "order" else None
        symbol = named.get("symbol") or named.get("S")
        return cls(
            kind,
            _word(named.get("id")) or hashlib.sha256(text.encode()).hexdigest()[:32],
            why[:300],
            text[:LONGEST_RAW],
            symbol=_word(symbol)[:32],
            order_id=_word(order),
        )


class Rows(list[T]):
    """The rows of an answer that could be read; `unread` holds those that could not."""

    def __init__(self, rows: Iterable[T] = (), unread: Sequence[UnreadRow] = ()) -> None:
        super().__init__(rows)
        self.unread = tuple(unread)


# They hear of every row that could not be read, whoever had asked; they must not raise.
_listeners: list[Callable[[UnreadRow], None]] = []


def on_unread(listener: Callable[[UnreadRow], None]) -> None:
    """Call `listener` from now on with every row that cannot be read; it must not raise."""
    if listener not in _listeners:
        _listeners.append(listener)


def rows_read(kind: str, raws: Iterable[Any], read: Callable[[Any], T | None]) -> Rows[T]:
    """Read each row by itself; a row that cannot be read is set aside, and the listeners hear of it.

    Args:
        kind: What the rows are.
        raws: The rows as the broker sent them.
        read: Reads one row; it returns None to leave the row out, and raises Unreadable to set it aside.
    """
    rows: list[T] = []
    unread: list[UnreadRow] = []
    for raw in raws:
        try:
            row = read(raw)
        except Unreadable as wrong:
            unread.append(_tell(UnreadRow.of(kind, raw, str(wrong))))
            continue
        if row is not None:
            rows.append(row)
    return Rows(rows, unread)


def row_read(kind: str, raw: Any, read: Callable[[Any], T]) -> T:
    """Read a row that is an answer of its own.

    Raises:
        Unreadable: The row cannot be read; the listeners hear of it, too.
    """
    try:
        return read(raw)
    except Unreadable as wrong:
        _tell(UnreadRow.of(kind, raw, str(wrong)))
        raise


def field_read(kind: str, raw: Any, read: Callable[[], T]) -> T | None:
    """Read a field the rest of the row can do without; None where it cannot be read, of which the listeners hear."""
    try:
        return read()
    except Unreadable as wrong:
        _tell(UnreadRow.of(kind, raw, str(wrong)))
        return None


def _tell(row: UnreadRow) -> UnreadRow:
    for listener in _listeners:
        try:
            listener(row)
        except Exception:
            # The caller goes on with the rows that could be read.
            log.exception("a %s that cannot be read was not told: %s", row.kind, row.why)
    return row


def _word(value: Any) -> str:
    return value[:100] if isinstance(value, str) else ""
