"""Moving a stop or target because a person asked for it: first the position says so, then the broker is asked.

The order at the broker is changed where it rests, so that the shares are never without it. What became of that is read
from the order itself, as if the person had moved it at the broker.
"""

import logging
from datetime import datetime, timedelta
from decimal import Decimal

from bots.services import NotAllowed
from engine.brokers.errors import BrokerError, BrokerRefused
from engine.brokers.port import Broker
from engine.core.money import dollars
from engine.core.orders import WORKING
from engine.core.types import Role
from engine.live.orders import order_refresh
from engine.live.steps import each
from events.services import event_publish
from marketdata.clock import real_now
from marketdata.selectors import last_prices
from notifications.services import alert_raise
from positions.models import Position
from positions.services import position_leg_moved, position_level_settled, position_levels_want
from positions.wanted import Levels
from trades.models import Trade
from trades.selectors import position_is_closing, position_view

log = logging.getLogger(__name__)

# Real time.
GIVEN_UP_AFTER = timedelta(seconds=60)
# An order that was only just placed cannot be changed yet.
REFUSED_FOR = timedelta(seconds=3)
WORDS = {Role.STOP: "stop", Role.TARGET: "target"}


def levels_move_request(*, position: Position, levels: Levels, by: str) -> Position:
    """Have the stop or target of a position moved; asked again before that is done, the newest request counts.

    Args:
        position: The position.
        levels: Where to, in dollars.
        by: The name of the person.

    Raises:
        NotAllowed: It cannot rest there, or there is none.
    """
    prices = last_prices([position.symbol])
    position.refresh_from_db()
    _check(position, levels, prices.get(position.symbol, (None, None))[0])
    position_levels_want(position, stop=levels.stop, target=levels.target, by=by, at=real_now())
    event_publish("position_updated", position_view(position, prices))
    return position


def _check(position: Position, levels: Levels, price: Decimal | None) -> None:
    """Raises NotAllowed."""
    symbol = position.symbol
    if not position.is_open:
        raise NotAllowed(f"the position in {symbol} is closed already")
    if position_is_closing(position):
        raise NotAllowed(f"{symbol} is being sold; ask again when that has ended")
    if levels.target is not None and position.take_profit_price is None:
        raise NotAllowed(f"the position in {symbol} has no target that could be moved")
    if levels.stop is not None and price is not None and levels.stop >= price:
        raise NotAllowed(f"a stop must be below the price, which is {dollars(price)}; close the position to sell now")
    if levels.target is not None and price is not None and levels.target <= price:
        raise NotAllowed(f"a target must be above the price, which is {dollars(price)}; close the position to sell now")
    stop, target = levels.stop or position.stop_loss_price, levels.target or position.take_profit_price
    if stop is not None and target is not None and stop >= target:
        raise NotAllowed(f"the stop must be below the target, which is {dollars(target)}")


def levels_move(broker: Broker, now: datetime) -> None:
    """Have moved at the broker what people want moved; `now` is real time."""
    held = Position.objects.held()
    wanted = held.filter(wanted_stop_price__isnull=False) | held.filter(wanted_target_price__isnull=False)
    each(wanted.select_related("bot"), lambda position: _move(position, broker, now))


def _move(position: Position, broker: Broker, now: datetime) -> None:
    if position_is_closing(position):
        # Its stop is off, or is about to be; of what is left when that is over the stop is moved then.
        return
    for role, price in ((Role.STOP, position.wanted_stop_price), (Role.TARGET, position.wanted_target_price)):
        if price is not None:
            _leg_move(position, role, price, broker, now)


def _leg_move(position: Position, role: Role, price: Decimal, broker: Broker, now: datetime) -> None:
    orders = Trade.objects.filter(bot=position.bot_id, symbol=position.symbol)
    leg = orders.filter(role=role, order_id__isnull=False, cancel_requested_at=None).working().first()
    if leg is None:
        if not orders.resting().working().exists():
            # None rests just now: the one that is placed next is placed there.
            position_leg_moved(bot=position.bot, symbol=position.symbol, role=role, price=price)
            position_level_settled(position, role, price)
        return
    # An earlier request may have arrived although nobody answered.
    order_refresh(leg, broker)
    why, patience = "the broker has not moved it for a minute", GIVEN_UP_AFTER
    if _price(leg) != price and leg.state in WORKING:
        try:
            broker.replace(str(leg.order_id), **{_name(role): price})
        except BrokerRefused as refused:
            why, patience = str(refused), REFUSED_FOR
        except BrokerError as error:
            log.info("moving the %s of %s: %s", role, position.symbol, error)
        order_refresh(leg, broker)
    if leg.state not in WORKING:
        # It has filled or was cancelled: the next look tells what rests by then.
        return
    if _price(leg) == price:
        position_level_settled(position, role, price)
    elif position.wanted_at is not None and now - position.wanted_at > patience:
        _give_up(position, leg, role, price, why)


def _give_up(position: Position, leg: Trade, role: Role, price: Decimal, why: str) -> None:
    """Tell that it stays where it is, once."""
    if position_level_settled(position, role, price):
        stays = f"the {WORDS[role]} of {position.symbol} stays at {dollars(_price(leg) or price)}"
        message = f"{position.bot.name}: {stays}, and was not moved to {dollars(price)}: {why}"
        alert_raise("warning", message, bot=position.bot_id, symbol=position.symbol)


def _name(role: Role) -> str:
    return "stop_price" if role == Role.STOP else "limit_price"


def _price(leg: Trade) -> Decimal | None:
    return leg.stop_price if leg.role == Role.STOP else leg.limit_price
