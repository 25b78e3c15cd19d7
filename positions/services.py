"""Booking fills into positions, cash and reservations; every function runs inside the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from django.db.models import F

from bots.models import Bot
from engine.core.money import BOOKED, CENT, SHARE, booked, whole
from engine.core.types import Role
from positions.models import BotResult, CashEntry, EquityMark, Position, Reservation, ShareChange


class NotHeld(Exception):
    """A bot sold more than it holds: a fill before this one has not been booked."""


class ConcurrentBooking(Exception):
    """Somebody else changed the position meanwhile; the transaction is given up and the fill booked again later."""


@dataclass(frozen=True)
class BookedFill:
    """What a fill did: the position after it and, for a sale, the result in dollars."""

    position: Position
    profit_loss: Decimal | None


def position_buy(
    *,
    bot: Bot,
    symbol: str,
    quantity: Decimal,
    price: Decimal,
    at: datetime,
    activity_id: str,
    stop_price: Decimal | None,
    target_price: Decimal | None,
) -> BookedFill:
    """Add bought shares to a position at average cost, or open one.

    Args:
        bot: The bot.
        symbol: The stock.
        quantity: Shares bought.
        price: Dollars a share.
        at: Market time of the fill.
        activity_id: The broker's id of the fill.
        stop_price: The stop of a position that is opened, in dollars.
        target_price: The target of a position that is opened, in dollars.

    Raises:
        ConcurrentBooking: Somebody else changed the position meanwhile.
    """
    position = Position.objects.filter(bot=bot, symbol=symbol, is_open=True).first()
    if position is None:
        position = Position.objects.create(
            bot=bot,
            symbol=symbol,
            quantity=quantity,
            entry_price=booked(price),
            current_price=price,
            stop_loss_price=stop_price,
            take_profit_price=target_price,
            opened_at=at,
        )
    else:
        total = position.quantity + quantity
        average = booked((position.cost + quantity * price) / total)
        _change(position, quantity=total, entry_price=average, current_price=price)
    _cash(bot, activity_id, -quantity * price, at)
    return BookedFill(position, None)


def position_sell(
    *, bot: Bot, symbol: str, quantity: Decimal, price: Decimal, at: datetime, activity_id: str, commission: Decimal
) -> BookedFill:
    """Take sold shares out of a position; the result is against the average cost, net of commission.

    Args:
        bot: The bot.
        symbol: The stock.
        quantity: Shares sold.
        price: Dollars a share.
        at: Market time of the fill.
        activity_id: The broker's id of the fill.
        commission: Dollars.

    Raises:
        NotHeld: The bot holds fewer shares.
        ConcurrentBooking: Somebody else changed the position or the books meanwhile.
    """
    position = Position.objects.filter(bot=bot, symbol=symbol, is_open=True).first()
    if position is None or position.quantity < quantity:
        held = position.quantity if position else 0
        raise NotHeld(f"{bot} sold {quantity} {symbol} but holds {held}")
    profit = booked((price - position.entry_price) * quantity - commission)
    left = position.quantity - quantity
    _change(
        position,
        quantity=left,
        current_price=price,
        realized_pnl=booked(position.realized_pnl + profit),
        is_open=left > 0,
        closed_at=at if left == 0 else None,
        unrealized_pnl=booked((price - position.entry_price) * left),
    )
    _cash(bot, activity_id, quantity * price - commission, at)
    _result_add(bot, profit, closed=left == 0, won=left == 0 and position.realized_pnl > 0)
    return BookedFill(position, profit)


def cash_book(*, bot: Bot, position: Position | None, activity_id: str, amount: Decimal, at: datetime) -> None:
    """Book money that came or went without a trade as a part of the bot's result, and of its position's.

    Args:
        bot: The bot.
        position: The position the money is for, if it is for one.
        activity_id: The broker's id of the activity.
        amount: Dollars, negative where they go.
        at: When the broker booked it, perhaps days ago; the equity noted since then becomes what it would have been.

    Raises:
        ConcurrentBooking: Somebody else changed the position or the books meanwhile.
    """
    won = 0
    if position is not None:
        result = booked(position.realized_pnl + amount)
        won = 0 if position.is_open else (result > 0) - (position.realized_pnl > 0)
        _change(position, realized_pnl=result)
    _cash(bot, activity_id, amount, at)
    _result_add(bot, amount, won=won)
    EquityMark.objects.filter(bot=bot, at__gte=at).update(result=F("result") + amount)


def position_note_close(position: Position, close: Decimal, bar_end: datetime) -> None:
    """Raise the highest close since the entry, in dollars, from which a trailing stop is measured."""
    if bar_end > position.opened_at and (position.highest_close is None or close > position.highest_close):
        Position.objects.filter(pk=position.pk).update(highest_close=close)
        position.highest_close = close


def position_mark_closing(*, bot: Bot, symbol: str) -> None:
    """Mark a position whose exit is being decided: whoever is just placing a stop is done, or finds it changed."""
    Position.objects.filter(bot=bot, symbol=symbol, is_open=True).update(version=F("version") + 1)


def position_leg_moved(*, bot: Bot, symbol: str, role: str, price: Decimal) -> None:
    """Note that the stop or target that rests at the broker is at another price now, in dollars."""
    name = "stop_loss_price" if role == Role.STOP else "take_profit_price"
    Position.objects.filter(bot=bot, symbol=symbol, is_open=True).update(**{name: price, "version": F("version") + 1})


def position_levels_want(
    position: Position, *, stop: Decimal | None, target: Decimal | None, by: str, at: datetime
) -> None:
    """Note where a person wants stop and target to rest, in dollars; None leaves what was wanted before.

    Args:
        position: The position.
        stop: Where the stop is to rest.
        target: Where the target is to rest.
        by: The name of the person.
        at: Real time of the request.
    """
    wanted = {"wanted_stop_price": stop, "wanted_target_price": target}
    changes = {name: price for name, price in wanted.items() if price is not None}
    held = Position.objects.filter(pk=position.pk, is_open=True)
    held.update(**changes, wanted_by=by[:150], wanted_at=at, version=F("version") + 1)
    position.refresh_from_db()


def position_level_settled(position: Position, role: str, price: Decimal) -> bool:
    """Note that nobody waits any more for the stop or target to be moved to `price`; False when that was noted."""
    name = "wanted_stop_price" if role == Role.STOP else "wanted_target_price"
    waiting = Position.objects.filter(pk=position.pk, **{name: price})
    return bool(waiting.update(**{name: None, "version": F("version") + 1}))


@dataclass(frozen=True)
class FractionPaid:
    """The part of a share that is paid in cash.

    Attributes:
        paid: The part of a share that the position gives up.
        account: The part of a share that the whole account gives up.
        since: The time since which the position holds other shares.
    """

    paid: Decimal
    account: Decimal
    since: datetime


def position_split(position: Position, *, ratio: Fraction, quantity: Decimal, fraction: FractionPaid) -> None:
    """Turn a position's shares into new ones and divide every price by the ratio.

    Legs are rounded to the safe side of a cent. The cost of the fraction given up is a loss until the cash for it
    comes, as it is for the account.

    Args:
        position: The position.
        ratio: New shares for each old one.
        quantity: The new shares held.
        fraction: The part of a share that is paid in cash.

    Raises:
        ConcurrentBooking: Somebody else changed the position or the books meanwhile.
    """
    before = position.quantity
    prices = {
        name: _parted(getattr(position, name), ratio, places, rounding)
        for name, places, rounding in (
            ("entry_price", BOOKED, ROUND_HALF_EVEN),
            ("current_price", BOOKED, ROUND_HALF_EVEN),
            ("highest_close", BOOKED, ROUND_HALF_EVEN),
            ("stop_loss_price", CENT, ROUND_FLOOR),
            ("take_profit_price", CENT, ROUND_CEILING),
            ("wanted_stop_price", CENT, ROUND_FLOOR),
            ("wanted_target_price", CENT, ROUND_CEILING),
        )
    }
    _change(position, quantity=quantity, **prices)
    cost = booked(fraction.paid * position.entry_price)
    ShareChange.objects.create(
        position=position,
        before=before,
        after=quantity,
        paid=fraction.paid,
        account_paid=max(fraction.paid, fraction.account),
        cost=cost,
        at=fraction.since,
    )
    if cost:
        _change(position, realized_pnl=booked(position.realized_pnl - cost))
        _result_add(position.bot, -cost)


def position_rename(
    position: Position, *, symbol: str, ratio: Fraction, quantity: Decimal, fraction: FractionPaid
) -> None:
    """Turn a position into the same one under another symbol.

    Args:
        position: The position.
        symbol: The new symbol.
        ratio: New shares for each old one.
        quantity: The new shares held.
        fraction: The part of a share that is paid in cash.

    Raises:
        ConcurrentBooking: Somebody else changed the position or the books meanwhile.
    """
    if ratio != 1:
        position_split(position, ratio=ratio, quantity=quantity, fraction=fraction)
    _change(position, symbol=symbol)


def shares_parted(old: Decimal, ratio: Fraction, rest: Decimal) -> tuple[Decimal, Decimal]:
    """Return what old shares become, and the part of one new share that is paid in cash.

    Args:
        old: Old shares.
        ratio: New shares for each old one.
        rest: The most of one share that may be paid in cash.
    """
    quantity = (old * ratio.numerator / ratio.denominator).quantize(SHARE)
    paid = min(quantity - whole(quantity), max(rest, Decimal(0))) if quantity >= 1 else Decimal(0)
    return quantity - paid, paid


def _parted(number: Decimal | None, ratio: Fraction, step: Decimal, rounding: str) -> Decimal | None:
    if number is None:
        return None
    return (number * ratio.denominator / ratio.numerator).quantize(step, rounding)


def reservation_make(*, bot: Bot, client_order_id: str, amount: Decimal) -> None:
    """Set dollars aside for an order."""
    Reservation.objects.create(bot=bot, client_order_id=client_order_id, amount=booked(amount))


def reservation_set(*, client_order_id: str, amount: Decimal) -> None:
    """Set the dollars an order may still spend; with nothing left, release the reservation."""
    held = Reservation.objects.filter(client_order_id=client_order_id)
    if amount > 0:
        held.update(amount=booked(amount))
    else:
        held.delete()


def _change(position: Position, **values: object) -> None:
    seen = position.version
    changed = Position.objects.filter(pk=position.pk, version=seen).update(version=seen + 1, **values)
    if changed != 1:
        raise ConcurrentBooking(f"position {position.pk} was changed meanwhile")
    position.refresh_from_db()


def _cash(bot: Bot, activity_id: str, amount: Decimal, at: datetime) -> None:
    CashEntry.objects.create(bot=bot, activity_id=activity_id, amount=booked(amount), at=at)


def _result_add(bot: Bot, profit: Decimal, *, closed: bool = False, won: int = 0) -> None:
    """Add a profit in dollars and closed positions to the bot's result.

    Args:
        bot: The bot.
        profit: Dollars, negative for a loss.
        closed: Whether a position was closed.
        won: How many more (or fewer) positions were closed with a gain.
    """
    result, _ = BotResult.objects.get_or_create(bot=bot)
    changed = BotResult.objects.filter(pk=result.pk, realized_pnl=result.realized_pnl).update(
        realized_pnl=booked(result.realized_pnl + profit),
        closed_positions=result.closed_positions + closed,
        won_positions=result.won_positions + won,
    )
    if changed != 1:
        raise ConcurrentBooking(f"the result of {bot} was changed meanwhile")
