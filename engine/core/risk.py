"""The risk rules: small pure functions, each of which allows an entry or says why not.

All of them bind entries; an exit needs only an open market and shares to sell. Each rule returns its reason to refuse,
and an empty text when it allows the entry.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.core.config import BotConfig
from engine.core.money import dollars
from engine.core.types import AccountState, Check, OrderIntent, PositionState, SymbolView
from engine.core.window import Moment

ACCOUNT_MAX_AGE = 60.0
PRICE_COLLAR = Decimal("0.05")


@dataclass(frozen=True)
class EntryState:
    """Everything an entry is checked against.

    Attributes:
        view: What the bot sees of the symbol.
        position: What the bot holds of it and has under way.
        account: The bot's money and the account's, in dollars.
        moment: Where the tick lies in the bot's day.
        halted: Why trading is halted; empty when it is not.
    """

    view: SymbolView
    position: PositionState
    account: AccountState
    moment: Moment
    halted: str


Rule = Callable[[OrderIntent, EntryState, BotConfig], str]


def window(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry while the market is closed, or outside the bot's window."""
    if not state.moment.market_open:
        return "the market is closed"
    if not state.moment.in_window:
        return f"outside the window {config.window_start:%H:%M} to {config.window_end:%H:%M} New York"
    return ""


def halted(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry while trading is halted."""
    return state.halted and f"trading is halted: {state.halted}"


def fresh(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry while the prices are too old."""
    return "" if state.view.fresh else "the prices are too old"


def reducing(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry while the bot's shares and the broker's disagree."""
    return (
        "the symbol may only be reduced until its position agrees with the broker" if state.position.reduce_only else ""
    )


def single(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry while the bot holds the stock, or has an order for it under way."""
    if state.position.is_open:
        return "already holding"
    if state.position.working_entry:
        return "an entry is already on its way"
    return "an exit is still on its way" if state.position.working_exit else ""


def positions(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry while the bot holds as many positions as it may."""
    limit = config.risk_management.max_positions
    return f"already {limit} positions" if state.account.open_positions >= limit else ""


def daily_loss(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry after the day's loss has reached the bot's limit."""
    limit = config.risk_management.max_daily_loss * config.capital
    if state.account.day_loss >= limit:
        return f"the day's loss of ${state.account.day_loss:.2f} has reached the limit of ${limit:.2f}"
    return ""


def cooldown(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry until the bot's cooldown after the last exit is over."""
    minutes, since = config.risk_management.cooldown_minutes, state.position.minutes_since_exit
    return f"cooling down, {int(since)} of {minutes} minutes" if since is not None and since < minutes else ""


def order_rate(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry while the bot has sent as many within a minute as it may."""
    limit = config.risk_management.max_orders_per_minute
    return f"{limit} entries within a minute" if state.account.entries_last_minute >= limit else ""


def account_read(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry where the account was not read within the last real minute."""
    age = state.account.buying_power_age
    return "" if age is not None and age <= ACCOUNT_MAX_AGE else "the account was not read within the last minute"


def collar(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry where the newest price is over 5 % from the last bar's close.

    Either the data is wrong, or nobody foresaw such a market.
    """
    price, close = intent.decision_price, state.view.close
    if close is not None and abs(close - price) > PRICE_COLLAR * price:
        return f"the newest price {dollars(price)} is over 5 % from the last bar's close {dollars(close)}"
    return ""


def price_above_allowance(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry for less than one whole share."""
    if intent.quantity >= 1:
        return ""
    return (
        f"no whole share at {dollars(intent.decision_price)} fits the size limit, the room to buy and the buying power"
    )


def position_size(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry that costs more than the largest position."""
    limit = config.risk_management.max_position_size * config.capital
    cost = intent.quantity * intent.decision_price
    return f"{dollars(cost)} is above the position limit of {dollars(limit)}" if cost > limit else ""


def room_to_buy(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry that costs more than the bot may still spend."""
    cost = intent.quantity * intent.decision_price
    return (
        f"{dollars(cost)} is above the room to buy of {dollars(state.account.room)}"
        if cost > state.account.room
        else ""
    )


def buying_power(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Refuse an entry that costs more than the account's buying power."""
    cost = intent.quantity * intent.decision_price
    power = state.account.buying_power
    return f"{dollars(cost)} is above the account's buying power of {dollars(power)}" if cost > power else ""


ENTRY_RULES: tuple[Rule, ...] = (
    window,
    halted,
    fresh,
    reducing,
    single,
    positions,
    daily_loss,
    cooldown,
    order_rate,
    account_read,
    collar,
    price_above_allowance,
    position_size,
    room_to_buy,
    buying_power,
)


def first_refusal(intent: OrderIntent, state: EntryState, config: BotConfig) -> str:
    """Return the name of the first rule that refuses; empty when all allow."""
    for rule in ENTRY_RULES:
        if rule(intent, state, config):
            return rule.__name__
    return ""


ALL_ALLOW = tuple(Check(rule.__name__, True) for rule in ENTRY_RULES)


def entry_checks(intent: OrderIntent, state: EntryState, config: BotConfig) -> tuple[Check, ...]:
    """Ask every rule; an entry is allowed when all of them allow it."""
    reasons = [rule(intent, state, config) for rule in ENTRY_RULES]
    if not any(reasons):
        return ALL_ALLOW
    return tuple(Check(rule.__name__, not reason, reason) for rule, reason in zip(ENTRY_RULES, reasons, strict=True))
