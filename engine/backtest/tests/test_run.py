"""The backtest's rules, bar by bar, and that jumping from moment to moment gives what asking at every tick gives."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.backtest.explain import PlanDiffers
from engine.backtest.history import History, history_make
from engine.backtest.result import Costs, Result
from engine.backtest.run import Cancelled, _Run, backtest_run
from engine.backtest.tests.markets import walk_history
from engine.backtest.weighing import REFUSALS
from engine.core.config import BotConfig, config_parse
from engine.core.refusals import REFUSED_AT_MOST
from engine.core.risk import ENTRY_RULES
from engine.core.types import Bars
from marketdata.calendar import sessions_between

DAY = date(2019, 1, 8)
RISK = {"stop_loss": 0.02, "take_profit": 0.05, "max_position_size": 0.5}
# Buys on the bar whose close rises above the mean of three, sells on the one that falls below.
QUICK = {"SMA": {"period": 3}}


BARS_COLUMNS = [each.name for each in fields(Bars) if not each.kw_only][2:]


def configured(symbols: list[str] | None = None, risk: dict[str, Any] | None = None, **changes: Any) -> BotConfig:
    return config_parse(
        {
            "name": "Under test",
            "capital": 10_000,
            "symbols": symbols or ["AAA"],
            "indicators": QUICK,
            "risk_management": RISK | (risk or {}),
            "end_hour": 15,
            "end_minute": 30,
        }
        | changes
    )


def minutes(rows: dict[int, tuple[float, float, float, float]], symbol: str = "AAA", last: int = 389) -> Bars:
    """Bars of the day by minute; each other minute up to `last` stands still at the close before it."""
    opened = int(sessions_between(DAY, DAY)[0].open.timestamp())
    prices, price = [], 100.0
    for minute in range(last + 1):
        row = rows.get(minute, (price, price, price, price))
        price = row[3]
        prices.append(row)
    opens, highs, lows, closes = np.array(prices).T
    start = opened + 60 * np.arange(last + 1, dtype=np.int64)
    day = np.full(last + 1, DAY.toordinal())
    return Bars(symbol, "1Min", start, start + 60, day, opens, highs, lows, closes, np.full(last + 1, 1000.0))


def day_of(*bars: Bars) -> History:
    return history_make({one.symbol: one for one in bars}, sessions_between(DAY, DAY))


def at(minute: int) -> int:
    return int(sessions_between(DAY, DAY)[0].open.timestamp()) + 60 * minute


def outcome(result: Result) -> list[tuple[Any, ...]]:
    """Of each trip: minute and price in, minute and price out, why."""
    return [
        (
            (trip.entry_at - at(0)) // 60,
            str(trip.entry_price.normalize()),
            None if trip.exit_at is None else (trip.exit_at - at(0)) // 60,
            None if trip.exit_price is None else str(trip.exit_price.normalize()),
            trip.exit_reason,
        )
        for trip in result.trips
    ]


# The close of minute 20 rises above the mean: decided when that bar is over, filled at the open of minute 21.
FALL = {19: (100.0, 100.0, 99.0, 99.0)}
RISE = FALL | {20: (100.0, 101.0, 100.0, 101.0), 21: (101.5, 101.5, 101.5, 101.5)}


@pytest.mark.parametrize(
    ("rows", "risk", "expected"),
    [
        pytest.param({}, {}, [(21, "101.5", None, None, "")], id="filled at the next open, still held"),
        pytest.param(
            {22: (101.5, 101.5, 90.0, 101.5)},
            {},
            [(21, "101.5", 23, "99.47", "stop")],
            id="stop touched",
        ),
        pytest.param(
            {22: (95.0, 101.0, 94.0, 101.5)}, {}, [(21, "101.5", 23, "95", "stop")], id="gap through the stop: the open"
        ),
        pytest.param(
            {22: (101.5, 107.0, 101.5, 101.5)}, {}, [(21, "101.5", 23, "106.58", "target")], id="target touched"
        ),
        pytest.param(
            {22: (108.0, 109.0, 107.0, 108.0)}, {}, [(21, "101.5", 23, "108", "target")], id="gap above the target"
        ),
        pytest.param(
            {22: (101.5, 110.0, 90.0, 101.5)}, {}, [(21, "101.5", 23, "99.47", "stop")], id="stop and target in one bar"
        ),
        pytest.param(
            {21: (101.5, 101.5, 90.0, 101.5)},
            {},
            [(21, "101.5", 22, "99.47", "stop")],
            id="stop in the entry's bar",
        ),
        pytest.param(
            {30: (101.5, 101.5, 101.0, 101.0), 31: (100.9, 101.0, 100.9, 101.0)},
            {},
            [(21, "101.5", 31, "100.9", "signal")],
            id="sold by signal at the next bar's open",
        ),
        pytest.param(
            {30: (104.0, 104.0, 104.0, 104.0), 40: (104.0, 104.0, 102.9, 102.95), 41: (102.8, 103.0, 102.7, 103.0)},
            {"trailing_stop": 0.01, "take_profit": None},
            [(21, "101.5", 41, "102.8", "trailing_stop")],
            id="trailing stop, from the highest close",
        ),
    ],
)
def test_how_a_position_ends(rows: Any, risk: dict[str, Any], expected: list[tuple[Any, ...]]) -> None:
    config = configured(risk=risk)
    for every_tick in (False, True):
        result = backtest_run(config, day_of(minutes(RISE | rows)), every_tick=every_tick)

        assert outcome(result)[: len(expected)] == expected


@pytest.mark.parametrize("every_tick", [False, True])
def test_a_long_bar_whose_last_minutes_did_not_print_is_seen_when_its_time_is_over(every_tick: bool) -> None:
    full = minutes({})
    keep = np.flatnonzero(full.start == at(30))
    one = Bars(full.symbol, full.timeframe, *(getattr(full, name)[keep] for name in BARS_COLUMNS))
    counts = backtest_run(configured(timeframe="5Min"), day_of(one), every_tick=every_tick).decisions
    # One minute, at 10:00: from 10:05 on there is a bar, too few for the indicators.
    assert (counts["hold", "no_bars"], counts["hold", "warming_up"]) == (35, 325)


def test_the_window_end_sells() -> None:
    config = configured(close_at_window_end=True, end_hour=10, end_minute=10)
    rows = RISE | {40: (102.0, 102.0, 102.0, 102.0)}

    assert outcome(backtest_run(config, day_of(minutes(rows)))) == [(21, "101.5", 40, "102", "window_end")]


def test_an_entry_waits_for_the_next_printed_bar_and_is_given_up_at_the_window_end() -> None:
    bars = minutes(RISE)
    config = configured(end_hour=9, end_minute=55)
    for first_back, expected in ((24, [(24, "101.5", None, None, "")]), (26, [])):
        keep = (bars.start < at(21)) | (bars.start >= at(first_back))
        thin = Bars("AAA", "1Min", *(getattr(bars, name)[keep] for name in BARS_COLUMNS))

        assert outcome(backtest_run(config, day_of(thin))) == expected


def test_a_bar_acts_at_most_once() -> None:
    """Bought and stopped within one bar, while no further bar is printed: the same bar does not buy again."""
    rows = RISE | {21: (101.5, 101.5, 90.0, 101.5)}
    result = backtest_run(configured(trading_frequency=10), day_of(minutes(rows, last=21)), every_tick=True)

    assert len(result.trips) == 1


def test_the_day_s_loss_ends_entries_until_the_next_session() -> None:
    history = walk_history(["AAA"], date(2019, 1, 2), date(2019, 1, 31), seed=4, wild=0.004)
    config = configured(risk={"max_daily_loss": 0.004, "stop_loss": 0.01}, close_at_window_end=True)
    result = backtest_run(config, history)

    limit = Decimal("0.004") * config.capital
    refused = result.decisions.get(("refused", "daily_loss"), 0)
    assert refused > 0
    for session in history.sessions:
        inside = [
            trip for trip in result.trips if session.open.timestamp() <= trip.entry_at < session.close.timestamp()
        ]
        lost = Decimal(0)
        for trip in sorted(inside, key=lambda trip: trip.entry_at):
            assert lost < limit
            lost -= trip.profit_loss or 0


@pytest.mark.parametrize("every_tick", [False, True])
@pytest.mark.parametrize("timeframe", ["1Min", "5Min"])
def test_size_and_legs_are_of_the_newest_price_not_of_the_bar_s_close(timeframe: str, every_tick: bool) -> None:
    """The bar closed at 101, and 104 is printed when the tick looks: wider away than the target is."""
    minutes_of_bar = 5 if timeframe == "5Min" else 1
    rows = {19 * minutes_of_bar: FALL[19], 20 * minutes_of_bar: (100.0, 101.0, 100.0, 101.0)}
    last = 20 * minutes_of_bar + minutes_of_bar - 1
    rows |= dict.fromkeys(range(20 * minutes_of_bar + 1, last + 1), (101.0, 101.0, 101.0, 101.0))
    config = configured(risk={"take_profit": 0.02, "stop_loss": 0.02}, timeframe=timeframe)
    result = backtest_run(config, day_of(minutes(rows | {last + 1: (104.0,) * 4})), every_tick=every_tick)

    [trip] = result.trips
    assert (trip.entry_price, trip.quantity) == (104, 48)
    assert (trip.stop_price, trip.target_price) == (Decimal("101.92"), Decimal("106.08"))
    assert result.refused == 0


@pytest.mark.parametrize("every_tick", [False, True])
@pytest.mark.parametrize(("frequency", "refused"), [(60, 1), (20, 3), (6, REFUSED_AT_MOST)])
def test_a_leg_less_than_a_cent_away_is_refused_by_the_exchange_and_the_bar_asks_again(
    frequency: int, refused: int, every_tick: bool
) -> None:
    cheap = minutes({19: (0.5, 0.5, 0.49, 0.49), 20: (0.5, 0.52, 0.5, 0.52)} | dict.fromkeys(range(19), (0.5,) * 4))
    config = configured(risk={"stop_loss": 0.005}, trading_frequency=frequency)
    result = backtest_run(config, day_of(cheap), every_tick=every_tick)

    assert (result.refused, result.trips) == (refused, ())
    assert result.decisions["buy", "signal"] == refused
    assert result.decisions.get(("hold", "bar_already_acted_on"), 0) == 60 // frequency - refused


def test_progress_is_told_and_may_cancel() -> None:
    history = walk_history(["AAA"], date(2019, 1, 2), date(2019, 1, 31), seed=4)
    told: list[float] = []
    backtest_run(configured(), history, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0

    def cancel(part: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        backtest_run(configured(), history, progress=cancel)


INDICATORS: list[dict[str, Any]] = [
    {"RSI": {"period": 5}},
    {"SMA": {"period": 5, "slow": 12}},
    {"BollingerBands": {"period": 10, "deviations": 1.5}, "VolumeSMA": {"period": 5}},
    {"MACD": {"fast": 4, "slow": 9, "signal": 3}, "RSI": {"period": 5}, "OBV": {"period": 6}},
    {"Stochastic": {}, "EMA": {"period": 5}},
]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10_000),
    wild=st.sampled_from([0.0005, 0.002, 0.006]),
    holes=st.sampled_from([0.0, 0.1, 0.6]),
    indicators=st.sampled_from(INDICATORS),
    mode=st.sampled_from(["majority", "any", "all", "every"]),
    frequency=st.sampled_from([20, 60, 90, 300, 1800]),
    timeframe=st.sampled_from(["1Min", "5Min", "15Min"]),
    close_at_end=st.booleans(),
    risk=st.fixed_dictionaries(
        {
            "stop_loss": st.sampled_from([0.002, 0.01, 0.05]),
            "take_profit": st.sampled_from([None, 0.003, 0.02]),
            "trailing_stop": st.sampled_from([None, None, None, 0.01]),
            "max_position_size": st.sampled_from([0.05, 0.4, 1]),
            "max_daily_loss": st.sampled_from([0.002, 0.5]),
            "max_positions": st.integers(1, 3),
            "cooldown_minutes": st.sampled_from([0, 0, 0, 30]),
            "max_orders_per_minute": st.sampled_from([1, 10]),
        }
    ),
    costs=st.sampled_from(
        [
            Costs(),
            Costs(),
            Costs(commission_per_order=Decimal(1), slippage=Decimal("0.0005")),
            Costs(commission_minimum=Decimal(1), spread=Decimal("0.001"), volume_cap=Decimal("0.02")),
        ]
    ),
)
def test_jumping_gives_what_asking_at_every_tick_gives(
    seed: int,
    wild: float,
    holes: float,
    indicators: dict[str, Any],
    mode: str,
    frequency: int,
    timeframe: str,
    close_at_end: bool,
    risk: dict[str, Any],
    costs: Costs,
) -> None:
    history = walk_history(["AAA", "BBB", "CCC"], date(2019, 1, 2), date(2019, 1, 8), seed=seed, wild=wild, holes=holes)
    config = configured(
        ["AAA", "BBB", "CCC"],
        risk,
        indicators=indicators,
        signal_mode=mode,
        trading_frequency=frequency,
        timeframe=timeframe,
        close_at_window_end=close_at_end,
    )

    jumped, walked = (backtest_run(config, history, costs, every_tick=every) for every in (False, True))

    assert jumped.trips == walked.trips
    assert jumped.decisions == walked.decisions
    assert jumped.refused == walked.refused
    assert sum(walked.decisions.values()) == walked.ticks
    money_adds_up(walked)


def money_adds_up(result: Result) -> None:
    """No two positions of one symbol at once, never more than the limits allow, every result its prices' difference."""
    risk = result.config.risk_management
    for trip in result.trips:
        assert trip.quantity * trip.entry_price <= risk.max_position_size * result.config.capital * Decimal("1.06")
        if trip.exit_price is not None:
            got = sum(fill.price * fill.quantity for fill in trip.fills[1:])
            assert trip.profit_loss == got - trip.entry_price * trip.quantity - trip.commission
    times = sorted(
        [(trip.entry_at, 1) for trip in result.trips] + [(trip.exit_at, -1) for trip in result.trips if trip.exit_at]
    )
    held = 0
    for _, step in times:
        held += step
        assert held <= risk.max_positions
    for symbol in result.config.symbols:
        trips = sorted((trip for trip in result.trips if trip.symbol == symbol), key=lambda trip: trip.entry_at)
        for before, after in pairwise(trips):
            assert before.exit_at is not None
            assert before.exit_at <= after.entry_at


