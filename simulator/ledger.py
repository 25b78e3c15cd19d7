"""Cash, positions and fills: everything that follows from what was executed."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.core.matching import Side
from simulator.sessions import NEW_YORK
from simulator.text import decimal_text, time_text

STARTING_CASH = Decimal(100_000)


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution; `price` in dollars, `qty`, `cum_qty` and `leaves_qty` in shares."""

    id: str
    order_id: str
    symbol: str
    side: Side
    qty: Decimal
    price: Decimal
    at: datetime
    cum_qty: Decimal
    leaves_qty: Decimal

    @property
    def activity_id(self) -> str:
        local = self.at.astimezone(NEW_YORK)
        return f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}::{self.id}"

    def to_record(self) -> dict[str, str]:
        return {name: value.isoformat() if isinstance(value, datetime) else str(value) for name, value in self._items()}

    def _items(self) -> list[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name in self.__slots__]

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Fill":
        numbers = {name: Decimal(record[name]) for name in ("qty", "price", "cum_qty", "leaves_qty")}
        return cls(**(record | numbers | {"at": datetime.fromisoformat(record["at"])}))


@dataclass(frozen=True, slots=True)
class Holding:
    """Shares held and what they cost in dollars, at average cost."""

    symbol: str
    qty: Decimal
    cost: Decimal

    @property
    def average(self) -> Decimal:
        return self.cost / self.qty


class Ledger:
    def __init__(self) -> None:
        self.cash = STARTING_CASH
        self.last_equity = STARTING_CASH
        self.holdings: dict[str, Holding] = {}
        self.fills: list[Fill] = []

    def held(self, symbol: str) -> Decimal:
        holding = self.holdings.get(symbol)
        return holding.qty if holding else Decimal(0)

    def book(self, fill: Fill) -> None:
        self.fills.append(fill)
        value = fill.qty * fill.price
        holding = self.holdings.get(fill.symbol) or Holding(fill.symbol, Decimal(0), Decimal(0))
        if fill.side == "buy":
            self.cash -= value
            holding = replace(holding, qty=holding.qty + fill.qty, cost=holding.cost + value)
        else:
            self.cash += value
            left = holding.qty - fill.qty
            holding = replace(holding, qty=left, cost=holding.average * left)
        if holding.qty:
            self.holdings[fill.symbol] = holding
        else:
            self.holdings.pop(fill.symbol, None)


def fill_json(fill: Fill) -> dict[str, Any]:
    """The FILL activity."""
    done = not fill.leaves_qty
    return {
        "id": fill.activity_id,
        "activity_type": "FILL",
        "transaction_time": time_text(fill.at),
        "type": "fill" if done else "partial_fill",
        "price": decimal_text(fill.price),
        "qty": decimal_text(fill.qty),
        "side": fill.side,
        "symbol": fill.symbol,
        "leaves_qty": decimal_text(fill.leaves_qty),
        "order_id": fill.order_id,
        "cum_qty": decimal_text(fill.cum_qty),
        "order_status": "filled" if done else "partially_filled",
    }
