"""The one brain: the only code that can create an order intent, live and in a backtest alike."""

from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from engine.core.config import BotConfig
from engine.core.explain import describe_checks, describe_tally, describe_vetoes, describe_votes
from engine.core.money import SUB_CENT, dollars, stop_below, target_above
from engine.core.risk import ENTRY_RULES, EntryState, entry_checks
from engine.core.signals import signal
from engine.core.sizing import entry_quantity
from engine.core.types import (
    AccountState,
    Check,
    Decision,
    Limits,
    OrderIntent,
    PositionState,
    Role,
    Side,
    SymbolView,
)
from engine.core.window import Moment, moment_of

# Every reason a decision can have.
REASONS: tuple[str, ...] = (
    "signal",
    "window_end",
    "trailing_stop",
    "no_signal",
    "sell_signal_without_position",
    "already_holding",
    "outside_window",
    "market_closed",
    "not_running",
    "warming_up",
    "no_bars",
    "bar_late",
    "bar_of_another_session",
    "bar_already_acted_on",
    "exit_working",
    "vetoed",
    *(rule.__name__ for rule in ENTRY_RULES),
)
LATE = "Waiting: the last bar has not arrived."


def decide(
    view: SymbolView,
    position: PositionState,
    account: AccountState,
    config: BotConfig,
    limits: Limits,
    now: datetime,
) -> Decision:
    """Decide what to do about one symbol; the same arguments always give the same decision.

    Args:
        view: The symbol's last closed bar and what the indicators say of it.
        position: What the bot holds of the symbol and has under way.
        account: The bot's money and the account's, in dollars.
        config: The bot's configuration.
        limits: What binds the bot as a whole.
        now: The grid time, aware market time.
    """
    moment = moment_of(config, limits.session, now)
    if position.is_open:
        return _decide_exit(view, position, config, limits, moment)
    if view.late and moment.market_open:
        return _hold(view, "bar_late", LATE)
    return _decide_entry(view, position, account, config, limits, moment)


def _decide_exit(
    view: SymbolView, position: PositionState, config: BotConfig, limits: Limits, moment: Moment
) -> Decision:
    if position.working_exit:
        return _hold(view, "exit_working", "Holding: the exit is already on its way.")
    if not moment.market_open:
        return _hold(view, "market_closed", "Holding: the market is closed.")
    if config.close_at_window_end and moment.after_window and limits.status != "stopped":
        return _exit(view, position, "window_end", "Sell: the window has ended.")
    if view.late:
        # The end of a window needs no bar; the following rules look at one.
        return _hold(view, "bar_late", LATE)
    trail = trailing_stop(position.highest_close, config)
    if trail is not None and view.close is not None and view.close <= trail:
        return _exit(
            view,
            position,
            "trailing_stop",
            f"Sell: the close {dollars(view.close)} is at or below the trailing stop "
            f"{dollars(trail.quantize(SUB_CENT, rounding=ROUND_CEILING))}.",
        )
    if not moment.may_sell:
        return _hold(view, "outside_window", "Holding: outside the window only stop and target sell.")
    wish, votes = _signal(view, config, -1)
    if wish < 0:
        return _exit(view, position, "signal", f"Sell: {votes}.")
    if wish > 0:
        return _hold(view, "already_holding", f"Already holding: {votes}.")
    return _hold(view, _quiet_reason(view, wish, holding=True), f"Holding: {votes}.")


