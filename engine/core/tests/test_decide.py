"""The one brain: what it does about a symbol, and what it must never do."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.config import BotConfig
from engine.core.decide import REASONS, decide
from engine.core.tests.samples import HALF_DAY, SESSION, account, at, config, view
from engine.core.types import AccountState, Decision, Limits, OrderIntent, PositionState, Role, Side, SymbolView

BOT = config()
TEN = at("10:00")
FLAT = PositionState()
HELD = PositionState(quantity=Decimal(10), entry_price=Decimal(100))
RUNNING = Limits("running", SESSION)
LATE = {"start_hour": 15, "start_minute": 30, "end_hour": 15, "end_minute": 45}
LATE_WINDOW = config(**LATE, risk_management={"stop_loss": 0.05, "trailing_stop": 0.1})
SELLS = {"votes": {"RSI": -1}, "states": {"RSI": -1}}


def ask(
    seen: SymbolView | None = None,
    position: PositionState = FLAT,
    *,
    money: AccountState | None = None,
    bot: BotConfig = BOT,
    limits: Limits = RUNNING,
    now: datetime = TEN,
) -> Decision:
    return decide(seen or view(), position, money or account(), bot, limits, now)


def outcome(decision: Decision) -> tuple[str, str]:
    """Action and reason; an order is wanted exactly when it buys or sells."""
    assert (decision.intent is not None) == (decision.action in ("buy", "sell"))
    assert decision.reason in REASONS
    return decision.action, decision.reason


def test_a_buy_signal_is_a_bracket_of_whole_shares() -> None:
    decision = ask()
    assert decision.intent == OrderIntent(
        "AAPL", Side.BUY, Role.ENTRY, Decimal(10), Decimal(100), Decimal("98.00"), Decimal("105.00")
    )
    assert outcome(decision) == ("buy", "signal")
    assert decision.sentence == "Buy 10 at about $100.00: RSI 25.0 is below 30."
    assert (len(decision.checks), all(check.allowed for check in decision.checks)) == (15, True)
    assert (decision.bar_end, decision.votes, decision.values) == (TEN, {"RSI": 1}, {"RSI": {"rsi": 25.0}})


def test_without_a_target_there_is_only_a_stop() -> None:
    decision = ask(bot=config(risk_management={"stop_loss": 0.02}))
    assert decision.intent is not None
    assert (decision.intent.stop_price, decision.intent.target_price) == (Decimal("98.00"), None)


QUIET: list[tuple[dict[str, Any], str]] = [
    ({"votes": {"RSI": 0}}, "no_signal"),
    (SELLS, "sell_signal_without_position"),
    ({"votes": {}, "states": {}, "warming_up": ("RSI",)}, "warming_up"),
    ({"votes": {"SMA": 1}, "states": {"SMA": 1}, "warming_up": ("RSI",)}, "warming_up"),
    ({"votable": False}, "bar_of_another_session"),
    ({"acted": True}, "bar_already_acted_on"),
    ({"late": True}, "bar_late"),
    ({"bar_end": None, "close": None, "votable": False, "votes": {}, "states": {}}, "no_bars"),
    ({"vetoes": ("Volume SMA",)}, "vetoed"),
]


@pytest.mark.parametrize(("changes", "reason"), QUIET)
def test_no_entry_is_made_and_why(changes: dict[str, Any], reason: str) -> None:
    assert outcome(ask(view(**changes))) == ("hold", reason)


@pytest.mark.parametrize("status", ["paused", "error", "stopped"])
def test_only_a_running_bot_enters(status: str) -> None:
    decision = ask(limits=Limits(status, SESSION))
    assert outcome(decision) == ("hold", "not_running")
    assert decision.sentence == f"No entry: the bot is {status}."


def test_a_removed_symbol_is_not_entered_but_left() -> None:
    limits = replace(RUNNING, removed=True)
    assert outcome(ask(limits=limits)) == ("hold", "not_running")
    assert outcome(ask(view(**SELLS), HELD, limits=limits)) == ("sell", "signal")


WINDOW = [
    ("09:29:59", "outside_window"),
    ("09:30:00", None),
    ("11:59:59", None),
    ("12:00:00", "outside_window"),
    ("15:59:59", "outside_window"),
    ("16:00:00", "outside_window"),
]


@pytest.mark.parametrize(("clock", "reason"), WINDOW)
def test_entries_are_made_from_the_windows_start_until_before_its_end(clock: str, reason: str | None) -> None:
    expected = ("hold", reason) if reason else ("buy", "signal")
    assert outcome(ask(now=at(clock))) == expected


def test_a_day_without_a_session_has_no_entry() -> None:
    assert outcome(ask(limits=Limits("running", None))) == ("hold", "outside_window")


def test_a_refused_entry_names_the_rule_and_every_check() -> None:
    decision = ask(money=account(open_positions=5))
    assert outcome(decision) == ("refused", "positions")
    assert decision.sentence == "No entry: RSI 25.0 is below 30, but already 5 positions."
    assert [check.name for check in decision.checks if not check.allowed] == ["positions"]


def test_a_halt_refuses_entries_and_lets_exits_pass() -> None:
    limits = replace(RUNNING, halted="lunch")
    assert outcome(ask(limits=limits)) == ("refused", "halted")
    assert outcome(ask(view(**SELLS), HELD, limits=limits)) == ("sell", "signal")


def test_an_exit_sells_everything_at_once_and_asks_no_risk_rule() -> None:
    broke = account(room=Decimal(-5), day_loss=Decimal(9999), buying_power_age=None)
    decision = ask(view(**SELLS, fresh=False), replace(HELD, reduce_only=True), money=broke)
    assert decision.intent == OrderIntent("AAPL", Side.SELL, Role.EXIT, Decimal(10), Decimal(100))
    assert (outcome(decision), decision.checks) == (("sell", "signal"), ())


@pytest.mark.parametrize(
    ("clock", "position", "bot", "expected"),
    [
        ("12:59", HELD, LATE_WINDOW, ("sell", "signal")),
        ("12:58", HELD, LATE_WINDOW, ("hold", "outside_window")),
        ("12:59", replace(HELD, highest_close=Decimal(200)), LATE_WINDOW, ("sell", "trailing_stop")),
        ("12:59", HELD, config(**LATE, close_at_window_end=True), ("sell", "window_end")),
        ("12:59", FLAT, LATE_WINDOW, ("hold", "outside_window")),
    ],
)
def test_where_the_market_closes_before_the_window_the_last_look_sells_and_buys_nothing(
    clock: str, position: PositionState, bot: BotConfig, expected: tuple[str, str]
) -> None:
    seen = view(**SELLS) if position.is_open else view()
    limits, now = Limits("running", HALF_DAY), at(clock, HALF_DAY.day)
    assert outcome(ask(seen, position, bot=bot, limits=limits, now=now)) == expected


@pytest.mark.parametrize("status", ["running", "paused", "error"])
def test_exits_by_signal_go_on_for_a_bot_that_is_not_stopped(status: str) -> None:
    assert outcome(ask(view(**SELLS), HELD, limits=Limits(status, SESSION))) == ("sell", "signal")


@pytest.mark.parametrize(
    ("changes", "position", "clock", "reason"),
    [
        ({}, HELD, "10:00", "already_holding"),
        ({"votes": {"RSI": 0}}, HELD, "10:00", "no_signal"),
        (SELLS, replace(HELD, working_exit=True), "10:00", "exit_working"),
        (SELLS, HELD, "09:00", "market_closed"),
        (SELLS, HELD, "16:00", "market_closed"),
        (SELLS, HELD, "12:00", "outside_window"),
        (SELLS | {"acted": True}, HELD, "10:00", "bar_already_acted_on"),
        (SELLS | {"votable": False}, HELD, "10:00", "bar_of_another_session"),
        (SELLS | {"late": True}, HELD, "10:00", "bar_late"),
    ],
)
def test_a_position_is_held_and_why(changes: dict[str, Any], position: PositionState, clock: str, reason: str) -> None:
    assert outcome(ask(view(**changes), position, now=at(clock))) == ("hold", reason)


TRAILING = config(risk_management={"stop_loss": 0.02, "trailing_stop": 0.05})


@pytest.mark.parametrize(
    ("close", "expected"),
    [("95.00", ("sell", "trailing_stop")), ("95.01", ("hold", "no_signal")), ("90", ("sell", "trailing_stop"))],
)
def test_a_trailing_stop_sells_at_its_distance_from_the_highest_close(close: str, expected: tuple[str, str]) -> None:
    position = replace(HELD, highest_close=Decimal(100))
    seen = view(close=Decimal(close), votes={"RSI": 0})
    assert outcome(ask(seen, position, bot=TRAILING)) == expected


def test_a_trailing_stop_works_all_day_but_not_on_a_late_bar_or_before_a_close_was_seen() -> None:
    fallen, position = view(close=Decimal(90), votes={"RSI": 0}), replace(HELD, highest_close=Decimal(100))
    assert outcome(ask(fallen, position, bot=TRAILING, now=at("15:59"))) == ("sell", "trailing_stop")
    assert outcome(ask(fallen, position, bot=TRAILING, now=at("16:00"))) == ("hold", "market_closed")
    assert outcome(ask(replace(fallen, late=True), position, bot=TRAILING)) == ("hold", "bar_late")
    assert outcome(ask(fallen, HELD, bot=TRAILING)) == ("hold", "no_signal")


CLOSING = config(close_at_window_end=True)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("11:59:59", ("hold", "no_signal")),
        ("12:00:00", ("sell", "window_end")),
        ("15:59:00", ("sell", "window_end")),
        ("16:00:00", ("hold", "market_closed")),
    ],
)
def test_the_windows_end_sells_where_that_is_configured(clock: str, expected: tuple[str, str]) -> None:
    quiet = view(votes={"RSI": 0})
    assert outcome(ask(quiet, HELD, bot=CLOSING, now=at(clock))) == expected
    if expected[0] == "sell":
        assert outcome(ask(quiet, HELD, now=at(clock))) == ("hold", "outside_window")


# --- what must hold whatever is asked ---------------------------------------------------------------------------------


def mostly(good: Any, *others: Any) -> st.SearchStrategy[Any]:
    """Sampled so that a state with many parts is often good in all of them but one."""
    return st.sampled_from([good] * 15 + list(others))


money = st.one_of(st.just(Decimal(100_000)), st.decimals(min_value=-500, max_value=20_000, places=2))
accounts = st.builds(
    AccountState,
    capital=st.just(Decimal(10_000)),
    room=money,
    day_loss=mostly(Decimal(0), Decimal("499.99"), Decimal(500), Decimal(1000), Decimal(-20)),
    open_positions=mostly(0, 1, 4, 5, 8),
    entries_last_minute=mostly(0, 9, 10, 12),
    buying_power=money,
    buying_power_age=mostly(1.0, None, 60.0, 60.1),
)
prices = st.decimals(min_value="0.5", max_value=3000, places=2)
views = st.builds(
    lambda side, price, factor, **flags: view(
        votes={"RSI": side}, states={"RSI": side}, close=price, last_price=price * factor, **flags
    ),
    mostly(1, 0, *[-1] * 8),
    prices,
    mostly(Decimal(1), Decimal("1.04"), Decimal("1.2")),
    fresh=mostly(True, False),
    votable=mostly(True, False),
    acted=mostly(False, True),
    late=mostly(False, True),
    vetoes=mostly((), ("OBV",)),
    warming_up=mostly((), ("MACD",)),
)
positions = st.builds(
    PositionState,
    quantity=mostly(Decimal(0), *[Decimal(7)] * 8),
    entry_price=st.just(Decimal(100)),
    highest_close=st.one_of(st.none(), prices),
    working_entry=mostly(False, True),
    working_exit=mostly(False, True),
    reduce_only=mostly(False, True),
    minutes_since_exit=mostly(None, 0.0, 14.9, 15.0, 60.0),
)
limits = st.builds(
    Limits,
    mostly("running", "paused", "error", "stopped"),
    mostly(SESSION, None),
    mostly("", "lunch"),
    mostly(False, True),
)
moments = st.one_of(st.integers(0, 9000), st.integers(-3600, 8 * 3600)).map(
    lambda seconds: SESSION.open + timedelta(seconds=seconds)
)
RISK = {"max_daily_loss": 0.05, "cooldown_minutes": 15}
bots = st.sampled_from(
    [
        config(),
        config(risk_management={"stop_loss": 0.02, "trailing_stop": 0.05, "max_position_size": 1} | RISK),
        config(close_at_window_end=True, end_hour=15, risk_management={"stop_loss": 0.5, "max_positions": 1} | RISK),
    ]
)


@settings(max_examples=300)
@given(views, positions, accounts, bots, limits, moments)
def test_an_entry_never_goes_above_a_limit(
    seen: SymbolView, held: PositionState, money: AccountState, bot: BotConfig, limits: Limits, now: datetime
) -> None:
    intent = decide(seen, held, money, bot, limits, now).intent
    if intent is None or intent.role != Role.ENTRY:
        return
    risk, cost = bot.risk_management, intent.quantity * intent.decision_price
    assert intent.quantity == int(intent.quantity) >= 1
    assert cost <= min(risk.max_position_size * bot.capital, money.room, money.buying_power)
    assert money.open_positions < risk.max_positions
    assert money.entries_last_minute < risk.max_orders_per_minute
    assert money.day_loss < risk.max_daily_loss * bot.capital
    assert money.buying_power_age is not None
    assert money.buying_power_age <= 60
    assert held.minutes_since_exit is None or held.minutes_since_exit >= risk.cooldown_minutes
    assert intent.stop_price is not None
    assert intent.stop_price < intent.decision_price
    assert intent.target_price is None or intent.target_price > intent.decision_price
    assert (held.is_open, held.working_entry, held.working_exit, held.reduce_only) == (False,) * 4
    assert seen.fresh
    assert (seen.late, seen.acted, seen.warming_up, seen.vetoes) == (False, False, (), ())


@settings(max_examples=300)
@given(views, positions, accounts, bots, limits, moments)
def test_there_is_no_entry_outside_the_window_and_none_of_a_bot_that_is_not_running(
    seen: SymbolView, held: PositionState, money: AccountState, bot: BotConfig, limits: Limits, now: datetime
) -> None:
    intent = decide(seen, held, money, bot, limits, now).intent
    if intent is None or intent.role != Role.ENTRY:
        return
    end = at(f"{bot.window_end:%H:%M}")
    assert limits == Limits("running", SESSION)
    assert SESSION.open <= now < end


@settings(max_examples=300)
@given(views, positions, accounts, bots, limits, moments)
def test_an_exit_sells_what_is_held_in_an_open_market_and_nothing_else(
    seen: SymbolView, held: PositionState, money: AccountState, bot: BotConfig, limits: Limits, now: datetime
) -> None:
    intent = decide(seen, held, money, bot, limits, now).intent
    if intent is None or intent.role != Role.EXIT:
        return
    assert intent.quantity == held.quantity > 0
    assert not held.working_exit
    assert limits.session is not None
    assert limits.session.contains(now)


@given(views, accounts, st.integers(0, 50_000))
def test_more_capital_never_buys_less(seen: SymbolView, money: AccountState, more: int) -> None:
    def bought(extra: int) -> Decimal:
        bot = config(capital=10_000 + extra)
        richer = replace(money, capital=money.capital + extra, room=money.room + extra)
        intent = decide(seen, FLAT, richer, bot, RUNNING, TEN).intent
        return intent.quantity if intent and intent.role == Role.ENTRY else Decimal(0)

    assert bought(0) <= bought(more)


@settings(max_examples=300)
@given(views, positions, accounts, bots, limits, moments)
def test_the_same_question_has_the_same_answer(
    seen: SymbolView, held: PositionState, money: AccountState, bot: BotConfig, limits: Limits, now: datetime
) -> None:
    first = decide(seen, held, money, bot, limits, now)
    again = decide(replace(seen), replace(held), replace(money), bot.model_copy(), replace(limits), now)
    assert first == again
    assert first.action in ("buy", "sell", "hold", "refused")
    assert first.sentence


def test_where_every_one_must_vote_one_that_is_warming_up_is_missed() -> None:
    bot = config(indicators={"RSI": {}, "MACD": {}}, signal_mode="every")
    held = PositionState(Decimal(10), Decimal(100))
    selling = view(votes={"RSI": -1, "MACD": -1}, states={"RSI": -1, "MACD": -1}, values={})
    one = replace(selling, votes={"RSI": -1}, states={"RSI": -1}, warming_up=("MACD",))

    assert decide(selling, held, account(), bot, RUNNING, TEN).action == "sell"
    assert decide(one, held, account(), bot, RUNNING, TEN).action == "hold"
    assert decide(replace(one, votes={"RSI": 1}), FLAT, account(), bot, RUNNING, TEN).reason == "warming_up"


def test_a_sentence_says_how_many_voted() -> None:
    bot = config(indicators={"RSI": {}, "MACD": {}}, signal_mode="all")
    seen = view(votes={"RSI": 1, "MACD": 0}, states={"RSI": 1, "MACD": 1})

    assert decide(seen, FLAT, account(), bot, RUNNING, TEN).sentence == (
        "Buy 10 at about $100.00: 1 of 2 votes to buy, all needs 1 and the others on its side (1 of 1 is); "
        "RSI 25.0 is below 30; MACD has not crossed its signal."
    )