def test_a_daily_bot_looks_once_a_session() -> None:
    sessions = sessions_between(date(2018, 1, 2), date(2018, 12, 31))
    rng = np.random.default_rng(3)
    close = np.round(100 * np.exp(np.cumsum(rng.normal(0, 0.01, len(sessions)))), 2)
    opened = np.r_[100.0, close[:-1]]
    high, low = np.maximum(opened, close) + 0.5, np.minimum(opened, close) - 0.5
    start = np.array([int(datetime(d.day.year, d.day.month, d.day.day, 5, tzinfo=UTC).timestamp()) for d in sessions])
    end = np.array([int(session.close.timestamp()) for session in sessions])
    day = np.array([session.day.toordinal() for session in sessions])
    bars = Bars("AAA", "1Day", start, end, day, opened, high, low, close, np.full(len(day), 1000.0))
    result = backtest_run(configured(timeframe="1Day"), history_make({"AAA": bars}, sessions))

    assert result.ticks == len(sessions)
    assert len(result.trips) > 10
    first = result.trips[0]
    assert datetime.fromtimestamp(first.entry_at, UTC) - sessions[0].open >= timedelta(0)
    place = int(np.searchsorted(start, first.entry_at)) - 1
    assert float(first.entry_price) == opened[place]


def test_an_order_that_decide_would_not_send_is_an_error() -> None:
    result = backtest_run(configured(), day_of(minutes(RISE)))
    result.planned[0].ordered += 1

    with pytest.raises(PlanDiffers, match=r"AAA at tick 21: planned \(Decimal\('50'\)"):
        assert result.trips


