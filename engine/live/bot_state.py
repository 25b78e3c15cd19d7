"""What a bot has, owes and has under way, read once for a tick, however many symbols it looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Max

from bots.models import Bot
from engine.core.types import AccountState, PositionState, Role, SymbolView
from engine.models import BrokerAccount
from marketdata.calendar import market_minutes_between
from marketdata.clock import real_now
from positions.models import Position, Reservation
from positions.selectors import BotMoney, Prices, bot_money
from positions.services import position_note_close
from trades.models import Trade
from trades.today import NO_CLOSES, day_begins, day_results


@dataclass(frozen=True)
class OrderUnderWay:
    symbol: str
    role: str
    has_filled: bool


@dataclass(frozen=True)
class BotState:
    """held: open positions by symbol; closed: when each symbol's last position was closed, market time.

    day_gain: dollars since the last close
    """

    money: BotMoney
    day_gain: Decimal
    held: Mapping[str, Position]
    under_way: tuple[OrderUnderWay, ...]
    closed: Mapping[str, datetime]
    entries_last_minute: int

    def has(self, symbol: str, *roles: str, filled: bool = False) -> bool:
        """An order of one of these roles is under way in the symbol (with `filled`: one that has begun to fill)."""
        return any(
            order.symbol == symbol and order.role in roles and (order.has_filled or not filled)
            for order in self.under_way
        )


def bot_state_read(bot: Bot, prices: Prices, now: datetime, closes: Mapping[str, Decimal] = NO_CLOSES) -> BotState:
    """Everything at once; `now` is the grid time. closes: of the last session, those that are read already."""
    held = list(Position.objects.held().filter(bot=bot))
    rows = Trade.objects.filter(bot=bot).unfinished().values_list("symbol", "role", "filled_quantity")
    closed: dict[str, datetime] = {}
    if bot.risk_management.get("cooldown_minutes"):
        closed = dict(
            Position.objects.filter(bot=bot, is_open=False).values_list("symbol").annotate(at=Max("closed_at"))
        )
    recent = Trade.objects.filter(bot=bot, role=Role.ENTRY, timestamp__gt=now - timedelta(minutes=1))
    return BotState(
        money=bot_money(bot, prices, held),
        day_gain=day_results([bot.pk], held, prices, day_begins(now), closes)[bot.pk],
        held={position.symbol: position for position in held},
        under_way=tuple(OrderUnderWay(symbol, role, filled > 0) for symbol, role, filled in rows),
        closed=closed,
        entries_last_minute=recent.count(),
    )


def position_state(state: BotState, view: SymbolView, now: datetime, *, reduce_only: bool) -> PositionState:
    """What the brain must know of the bot in this symbol; notes the bar's close for a trailing stop on the way."""
    position = state.held.get(view.symbol)
    if position is not None and view.close is not None and view.bar_end is not None:
        position_note_close(position, view.close, view.bar_end)
    closed_at = state.closed.get(view.symbol)
    return PositionState(
        quantity=position.quantity if position else Decimal(0),
        entry_price=position.entry_price if position else Decimal(0),
        highest_close=position.highest_close if position else None,
        working_entry=state.has(view.symbol, Role.ENTRY),
        # A resting stop that has begun to fill is an exit, too.
        working_exit=state.has(view.symbol, Role.EXIT) or state.has(view.symbol, Role.STOP, Role.TARGET, filled=True),
        reduce_only=reduce_only,
        minutes_since_exit=market_minutes_between(closed_at, now) if closed_at else None,
    )


def account_state(bot: Bot, state: BotState, account: BrokerAccount) -> AccountState:
    """The bot's money and the account's, before this tick has spent any of it."""
    entering = {order.symbol for order in state.under_way if order.role == Role.ENTRY}
    # The account's snapshot may be older than orders that are under way: their money is taken off again.
    reserved = sum(Reservation.objects.values_list("amount", flat=True), Decimal(0))
    return AccountState(
        capital=bot.capital,
        room=state.money.room,
        day_loss=-state.day_gain,
        open_positions=len(entering | state.held.keys()),
        entries_last_minute=state.entries_last_minute,
        buying_power=(account.buying_power or Decimal(0)) - reserved,
        buying_power_age=(real_now() - account.read_at).total_seconds() if account.read_at else None,
    )