def _decide_entry(
    view: SymbolView,
    position: PositionState,
    account: AccountState,
    config: BotConfig,
    limits: Limits,
    moment: Moment,
) -> Decision:
    if limits.status != "running" or limits.removed:
        why = "the symbol was removed from the bot" if limits.removed else f"the bot is {limits.status}"
        return _hold(view, "not_running", f"No entry: {why}.")
    if not moment.market_open or not moment.in_window:
        return _hold(view, "outside_window", "No entry: outside the window.")
    wish, votes = _signal(view, config, 1)
    if view.warming_up or wish <= 0 or view.price is None:
        return _hold(view, _quiet_reason(view, wish, holding=False), f"No entry: {votes}; window open.")
    if view.vetoes:
        return _hold(view, "vetoed", f"No entry: {votes}, but {describe_vetoes(view, config)}.")
    intent = entry_intent(view.symbol, view.price, account, config)
    checks = entry_checks(intent, EntryState(view, position, account, moment, limits.halted), config)
    refused = [check for check in checks if not check.allowed]
    if refused:
        sentence = f"No entry: {votes}, but {describe_checks(refused)}."
        return _decision(view, "refused", refused[0].name, sentence, checks)
    sentence = f"Buy {intent.quantity} at about {dollars(intent.decision_price)}: {votes}."
    return _decision(view, "buy", "signal", sentence, checks, intent)


def entry_intent(symbol: str, price: Decimal, account: AccountState, config: BotConfig) -> OrderIntent:
    """Return the bracket order that an entry would be if every check allows it.

    Args:
        symbol: The stock.
        price: The newest known price, in dollars.
        account: The bot's money and the account's, in dollars.
        config: The bot's configuration.
    """
    risk = config.risk_management
    return OrderIntent(
        symbol=symbol,
        side=Side.BUY,
        role=Role.ENTRY,
        quantity=entry_quantity(config, account, price),
        decision_price=price,
        stop_price=stop_below(price, risk.stop_loss),
        target_price=target_above(price, risk.take_profit) if risk.take_profit is not None else None,
    )


def _signal(view: SymbolView, config: BotConfig, wanted: int) -> tuple[int, str]:
    """Return the side the votes wish for, and the votes in words for a reader who waits for `wanted`.

    A bar that may not vote wishes for nothing.
    """
    wish = signal(view.votes, view.states, config.signal_mode, config.min_votes)
    if config.signal_mode == "every" and len(view.votes) < config.voting():
        # An indicator that warms up does not vote.
        wish = 0
    words = describe_votes(view, config, wanted)
    if tally := describe_tally(view, config, wish or wanted):
        words = f"{tally}; {words}"
    return (wish if view.votable and not view.acted else 0), words


def _quiet_reason(view: SymbolView, wish: int, *, holding: bool) -> str:
    if view.bar_end is None:
        return "no_bars"
    if view.warming_up and not holding:
        return "warming_up"
    if not view.votable:
        return "bar_of_another_session"
    if view.acted:
        return "bar_already_acted_on"
    if wish < 0 and not holding:
        return "sell_signal_without_position"
    return "no_signal"


def trailing_stop(highest_close: Decimal | None, config: BotConfig) -> Decimal | None:
    """Return the close, in dollars, at or below which a position is sold.

    None means that the bot has no trailing stop, or that there was no close since the entry.
    """
    fraction = config.risk_management.trailing_stop
    if fraction is None or highest_close is None:
        return None
    return highest_close * (1 - fraction)


def _exit(view: SymbolView, position: PositionState, reason: str, sentence: str) -> Decision:
    price = view.price or position.entry_price
    intent = OrderIntent(view.symbol, Side.SELL, Role.EXIT, position.quantity, price)
    return _decision(view, "sell", reason, sentence, (), intent)


def _hold(view: SymbolView, reason: str, sentence: str) -> Decision:
    return _decision(view, "hold", reason, sentence)


def _decision(
    view: SymbolView,
    action: str,
    reason: str,
    sentence: str,
    checks: tuple[Check, ...] = (),
    intent: OrderIntent | None = None,
) -> Decision:
    return Decision(
        symbol=view.symbol,
        action=action,
        reason=reason,
        sentence=sentence,
        bar_end=view.bar_end,
        values=view.values,
        votes=view.votes,
        checks=checks,
        intent=intent,
    )
