"""Taking over what the broker says of orders, and booking their fills."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from engine.brokers.errors import BrokerUnavailable
from engine.brokers.values import BrokerOrder, Fill
from engine.core.money import booked, dollars
from engine.core.orders import AT_BROKER, WORKING, OrderState, Progress, merge, public_status
from engine.core.types import Role
from events.services import event_publish
from notifications.services import alert_begin, alert_raise
from positions.models import Reservation
from positions.selectors import Prices
from positions.services import (
    position_buy,
    position_leg_moved,
    position_sell,
    reservation_make,
    reservation_set,
)
from trades.models import Execution, Trade
from trades.selectors import position_view, trade_payload
from trades.trail import trail

ORDER_SIZE = "order size"


class NotOrdered(BrokerUnavailable):
    """The broker tells of more shares than we ordered."""


def trade_observe(trade: Trade, order: BrokerOrder) -> Trade:
    """Take over what the broker says of an order and its legs; told twice or late, it changes nothing.

    Raises:
        NotOrdered: The broker tells of more shares than we ordered; people are told, too.
    """
    if order.quantity > trade.quantity and order.replaces is None:
        shares = (
            f"{trade.quantity.normalize():f} shares were ordered, the broker tells of {order.quantity.normalize():f}"
        )
        message = f"{trade.bot.name}: {trade.type} {trade.symbol}: {shares}; nothing of that is taken over"
        alert_begin(kind=ORDER_SIZE, key=trade.client_order_id, words=message, bot=trade.bot_id, symbol=trade.symbol)
        raise NotOrdered(message)
    with transaction.atomic():
        trade.refresh_from_db()
        _observe(trade, order)
        for leg in order.legs:
            role = Role.TARGET if leg.kind == "limit" else Role.STOP
            row = Trade.objects.filter(order_id=leg.id).first() or trade.legs.filter(role=role, order_id=None).first()
            if row is not None:
                _observe(row, leg)
    return trade


def trade_record_replacement(trade: Trade, order: BrokerOrder, replacement: BrokerOrder) -> Trade | None:
    """Record that a stop or target was moved at the broker after a part of it was filled.

    Args:
        trade: The stop or target.
        order: The order that was filled in part.
        replacement: The order that rests for what was left.

    Returns:
        The order of what was left, which may have been moved on since: its client_order_id stays. None where the
        replacement has no price to rest at.
    """
    price = replacement.stop_price if trade.role == Role.STOP else replacement.limit_price
    if not price:
        return None
    with transaction.atomic():
        trade.refresh_from_db()
        row, made = Trade.objects.get_or_create(
            client_order_id=replacement.client_order_id,
            defaults={
                "bot": trade.bot,
                "version": trade.version,
                "tick": trade.tick,
                "parent": trade.parent,
                "symbol": trade.symbol,
                "type": trade.type,
                "role": trade.role,
                "quantity": replacement.quantity,
                "decision_price": price,
                "stop_price": replacement.stop_price,
                "limit_price": replacement.limit_price,
                "timestamp": replacement.submitted_at or trade.timestamp,
                "state": OrderState.OPEN,
                "order_id": replacement.id,
                "reason": trade.reason,
                "cause": trade.cause,
            },
        )
        if made:
            _moved(row, price)
        _observe(row, replacement)
        _observe(trade, order, is_replaced=True)
    return row


def _observe(trade: Trade, order: BrokerOrder, *, is_replaced: bool = False) -> None:
    state = order.state
    if order.is_replaced and order.replaced_by and trade.role in (Role.STOP, Role.TARGET) and not is_replaced:
        # A person has moved the leg at the broker: it rests there under another id, which the next question tells.
        if not order.filled:
            Trade.objects.filter(pk=trade.pk, order_id=order.id).update(order_id=order.replaced_by)
            trade.refresh_from_db()
            return
        # Its fills are this order's, which goes on working until its replacement has a row of its own.
        state = OrderState.PARTIAL
    _take_terms(trade, order)
    told = Progress(state, order.filled)
    known = Progress(OrderState(trade.state), trade.filled_quantity)
    now = merge(known, told)
    if now == known and trade.order_id == order.id:
        return
    _revive(trade, known.state, now.state)
    trade.state, trade.filled_quantity = now.state, now.filled
    trade.status = public_status(now.state, now.filled)
    if trade.order_id is None and order.client_order_id:
        trade.client_order_id = order.client_order_id
    trade.order_id = order.id
    trade.not_found = 0
    trade.save(
        update_fields=[
            "state", "filled_quantity", "status", "order_id", "client_order_id", "not_found", "revived", "updated_at"
        ]
    )  # fmt: skip
    trail(trade, f"the broker says {order.status}, {order.filled.normalize():f} filled", broker_order=order.id)
    _reserve_rest(trade)
    if now.state == OrderState.REJECTED and known.state != OrderState.REJECTED:
        message = f"{trade.bot.name}: {trade.type} {trade.symbol} was rejected at the broker"
        alert_raise("warning", message, bot=trade.bot_id, symbol=trade.symbol)


def _take_terms(trade: Trade, order: BrokerOrder) -> None:
    """Take over the price and size of the order that took a stop's or target's place."""
    name, price = ("stop_price", order.stop_price) if trade.role == Role.STOP else ("limit_price", order.limit_price)
    if order.replaces is None or trade.role not in (Role.STOP, Role.TARGET) or order.id != trade.order_id:
        return
    if not price or price <= 0:
        return
    changed = {name: price, "quantity": order.quantity or trade.quantity}
    if all(getattr(trade, field) == value for field, value in changed.items()):
        return
    Trade.objects.filter(pk=trade.pk).update(**changed)
    trade.refresh_from_db()
    _moved(trade, price)


def _moved(trade: Trade, price: Decimal) -> None:
    position_leg_moved(bot=trade.bot, symbol=trade.symbol, role=trade.role, price=price)
    what = "stop" if trade.role == Role.STOP else "target"
    message = f"{trade.bot.name}: the {what} of {trade.symbol} was moved at the broker to {dollars(price)}"
    alert_raise("info", message, bot=trade.bot_id, symbol=trade.symbol)


def fill_book(fill: Fill, prices: Prices) -> Trade | None:
    """Book a fill once.

    Args:
        fill: The fill.
        prices: The newest prices, for the page, read before the transaction begins.

    Returns:
        The order; None when the fill was booked before, or belongs to no order of ours.

    Raises:
        NotOrdered: The fill is of more shares than we ordered.
        NotHeld: A fill before this one has not been booked.
        ConcurrentBooking: Somebody else changed the position meanwhile.
    """
    with transaction.atomic():
        if Execution.objects.filter(activity_id=fill.id).exists():
            return None
        trade = Trade.objects.select_related("bot").filter(order_id=fill.order_id).first()
        if trade is None:
            return None
        booked_so_far = sum(trade.executions.values_list("quantity", flat=True), Decimal(0))
        if booked_so_far + fill.quantity > trade.quantity:
            raise NotOrdered(f"{trade.client_order_id} is of {trade.quantity} shares, {booked_so_far} of them booked")
        if trade.type == "buy":
            result = position_buy(
                bot=trade.bot,
                symbol=trade.symbol,
                quantity=fill.quantity,
                price=fill.price,
                at=fill.at,
                activity_id=fill.id,
                stop_price=trade.stop_price,
                target_price=trade.limit_price,
            )
        else:
            result = position_sell(
                bot=trade.bot,
                symbol=trade.symbol,
                quantity=fill.quantity,
                price=fill.price,
                at=fill.at,
                activity_id=fill.id,
                commission=Decimal(0),
            )
        Execution.objects.create(
            trade=trade,
            activity_id=fill.id,
            quantity=fill.quantity,
            price=booked(fill.price),
            profit_loss=result.profit_loss,
            at=fill.at,
        )
        _add_up(trade, fill.at)
        trail(trade, f"filled {fill.quantity.normalize():f} at {fill.price.normalize():f}", activity=fill.id)
        event_publish("trade_executed", trade_payload(trade))
        event_publish("position_updated", position_view(result.position, prices))
    return trade


def _add_up(trade: Trade, at: datetime) -> None:
    rows = list(trade.executions.all())
    total = sum((row.quantity for row in rows), Decimal(0))
    spent = sum((row.quantity * row.price for row in rows), Decimal(0))
    reached = OrderState.FILLED if total >= trade.quantity else OrderState.PARTIAL
    now = merge(Progress(OrderState(trade.state), trade.filled_quantity), Progress(reached, total))
    _revive(trade, OrderState(trade.state), now.state)
    trade.booked_quantity = total
    trade.price = booked(spent / total)
    trade.state, trade.filled_quantity = now.state, now.filled
    trade.status = public_status(now.state, now.filled)
    trade.timestamp = at
    if trade.decision_price is not None:
        trade.slippage = booked((trade.price - trade.decision_price) * (1 if trade.type == "buy" else -1))
    trade_results_add_up(trade)
    trade.save()
    _reserve_rest(trade)


def trade_results_add_up(trade: Trade) -> None:
    """Set the fees the broker has booked so far, and the result net of them; the row is not saved here."""
    fees = sum(trade.fees.values_list("amount", flat=True), Decimal(0))
    results = list(trade.executions.filter(profit_loss__isnull=False).values_list("profit_loss", flat=True))
    trade.commission = -fees
    trade.profit_loss = sum((result for result in results if result is not None), fees) if results else None


def _revive(trade: Trade, before: OrderState, now: OrderState) -> None:
    """Note that an order thought dead is at the broker after all; a newer one may have taken its place."""
    if before in (OrderState.UNSENT, OrderState.ABSENT, OrderState.REJECTED) and now != before and not trade.is_leg:
        trade.revived = True
        message = f"{trade.bot.name}: {trade.type} {trade.symbol}, thought dead, is at the broker; it is cancelled"
        alert_raise("warning", message, bot=trade.bot_id, symbol=trade.symbol)


def _reserve_rest(trade: Trade) -> None:
    """Keep money set aside for what an entry may still fill, and for what has filled but is not booked."""
    if trade.role != Role.ENTRY or trade.decision_price is None:
        return
    open_shares = trade.quantity if trade.state in WORKING else trade.filled_quantity
    reservation_set(
        client_order_id=trade.client_order_id,
        amount=max(Decimal(0), open_shares - trade.booked_quantity) * trade.decision_price,
    )
    if trade.state in AT_BROKER and not Reservation.objects.filter(client_order_id=trade.client_order_id).exists():
        # An order thought dead came back to life.
        reservation_make(
            bot=trade.bot, client_order_id=trade.client_order_id, amount=trade.remaining * trade.decision_price
        )
