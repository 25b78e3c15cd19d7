"""A stock is split while bots hold it: more shares at a lower price are the same money, and stay protected."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from engine.brokers.alpaca.broker import AlpacaBroker
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerRefused, BrokerUnauthorized, BrokerUnavailable
from engine.brokers.values import BarRequest, BrokerPosition, SplitListed, SplitTold
from engine.live import splits
from engine.live.bot_view import bot_view
from engine.live.fills import fills_collect
from engine.live.orders import order_refresh
from engine.live.protection import position_protect, protection_check
from engine.live.reconcile import reconcile
from engine.live.testing import BotMaker, change_indicators, step, sweep, tick
from engine.live.tests.test_by_hand import sell_by_hand
from engine.models import Decision, Difference
from events.models import Event
from marketdata.backfill import bars_backfill
from marketdata.calendar import session_today
from marketdata.clock import market_now
from marketdata.prices import price_board
from marketdata.selectors import bars_between, last_prices
from positions.models import BotResult, Position, Split
from simulator.testing import SimulatorProcess
from trades.by_hand import sale_by_hand_assign
from trades.models import ForeignFill, Trade

DAY = 86_400


def to_the_split(trading: SimulatorProcess) -> None:
    """SPLT is split four for one before the market opens, five sessions on."""
    for _ in range(14):
        if broker_connect().splits_since(market_now() - splits.LOOK_BACK):
            return
        step(trading, DAY)
    raise AssertionError("it was never split")


@pytest.fixture
def holding(bot_running: BotMaker, trading: SimulatorProcess) -> Callable[..., Position]:
    def hold(**changes: object) -> Position:
        risk = {"stop_loss": 0.3, "take_profit": 0.9}
        bot = bot_running(symbols=["SPLT"], **({"risk_management": risk} | changes))
        tick(bot)
        fills_collect()
        sweep()
        return Position.objects.get(bot=bot)

    return hold


def alerts() -> list[str]:
    rows = Event.objects.filter(type="alert_raised").order_by("id")
    return [row.payload["message"] for row in rows]


def numbers(position: Position) -> tuple[Decimal | None, ...]:
    return position.quantity, position.entry_price, position.stop_loss_price, position.take_profit_price


@pytest.mark.parametrize(
    "look", [reconcile, sweep, lambda: protection_check(broker_connect())], ids=["reconcile", "sweep", "protection"]
)
def test_the_position_becomes_one_of_the_new_shares_and_keeps_its_stop(
    holding: Callable[..., Position], trading: SimulatorProcess, look: Callable[[], object]
) -> None:
    before, another = holding(), holding(capital=4_000)
    to_the_split(trading)
    Trade.objects.resting().working().update(state="canceled")  # as the stream tells

    for _ in range(3):
        look()
        sweep()

    after = Position.objects.get(pk=before.pk)
    cents = [price / 4 for price in (before.stop_loss_price or 0, before.take_profit_price or 0)]
    assert (after.quantity, after.entry_price) == (before.quantity * 4, before.entry_price / 4)
    assert after.stop_loss_price is not None
    assert after.take_profit_price is not None
    assert 0 <= cents[0] - after.stop_loss_price < Decimal("0.01")
    assert 0 <= after.take_profit_price - cents[1] < Decimal("0.01")
    assert Position.objects.get(pk=another.pk).quantity == another.quantity * 4
    stops = Trade.objects.filter(role="stop", state="open")
    assert set(stops.values_list("bot_id", "quantity", "stop_price")) == {
        (held.bot_id, held.quantity, held.stop_loss_price) for held in Position.objects.all()
    }
    assert not Trade.objects.filter(role="exit").exists()
    assert not Difference.objects.filter(resolved_at=None).exists()
    assert [message for message in alerts() if "was split" in message] == [
        f"SPLT was split 4 for 1: {one.bot.name} holds {4 * one.quantity:.0f} shares for {one.quantity:.0f}"
        for one in (before, another)
    ]
    assert (Split.objects.count(), ForeignFill.objects.count()) == (1, 0)


def test_a_tick_decides_about_the_new_shares(holding: Callable[..., Position], trading: SimulatorProcess) -> None:
    before = holding()
    to_the_split(trading)
    change_indicators(before.bot, SELL={})
    tick(before.bot)
    fills_collect()

    sale, after = Trade.objects.get(role="exit"), Position.objects.get()
    assert (sale.error, sale.quantity) == ("", before.quantity * 4)
    assert (after.is_open, trading.ledger()["positions"]) == (False, [])
    result = BotResult.objects.get(bot=before.bot).realized_pnl
    assert result == after.realized_pnl
    assert abs(result) < before.entry_price * before.quantity / 4, "no loss of three quarters"


def test_shares_of_no_bot_are_split_as_well(holding: Callable[..., Position], trading: SimulatorProcess) -> None:
    order = {"symbol": "SPLT", "qty": "5", "side": "buy", "type": "market", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order)[0] == 200
    before = holding()
    to_the_split(trading)
    sweep()
    sweep()

    assert Position.objects.get().quantity == before.quantity * 4
    assert list(ForeignFill.objects.order_by("id").values_list("side", "quantity")) == [("buy", 5), ("buy", 15)]
    assert not Difference.objects.filter(resolved_at=None).exists()


def test_until_the_split_is_told_nothing_is_sold_at_its_prices(
    holding: Callable[..., Position], trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = holding()
    to_the_split(trading)
    told = AlpacaBroker.splits_since
    monkeypatch.setattr(AlpacaBroker, "splits_since", lambda broker, after: [])
    splits.forget()
    for _ in range(3):
        sweep()
    change_indicators(before.bot, SELL={})
    tick(before.bot)

    assert Position.objects.get().quantity == before.quantity
    assert trading.ledger()["positions"][0]["qty"] == str(before.quantity.normalize() * 4)
    assert Trade.objects.get(role="exit").error == "decided by a price of other shares: the stock was split"
    assert Difference.objects.filter(resolved_at=None, symbol="SPLT").exists()

    monkeypatch.setattr(AlpacaBroker, "splits_since", told)
    sweep()
    assert Position.objects.get().quantity == before.quantity * 4
    sweep()
    assert not Difference.objects.filter(resolved_at=None).exists()


def test_a_split_that_does_not_explain_the_shares_changes_nothing_and_is_told_once(
    holding: Callable[..., Position], trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = holding()
    step(trading, DAY)
    wrong = [SplitTold("1", "SPLT", market_now().date(), Decimal(7))]
    monkeypatch.setattr(AlpacaBroker, "splits_since", lambda broker, after: wrong)
    for _ in range(2):
        # Told by one process, and by another not again.
        splits.forget()
        for _ in range(2):
            splits.splits_collect(broker_connect())

    assert numbers(Position.objects.get()) == numbers(before)
    assert not Split.objects.exists()
    held = f"{before.quantity:.0f}"
    assert [message for message in alerts() if "split" in message] == [
        f"a split of SPLT on {market_now():%Y-%m-%d} cannot be taken over: {held} shares here, +7 told, "
        f"the broker has {held}"
    ]


def test_two_processes_that_find_one_split_do_not_dispute_it(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    before = holding()
    to_the_split(trading)
    [told] = broker_connect().splits_since(market_now() - splits.LOOK_BACK)
    for _ in range(2):
        splits._take_over(told.symbol, told.day, told.quantity, broker_connect())

    assert Position.objects.get().quantity == before.quantity * 4
    assert not [message for message in alerts() if "cannot" in message]


def test_what_was_traded_since_the_split_is_not_split(
    holding: Callable[..., Position], trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account tells of a split hours after its shares are traded."""
    before = holding()
    to_the_split(trading)
    with monkeypatch.context() as silent:
        silent.setattr(AlpacaBroker, "splits_since", lambda broker, after: [])
        order = {"symbol": "SPLT", "qty": "5", "side": "buy", "type": "market", "time_in_force": "day"}
        assert trading.request("POST", "/v2/orders", order)[0] == 200
        fresh = holding()
    for _ in range(3):
        sweep()

    after = Position.objects.get(pk=before.pk)
    assert (after.quantity, after.entry_price) == (before.quantity * 4, before.entry_price / 4)
    assert numbers(Position.objects.get(pk=fresh.pk)) == numbers(fresh)
    legs = Trade.objects.filter(bot=fresh.bot).resting().order_by("role")
    assert [(leg.role, leg.state) for leg in legs] == [("stop", "open"), ("target", "open")], (
        "nothing was wrong with them"
    )
    assert [row.quantity for row in ForeignFill.objects.all()] == [5]
    assert not Difference.objects.filter(resolved_at=None).exists()


