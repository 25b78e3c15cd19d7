"""Trades as CSV, in pieces: nobody waits for the last trade before the first one arrives."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from trades.models import Trade
from trades.selectors import trade_payload

COLUMNS = (
    "id",
    "timestamp",
    "bot",
    "bot_name",
    "symbol",
    "type",
    "role",
    "status",
    "quantity",
    "filled_quantity",
    "price",
    "decision_price",
    "stop_price",
    "limit_price",
    "profit_loss",
    "commission",
    "slippage",
    "reason",
    "cause",
    "order_id",
    "client_order_id",
)
TEXTS = ("bot_name", "symbol", "reason", "order_id", "client_order_id")
# What a spreadsheet would read as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def trades_csv(pages: Callable[[], Iterator[Sequence[Trade]]]) -> Iterator[str]:
    """The header, then each page of trades as lines."""
    yield _lines([COLUMNS])
    for page in pages():
        yield _lines([_cells(trade) for trade in page])


def _cells(trade: Trade) -> list[Any]:
    payload: Mapping[str, Any] = trade_payload(trade)
    return [_harmless(payload[column]) if column in TEXTS else payload[column] for column in COLUMNS]


def _harmless(text: str | None) -> str | None:
    return f"'{text}" if text and text.startswith(FORMULA) else text


def _lines(rows: Any) -> str:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
