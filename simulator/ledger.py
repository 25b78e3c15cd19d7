"""Cash, positions and fills: everything that follows from what was executed."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.core.matching import Side
from simulator.cash import CashBooking
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
class SplitBooking:
    """A stock split as it met a position: `new_rate` shares for each `old_rate`; shares before and after, signed."""

    id: str
    symbol: str
    at: datetime
    old_rate: int
    new_rate: int
    before: Decimal
    after: Decimal

    @property
    def activity_id(self) -> str:
        return f"{self.at.astimezone(NEW_YORK):%Y%m%d}000000000::{self.id}"

    def to_record(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat(), "before": str(self.before), "after": str(self.after)}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "SplitBooking":
        numbers = {name: Decimal(record[name]) for name in ("before", "after")}
        return cls(**(record | numbers | {"at": datetime.fromisoformat(record["at"])}))


@dataclass(frozen=True, slots=True)
class Holding:
    """Shares held, negative when sold short, and what they cost in dollars (same sign), at average cost."""

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
        self.splits: list[SplitBooking] = []
        self.moves: list[CashBooking] = []

    def held(self, symbol: str) -> Decimal:
        holding = self.holdings.get(symbol)
        return holding.qty if holding else Decimal(0)

    def book(self, fill: Fill) -> None:
        """Book an execution; one that would turn a position over is not ours to see, orders never do."""
        self.fills.append(fill)
        signed = fill.qty if fill.side == "buy" else -fill.qty
        self.cash -= signed * fill.price
        holding = self.holdings.get(fill.symbol) or Holding(fill.symbol, Decimal(0), Decimal(0))
        if holding.qty * signed >= 0:
            holding = replace(holding, qty=holding.qty + signed, cost=holding.cost + signed * fill.price)
        else:
            left = holding.qty + signed
            holding = replace(holding, qty=left, cost=holding.average * left)
        if holding.qty:
            self.holdings[fill.symbol] = holding
        else:
            self.holdings.pop(fill.symbol, None)

    def move_cash(self, booking: CashBooking) -> None:
        """One that is cancelled takes the place of what it was."""
        if booking.canceled:
            self.moves = [booking if move.id == booking.id else move for move in self.moves]
            self.cash -= booking.amount
        else:
            self.moves.append(booking)
            self.cash += booking.amount

    def rename(self, old: str, new: str) -> None:
        if old in self.holdings:
            self.holdings[new] = replace(self.holdings.pop(old), symbol=new)

    def split(self, booking: SplitBooking) -> None:
        """More or fewer shares for the same money."""
        self.splits.append(booking)
        self.holdings[booking.symbol] = replace(self.holdings[booking.symbol], qty=booking.after)


def split_json(booking: SplitBooking) -> dict[str, Any]:
    """The SPLIT activity."""
    return {
        "id": booking.activity_id,
        "activity_type": "SPLIT",
        "date": booking.at.astimezone(NEW_YORK).date().isoformat(),
        "net_amount": "0",
        "symbol": booking.symbol,
        "qty": decimal_text(booking.after - booking.before),
        "per_share_amount": "0",
        "status": "executed",
        "created_at": time_text(booking.at),
        "currency": "USD",
    }


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