def test_a_position_that_was_traded_since_the_split_is_left_to_people(
    holding: Callable[..., Position], trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = holding()
    to_the_split(trading)
    with monkeypatch.context() as silent:
        silent.setattr(AlpacaBroker, "splits_since", lambda broker, after: [])
        sell_by_hand(trading, "SPLT", Decimal(1))
        fills_collect()
        sale_by_hand_assign(order_id=ForeignFill.objects.get().order_id, bot=before.bot, by="ada")
    sweep()
    sweep()

    assert Position.objects.get().quantity == before.quantity - 1
    assert [message for message in alerts() if "cannot be taken over" in message] == [
        f"a split of SPLT on {market_now():%Y-%m-%d} cannot be taken over: {before.bot.name} has traded it since"
    ]


@pytest.fixture
def reverse(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """One for two: the account has one share of three, and cash for the half."""

    def happen(listed: list[SplitListed] | Exception) -> None:
        def listing(*_: object) -> list[SplitListed]:
            if isinstance(listed, Exception):
                raise listed
            return listed

        told = [SplitTold("1", "SPLT", market_now().date(), Decimal(-2))]
        monkeypatch.setattr(AlpacaBroker, "splits_since", lambda broker, after: told)
        monkeypatch.setattr(AlpacaBroker, "splits_listed", listing)
        monkeypatch.setattr(AlpacaBroker, "positions", lambda broker: [BrokerPosition("SPLT", Decimal(1))])

    return happen


def test_a_fraction_paid_in_cash_does_not_change_the_ratio(
    holding: Callable[..., Position], trading: SimulatorProcess, reverse: Callable[..., None]
) -> None:
    before = holding()
    assert before.quantity == 3
    step(trading, DAY)
    reverse([SplitListed("SPLT", market_now().date(), Fraction(1, 2))])
    splits.splits_collect(broker_connect())

    after = Position.objects.get()
    prices = [price and price * 2 for price in numbers(before)[1:]]
    assert numbers(after) == (Decimal(1), *prices)
    assert [message for message in alerts() if "was split" in message] == [
        f"SPLT was split 1 for 2: {before.bot.name} holds 1 shares for 3; "
        "the broker pays 0.5 of a share in cash, which is booked to the bot when it comes"
    ]
    assert trading.ask("GET", "/v2/orders?status=open") == [], "a stop of the old shares is at the wrong price"


@pytest.mark.parametrize("target", [None, 0.9], ids=["a stop alone", "stop and target"])
def test_a_stop_at_another_price_than_the_position_s_does_not_protect_it(
    holding: Callable[..., Position], trading: SimulatorProcess, target: float | None
) -> None:
    """The broker has left it from before the split."""
    position = holding(risk_management={"stop_loss": 0.3, "take_profit": target})
    wanted = (position.stop_loss_price or Decimal(0)) - 10
    Position.objects.update(stop_loss_price=wanted)
    for _ in range(3):
        sweep()

    resting = [order for order in trading.ask("GET", "/v2/orders?status=open") if order["type"] == "stop"]
    assert [(Decimal(order["stop_price"]), Decimal(order["qty"])) for order in resting] == [(wanted, position.quantity)]
    assert Trade.objects.get(role="stop", state="open").order_id == resting[0]["id"]


@pytest.mark.parametrize(
    "listed",
    [[], BrokerRefused("no such plan", 403, 1), BrokerUnauthorized("not for these keys")],
    ids=["not listed", "not for us", "not for these keys"],
)
def test_a_split_that_is_not_listed_is_what_the_shares_say(
    holding: Callable[..., Position], trading: SimulatorProcess, reverse: Callable[..., None], listed: object
) -> None:
    before = holding()
    step(trading, DAY)
    reverse(listed)
    splits.splits_collect(broker_connect())
    assert numbers(Position.objects.get())[:2] == (Decimal(1), before.entry_price * 3)


def test_a_list_that_cannot_be_read_is_waited_for_until_the_day_is_over(
    holding: Callable[..., Position], trading: SimulatorProcess, reverse: Callable[..., None]
) -> None:
    before = holding()
    step(trading, DAY)
    reverse(BrokerUnavailable("down"))
    splits.splits_collect(broker_connect())
    assert numbers(Position.objects.get()) == numbers(before)
    step(trading, DAY)
    splits.splits_collect(broker_connect())
    assert Position.objects.get().quantity == 1


def test_a_split_that_is_never_told_holds_exits_back_however_long_ago_it_was(
    holding: Callable[..., Position], trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    position = holding()
    to_the_split(trading)
    monkeypatch.setattr(AlpacaBroker, "splits_since", lambda broker, after: [])
    for _ in range(3):
        assert splits.looks_split(position, position.entry_price / 4, broker_connect())
        step(trading, 8 * DAY)


def test_a_stop_that_was_moved_while_others_were_looked_at_stays(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    as_read = holding()
    stop = Trade.objects.get(role="stop")
    price = f"{(stop.stop_price or 0) - 5:.2f}"
    assert trading.request("PATCH", f"/v2/orders/{stop.order_id}", {"stop_price": price})[0] == 200
    order_refresh(stop)
    assert not position_protect(as_read, broker_connect())
    sweep()
    assert sorted(order["type"] for order in trading.ask("GET", "/v2/orders?status=open")) == ["limit", "stop"]


def test_refusals_of_the_old_price_do_not_delay_the_new_stop(
    holding: Callable[..., Position], trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    position = holding()
    to_the_split(trading)
    Trade.objects.resting().working().update(state="canceled")
    with monkeypatch.context() as silent:
        silent.setattr(AlpacaBroker, "splits_since", lambda broker, after: [])
        sweep()
    assert Trade.objects.filter(role="stop", state="rejected").exists()
    sweep()
    sweep()
    assert Trade.objects.get(role="stop", state="open").quantity == position.quantity * 4


def test_a_split_that_is_listed_otherwise_changes_nothing(
    holding: Callable[..., Position], trading: SimulatorProcess, reverse: Callable[..., None]
) -> None:
    before = holding()
    step(trading, DAY)
    reverse([SplitListed("SPLT", market_now().date(), Fraction(4))])
    for _ in range(3):
        splits.splits_collect(broker_connect())
    assert numbers(Position.objects.get()) == numbers(before)
    [told] = [message for message in alerts() if "cannot be taken over" in message]
    assert told.endswith(": 3 shares became 1, but 4 for 1 is listed")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("streamed", [False, True])
def test_no_price_of_the_old_shares_is_the_newest_one(
    holding: Callable[..., Position], trading: SimulatorProcess, streamed: bool
) -> None:
    before = holding()
    price, at = last_prices(["SPLT"])["SPLT"]
    if streamed:
        price_board.note("SPLT", price + 1, at)
        price_board.publish()
        price += 1
    assert price > before.entry_price / 2
    to_the_split(trading)
    splits.splits_collect(broker_connect())
    assert last_prices(["SPLT"]) == {"SPLT": (price / 4, at)}
    tick(before.bot)
    assert last_prices(["SPLT"])["SPLT"][0] < before.entry_price / 2
    assert last_prices(["SPLT"])["SPLT"][1] > at


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("streamed", [False, True])
def test_a_price_since_the_split_is_of_the_new_shares_already(
    holding: Callable[..., Position], trading: SimulatorProcess, streamed: bool
) -> None:
    """It was streamed, or only fetched: the stream died with a price of the old shares."""
    before = holding()
    price_board.note("SPLT", before.entry_price, market_now())
    price_board.publish()
    to_the_split(trading)
    if streamed:
        price_board.note("SPLT", Decimal(80), market_now())
        price_board.publish()
    else:
        step(trading, 3600)
        bars_backfill(broker_connect(), ["SPLT"], "1Min", 30, market_now())
    newest = last_prices(["SPLT"])
    assert newest["SPLT"][0] < before.entry_price / 2
    splits.splits_collect(broker_connect())
    assert last_prices(["SPLT"]) == newest


@pytest.mark.parametrize(
    ("listed", "sold"), [(None, False), (BrokerUnavailable("down"), False), ([], True)], ids=["yes", "who knows", "no"]
)
def test_where_no_split_is_listed_an_exit_goes_its_way(
    holding: Callable[..., Position],
    trading: SimulatorProcess,
    monkeypatch: pytest.MonkeyPatch,
    listed: object,
    sold: bool,
) -> None:
    """The account has more shares and the price fell, but perhaps shares were transferred."""

    def listing(*_: object) -> object:
        if isinstance(listed, Exception):
            raise listed
        return listed

    before = holding()
    to_the_split(trading)
    monkeypatch.setattr(AlpacaBroker, "splits_since", lambda broker, after: [])
    if listed is not None:
        monkeypatch.setattr(AlpacaBroker, "splits_listed", listing)
    change_indicators(before.bot, SELL={})
    tick(before.bot)

    assert (Trade.objects.get(role="exit").error == "") is sold
    waits = [message for message in alerts() if "sells no SPLT by itself" in message]
    assert len(waits) == (0 if sold else 1)


def test_a_split_of_shares_that_are_not_known_here_is_nobody_s_concern(
    trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [SplitTold("1", "SPLT", market_now().date(), Decimal(7))]
    monkeypatch.setattr(AlpacaBroker, "splits_since", lambda broker, after: told)
    for _ in range(2):
        splits.splits_collect(broker_connect())
    assert alerts() == []


def test_shares_that_were_traded_are_no_split(holding: Callable[..., Position], trading: SimulatorProcess) -> None:
    position = holding()
    sell_by_hand(trading, "SPLT", position.quantity - 1)
    far = position.entry_price * 3
    assert not splits.looks_split(position, far, broker_connect()), "not booked yet, but traded"
    sweep()
    assert not splits.looks_split(position, far, broker_connect())


@pytest.mark.parametrize(
    ("shares", "now", "entry", "price", "expected"),
    [
        pytest.param(3, 12, 320, 80, True, id="four for one"),
        pytest.param(3, 12, 320, 150, True, id="four for one, after a gain of 87 %"),
        pytest.param(3, 12, 320, 42, True, id="four for one, after a loss of 47 %"),
        pytest.param(30, 3, 2, 20, True, id="one for ten"),
        pytest.param(10, 15, 300, 200, True, id="three for two"),
        pytest.param(10, 11, 300, 272, False, id="a tenth more is none"),
        pytest.param(3, 12, 320, 320, False, id="shares transferred to the account"),
        pytest.param(12, 3, 80, 80, False, id="shares transferred from it"),
        pytest.param(12, 12, 320, 80, False, id="a crash"),
        pytest.param(12, 0, 320, 80, False, id="all gone"),
        pytest.param(0, 12, 320, 80, False, id="nothing here"),
    ],
)
def test_what_looks_like_a_split(shares: int, now: int, entry: int, price: int, expected: bool) -> None:
    assert splits._is_split(Decimal(shares), Decimal(now), Decimal(entry), Decimal(price)) == expected


@pytest.mark.parametrize("timeframe", ["1Min", "15Min"])
def test_the_fall_of_a_split_is_no_fall_to_the_indicators(
    bot_running: BotMaker, trading: SimulatorProcess, timeframe: str
) -> None:
    """RSI would buy on every bar, and the averages would cross, until the split is out of their sight."""
    bot = bot_running(symbols=["SPLT"], timeframe=timeframe, indicators={"RSI": {}, "SMA": {}})
    tick(bot)
    order = {"symbol": "SPLT", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order)[0] == 200
    to_the_split(trading)
    step(trading, 60)
    tick(bot)

    row = Decision.objects.filter(bot=bot).latest("id")
    price = float(broker_connect().latest_prices(["SPLT"])["SPLT"][0])
    assert row.bar_end is not None
    assert abs(row.values["SMA"]["sma"] / price - 1) < 0.2
    assert row.values["RSI"]["rsi"] > 15
    closes = bars_between("SPLT", "1Min", market_now() - timedelta(days=5), market_now()).close
    assert len(closes) > 390
    assert (closes[1:] / closes[:-1]).min() > 0.8


def test_history_from_before_an_old_split_is_of_today_s_shares(trading: SimulatorProcess) -> None:
    """SPLT was also split twenty sessions before the market's first day, one for eight."""
    now = market_now()
    bars = broker_connect().bars(BarRequest(["SPLT"], "1Min", now - timedelta(days=40), now))["SPLT"]
    closes = [bar.close for bar in bars]
    assert min(after / before for before, after in pairwise(closes)) > Decimal("0.8")
    assert max(after / before for before, after in pairwise(closes)) < Decimal("1.25")


def test_a_split_that_cannot_be_read_leaves_nobody_without_a_stop(
    holding: Callable[..., Position], trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    position, activities = holding(), AlpacaBroker._activities

    def told(broker: AlpacaBroker, kind: str, after: object) -> object:
        unreadable = {"activity_type": "SPLIT", "id": "1", "symbol": "ZZZZ", "date": "2026-06-02"}
        return iter([unreadable]) if kind == "SPLIT" else activities(broker, kind, after)

    monkeypatch.setattr(AlpacaBroker, "_activities", told)
    for leg in Trade.objects.resting().working():
        trading.request("DELETE", f"/v2/orders/{leg.order_id}")

    assert reconcile()
    sweep()
    assert Trade.objects.get(role="stop", state="open").quantity == position.quantity


def test_a_trailing_stop_is_not_met_by_a_split(holding: Callable[..., Position], trading: SimulatorProcess) -> None:
    """The bot has looked every day, so that yesterday's minutes are stored as prices of the old shares."""
    position = holding(risk_management={"stop_loss": 0.3, "take_profit": None, "trailing_stop": 0.2})
    for _ in range(10):
        step(trading, DAY)
        tick_if_open(position)
        if Split.objects.exists():
            break
    for _ in range(3):
        step(trading, 60)
        tick_if_open(position)

    assert Split.objects.exists()
    assert not Trade.objects.filter(role="exit").exists()
    after = Position.objects.get()
    assert after.highest_close is not None
    assert after.highest_close < position.entry_price / 2
    assert abs(Decimal(bot_view(position.bot)["today"]["pnl"])) < position.entry_price * position.quantity / 20


def tick_if_open(position: Position) -> None:
    if session_today(market_now()) is not None:
        tick(position.bot)
