"""Reading positions and the bots' money."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import overload

from bots.models import Bot
from engine.core.money import booked
from marketdata.selectors import last_prices
from positions.models import BotResult, Position, Rename, Reservation
from positions.payloads import PositionPayload, Protection, SymbolRename

# One after the other, of one stock.
RENAMES_AT_MOST = 5
Prices = Mapping[str, tuple[Decimal, datetime]]


def symbol_now(symbol: str, at: datetime) -> str:
    """The symbol by which shares traded under `symbol` at a market time are known here by now.

    Only while nothing but the symbol changed; shares that were traded for others have other numbers, too.
    """
    for _ in range(RENAMES_AT_MOST):
        later = Rename.objects.filter(old=symbol, at__gte=at).order_by("at").first()
        if later is None or later.before != later.after:
            break
        symbol, at = later.new, later.at
    return symbol


def rename_payload(rename: Rename) -> SymbolRename:
    """JSON-ready; shares of the whole account."""
    return {
        "old": rename.old,
        "new": rename.new,
        "day": rename.day.isoformat(),
        "before": f"{rename.before.normalize():f}",
        "after": f"{rename.after.normalize():f}",
        "by": rename.by,
    }


@dataclass(frozen=True)
class BotMoney:
    """A bot's money in dollars: what it has earned, what its positions cost and are worth, what is set aside."""

    capital: Decimal
    realized: Decimal
    unrealized: Decimal
    cost: Decimal
    reserved: Decimal

    @property
    def room(self) -> Decimal:
        """What may still be spent: gains are not spent again, losses are."""
        return self.capital + min(Decimal(0), self.realized) - self.cost - self.reserved

    @property
    def result(self) -> Decimal:
        """What the bot has gained so far, realised or not."""
        return self.realized + self.unrealized


def bot_money(bot: Bot, prices: Prices, held: Sequence[Position] | None = None) -> BotMoney:
    """The bot's money at these prices; a symbol without a price is valued at its cost.

    held: the bot's open positions, where the caller has read them already
    """
    result = BotResult.objects.filter(bot=bot).first()
    held = list(Position.objects.held().filter(bot=bot)) if held is None else held
    reserved = Reservation.objects.filter(bot=bot).values_list("amount", flat=True)
    return BotMoney(
        capital=bot.capital,
        realized=result.realized_pnl if result else Decimal(0),
        unrealized=open_pnl(held, prices),
        cost=sum((position.cost for position in held), Decimal(0)),
        reserved=sum(reserved, Decimal(0)),
    )


def open_pnl(held: Iterable[Position], prices: Prices) -> Decimal:
    """What these positions would gain at these prices, dollars."""
    return sum((unrealized(position, prices) for position in held), Decimal(0))


def unrealized(position: Position, prices: Prices) -> Decimal:
    """What the shares held would gain at these prices, dollars."""
    price, _ = prices.get(position.symbol, (position.entry_price, None))
    return booked((price - position.entry_price) * position.quantity)


def position_payload(
    position: Position, prices: Prices | None, *, protection: Protection, closing: bool
) -> PositionPayload:
    """A position as the page gets it, JSON-ready; `prices` None looks the newest ones up."""
    if prices is None:
        prices = last_prices([position.symbol]) if position.is_open else {}
    price, at = prices.get(position.symbol, (None, None)) if position.is_open else (position.current_price, None)
    gain = unrealized(position, prices) if position.is_open and price is not None else None
    return {
        "id": position.pk,
        "bot": position.bot_id,
        "bot_name": position.bot.name,
        "symbol": position.symbol,
        "quantity": text(position.quantity),
        "entry_price": text(position.entry_price),
        "current_price": text(price),
        "price_at": at.isoformat() if at else None,
        "cost": text(booked(position.cost)),
        "market_value": text(booked(position.quantity * price)) if price is not None else None,
        "stop_loss_price": text(position.stop_loss_price),
        "take_profit_price": text(position.take_profit_price),
        "wanted_stop_price": text(position.wanted_stop_price),
        "wanted_target_price": text(position.wanted_target_price),
        "unrealized_pnl": text(gain),
        "unrealized_pnl_pct": text(ratio(gain, position.cost)),
        "realized_pnl": text(position.realized_pnl),
        "opened_at": position.opened_at.isoformat(),
        "closed_at": position.closed_at.isoformat() if position.closed_at else None,
        "is_open": position.is_open,
        "protection": protection if position.is_open else "closed",
        "closing": closing,
        "version": position.version,
    }


@overload
def text(number: Decimal) -> str: ...


@overload
def text(number: None) -> None: ...


def text(number: Decimal | None) -> str | None:
    """A decimal as JSON carries it: plain digits, no needless zeros."""
    return None if number is None else f"{number.normalize():f}"


def ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    if part is None or not whole:
        return None
    return booked(part / whole)


def win_rate(results: Iterable[BotResult]) -> Decimal | None:
    """Closed positions that gained, as a part of all closed ones; None while there are none."""
    rows = list(results)
    closed = sum(row.closed_positions for row in rows)
    return booked(Decimal(sum(row.won_positions for row in rows)) / closed) if closed else None
