"""What people trade beside the bots, kept so that all shares add up, and booked to a bot where the shares were its."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from bots.models import Bot
from engine.brokers.values import Fill
from engine.core.money import booked
from engine.core.orders import OrderState
from engine.core.types import Role
from notifications.services import alert_raise
from positions.selectors import symbol_now
from positions.services import NotHeld
from trades.booking import fill_book
from trades.models import IN_CASH, ForeignFill, Trade


def fill_book_foreign(fill: Fill) -> bool:
    """Keep a fill that no bot ordered. False when it was known."""
    with transaction.atomic():
        _, made = ForeignFill.objects.get_or_create(
            activity_id=fill.id,
            defaults={
                "order_id": fill.order_id,
                # It may be told after its stock has got another symbol.
                "symbol": symbol_now(fill.symbol, fill.at),
                "side": fill.side,
                "quantity": fill.quantity,
                "price": booked(fill.price),
                "at": fill.at,
            },
        )
        if made:
            message = f"{fill.side} {fill.quantity.normalize():f} {fill.symbol} was not ordered by a bot"
            alert_raise("info", message, symbol=fill.symbol)
    return made


def shares_by_hand_change(
    *, symbol: str, quantity: Decimal, activity_id: str, at: datetime, paid: Decimal = Decimal(0)
) -> None:
    """Shares that no bot holds became more (or fewer, negative) without any being traded; at no price, so no sale.

    paid: the part of a share among those given up that is paid in cash
    """
    for change, name, order_id in ((quantity + paid, activity_id, ""), (-paid, f"{activity_id} {IN_CASH}", IN_CASH)):
        if change:
            ForeignFill.objects.create(
                activity_id=name,
                order_id=order_id,
                symbol=symbol,
                side="buy" if change > 0 else "sell",
                quantity=abs(change),
                price=Decimal(0),
                at=at,
            )


def sale_by_hand_assign(*, order_id: str, bot: Bot, by: str) -> Trade:
    """A person sold this bot's shares at the broker: book that sale to the bot, as an order of its own.

    Raises NotHeld when the bot does not hold that many; then nothing changes.
    """
    with transaction.atomic():
        fills = list(ForeignFill.objects.filter(order_id=order_id, side="sell", price__gt=0).order_by("at", "id"))
        if not fills:
            raise NotHeld(f"no sale by hand has the order {order_id}")
        trade = Trade.objects.create(
            bot=bot,
            version=bot.versions.first(),
            symbol=fills[0].symbol,
            type="sell",
            role=Role.EXIT,
            quantity=sum((fill.quantity for fill in fills), Decimal(0)),
            timestamp=fills[0].at,
            # Unlike a working exit of the bot's own, which may be waiting for these very shares.
            state=OrderState.FILLED,
            client_order_id=f"by-hand-{order_id}",
            order_id=order_id,
            reason=f"sold at the broker by hand; booked to the bot by {by}",
        )
        ForeignFill.objects.filter(pk__in=[fill.pk for fill in fills]).delete()
        for row in fills:
            fill = Fill(row.activity_id, order_id, row.symbol, row.side, row.quantity, row.price, Decimal(0), row.at)
            fill_book(fill, {row.symbol: (row.price, row.at)})
    return trade