def planned_at_once(monkeypatch: pytest.MonkeyPatch, config: BotConfig, history: History) -> bool:
    """Whether the run came about without looking from moment to moment."""
    jumped: list[_Run] = []
    with monkeypatch.context() as patch:
        patch.setattr(_Run, "_jump", lambda run, progress: jumped.append(run))
        backtest_run(config, history)
    return not jumped


def rescaled(history: History, factor: float) -> History:
    bars = history.bars["AAA"]
    prices = {name: getattr(bars, name) * factor for name in ("open", "high", "low", "close")}
    return replace(history, bars={"AAA": replace(bars, **prices)})


@pytest.mark.parametrize(
    ("risk", "changes", "factor", "expected"),
    [
        pytest.param({}, {}, 1.0, True, id="an ordinary bot"),
        pytest.param({}, {"timeframe": "5Min", "trading_frequency": 300}, 1.0, True, id="on longer bars"),
        pytest.param({"max_positions": 1, "max_orders_per_minute": 1}, {}, 1.0, True, id="entries are refused"),
        pytest.param({"trailing_stop": 0.01}, {}, 1.0, False, id="a trailing stop follows each position"),
        pytest.param({"cooldown_minutes": 5}, {}, 1.0, False, id="an exit keeps the next entry away"),
        pytest.param({"max_daily_loss": 0.001}, {}, 1.0, False, id="the day's loss ends entries"),
        pytest.param({}, {"trading_frequency": 20}, 1.0, False, id="ticks inside of bars"),
        pytest.param({}, {}, 0.01, False, id="below a dollar"),
        pytest.param({}, {}, 1 / 3, False, id="prices of more than six places"),
    ],
)
def test_what_can_be_planned_at_once_and_that_the_rest_is_the_same(
    monkeypatch: pytest.MonkeyPatch, risk: dict[str, Any], changes: dict[str, Any], factor: float, expected: bool
) -> None:
    history = rescaled(walk_history(["AAA"], date(2019, 1, 2), date(2019, 1, 8), seed=9, holes=0.0), factor)
    config = configured(risk=risk, **({"trading_frequency": 60} | changes))

    assert planned_at_once(monkeypatch, config, history) == expected
    jumped, walked = (backtest_run(config, history, every_tick=every) for every in (False, True))
    assert jumped.trips == walked.trips
    assert jumped.decisions == walked.decisions
    assert len(walked.trips) > 1


def test_a_plan_that_the_core_does_not_share_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.backtest.prospects.CENT", 20_000)
    result = backtest_run(configured(), day_of(minutes(RISE)))

    with pytest.raises(PlanDiffers, match="AAA at tick 21: planned"):
        assert result.trips


def test_a_refusal_that_the_rules_do_not_share_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.backtest.trips.REFUSALS", ("", "collar", "order_rate", "positions", "window"))
    history = day_of(*(minutes(RISE, symbol) for symbol in ("AAA", "BBB")))
    result = backtest_run(configured(["AAA", "BBB"], {"max_positions": 1}), history)

    with pytest.raises(PlanDiffers, match="BBB at tick 21: refused for collar, found 'positions'"):
        assert result.trips


def test_the_plan_knows_every_rule() -> None:
    """Those that can refuse in a planned run are in REFUSALS, the others cannot: whoever adds one thinks about it."""
    cannot = ["window", "halted", "fresh", "reducing", "single", "daily_loss", "cooldown", "account_read"]
    cannot += ["position_size", "room_to_buy", "buying_power"]
    assert sorted(rule.__name__ for rule in ENTRY_RULES) == sorted([*cannot, *REFUSALS[1:]])


@pytest.mark.parametrize(
    ("close_at_end", "risk", "reasons"),
    [(False, {}, {"signal"}), (False, {"trailing_stop": 0.002}, set()), (True, {}, set())],
)
def test_a_window_behind_an_early_close_sells_a_minute_before_it_and_buys_nothing(
    close_at_end: bool, risk: dict[str, Any], reasons: set[str]
) -> None:
    """The market closed at 13:00 on 24 December 2018."""
    symbols = ["AAA", "BBB", "CCC"]
    history = walk_history(symbols, date(2018, 12, 20), date(2018, 12, 26), seed=5, wild=0.0005, holes=0.0)
    config = configured(symbols, risk, start_hour=14, close_at_window_end=close_at_end, trading_frequency=300)
    jumped, walked = (backtest_run(config, history, every_tick=every) for every in (False, True))

    assert (jumped.trips, jumped.decisions) == (walked.trips, walked.decisions)
    early = history.sessions[2]
    opened, closed = int(early.open.timestamp()), int(early.close.timestamp())
    assert {trip.exit_reason for trip in walked.trips if trip.exit_at == closed - 60} == reasons
    assert [trip for trip in walked.trips if opened <= trip.entry_at < closed] == []
    assert len(walked.trips) > 5
