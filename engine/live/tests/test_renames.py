"""A held stock gets another symbol, becomes another company's, or is listed no more."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from bots.models import Bot, BotVersion
from engine.brokers.connect import broker_connect
from engine.core.renaming import Renaming
from engine.live import exit_attempts, renames, symbol_change
from engine.live.closing import position_close_request
from engine.live.fills import fills_collect
from engine.live.protection import exit_go_on, protection_check
from engine.live.reconcile import reconcile
from engine.live.renames import renames_collect
from engine.live.symbol_change import RenameRefused, symbol_rename
from engine.live.testing import BotMaker, step, sweep, tick
from engine.models import Difference
from marketdata.clock import market_now
from marketdata.models import Symbol
from marketdata.selectors import last_prices
from notifications.models import Alert
from positions.models import BotResult, Position, Rename, Split
from simulator.testing import SimulatorProcess
from trades.by_hand import sale_by_hand_assign
from trades.models import ForeignFill, Trade
from trades.selectors import position_protection, position_trades

ACTIONS = {"method": "GET", "path": "/v1/corporate-actions", "effect": "alter"}


@pytest.fixture
def holding(bot_running: BotMaker) -> Callable[..., Position]:
    """A bot that holds XOM, with a stop and a target at the broker."""

    def hold(**changes: object) -> Position:
        bot = bot_running(symbols=["XOM", "KO"] if not Bot.objects.exists() else ["XOM"], **changes)
        Bot.objects.filter(pk=bot.pk).update(symbols=["XOM"])
        bot.refresh_from_db()
        tick(bot)
        fills_collect()
        sweep()
        Bot.objects.filter(pk=bot.pk).update(indicators={"SELL": {}})
        return Position.objects.get(bot=bot)

    return hold


def rename(exchange: SimulatorProcess, **more: object) -> None:
    exchange.control("POST", "/sim/renames", {"symbol": "XOM", "to": "XON"} | more)


def alerts(begins: str = "") -> list[str]:
    rows = Alert.objects.order_by("pk").values_list("words", flat=True)
    return [words for words in rows if words.startswith(begins)]


def sold(exchange: SimulatorProcess) -> list[tuple[str, str]]:
    return [(row["symbol"], row["qty"]) for row in exchange.ledger()["activities"] if row["side"] == "sell"]


def stops() -> set[tuple[int, str, Decimal, Decimal | None]]:
    resting = Trade.objects.filter(role="stop", state="open")
    return set(resting.values_list("bot_id", "symbol", "quantity", "stop_price"))


def map_by_hand(new: str = "XON", ratio: Fraction = Fraction(1)) -> Rename:
    return symbol_rename(Renaming("XOM", new, ratio), by="ann")


@pytest.mark.parametrize(
    "look", [reconcile, sweep, lambda: protection_check(broker_connect())], ids=["reconcile", "sweep", "protection"]
)
def test_everything_follows_and_is_protected_under_the_new_symbol(
    holding: Callable[..., Position],
    trading: SimulatorProcess,
    look: Callable[[], object],
    django_capture_on_commit_callbacks: Any,
) -> None:
    before, another = holding(), holding(capital=4_000)
    rename(trading)
    Trade.objects.resting().working().update(state="canceled")  # as the stream tells
    with django_capture_on_commit_callbacks(execute=True):
        look()
    for _ in range(2):
        look()
        sweep()

    after = Position.objects.get(pk=before.pk)
    assert (after.symbol, after.quantity, after.entry_price) == ("XON", before.quantity, before.entry_price)
    assert (after.stop_loss_price, after.take_profit_price) == (before.stop_loss_price, before.take_profit_price)
    held = list(Position.objects.all())
    assert stops() == {(one.bot_id, "XON", one.quantity, one.stop_loss_price) for one in held}
    assert [position_protection(one) for one in held] == ["protected", "protected"]
    resting = trading.ask("GET", "/v2/orders?status=open&nested=false")
    assert {row["symbol"] for row in resting} == {"XON"}
    assert [trade.symbol for trade in position_trades(after)] == ["XON"]
    assert not Trade.objects.unfinished().filter(symbol="XOM").exists()
    assert not Difference.objects.filter(resolved_at=None).exists()
    bot = Bot.objects.get(pk=before.bot_id)
    assert (bot.symbols, bot.status) == (["XON"], "running")
    version = BotVersion.objects.get(bot=bot, number=bot.version)
    assert (bot.version, version.config["symbols"], version.config["name"]) == (2, ["XON"], bot.name)
    assert dict(Symbol.objects.filter(symbol__startswith="XO").values_list("symbol", "tradable")) == {
        "XOM": False,
        "XON": True,
    }
    assert last_prices(["XON"])["XON"][0] > 0
    taken = Rename.objects.get()
    assert (taken.old, taken.new, taken.by, taken.before) == ("XOM", "XON", "", taken.after)
    names = (before.bot.name, another.bot.name)
    assert alerts("XOM is") == [
        f"XOM is XON now; {names[0]}, {names[1]} trade it under that symbol. "
        f"{names[0]} holds {before.quantity:.0f} XON. {names[1]} holds {another.quantity:.0f} XON"
    ]


def test_a_close_that_was_asked_for_sells_under_the_new_symbol(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    position = holding()
    rename(trading)
    trade = position_close_request(position=position, by="ann", now=market_now())
    for _ in range(3):
        sweep()
        step(trading)
    fills_collect()

    trade.refresh_from_db()
    position.refresh_from_db()
    assert (trade.symbol, trade.state, trade.error) == ("XON", "filled", "")
    assert (position.symbol, position.is_open) == ("XON", False)
    assert sold(trading) == [("XON", f"{trade.quantity:.0f}")]
    assert trading.ledger()["positions"] == []
    assert BotResult.objects.get(bot=position.bot).realized_pnl == position.realized_pnl
    assert not Alert.objects.filter(kind=exit_attempts.ALERT, ended_at=None).exists()
    assert not Difference.objects.filter(resolved_at=None).exists()


def test_a_sale_that_finds_no_shares_looks_for_them_under_another_symbol(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    position, broker = holding(), broker_connect()
    rename(trading)
    trade = position_close_request(position=position, by="ann", now=market_now())
    exit_go_on(trade, broker)
    trade.refresh_from_db()
    assert (trade.symbol, trade.state) == ("XON", "created")
    exit_go_on(trade, broker)
    assert sold(trading) == [("XON", f"{position.quantity:.0f}")]


def test_a_close_after_the_takeover_sells_and_the_bot_trades_on(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    position = holding()
    rename(trading)
    sweep()
    step(trading)
    bot = Bot.objects.get(pk=position.bot_id)
    tick(bot)
    fills_collect()
    position.refresh_from_db()
    assert (position.is_open, sold(trading)[0][0]) == (False, "XON")
    Bot.objects.filter(pk=bot.pk).update(indicators={"BUY": {}})
    step(trading, 120)
    tick(Bot.objects.get(pk=bot.pk))
    fills_collect()
    assert Position.objects.held().get().symbol == "XON"


def test_the_first_tick_of_a_session_looks_before_it_decides(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    position = holding()
    rename(trading)
    renames.forget()
    step(trading)
    tick(position.bot)
    assert Position.objects.get().symbol == "XON"
    assert Trade.objects.get(role="exit").symbol == "XON"


def test_a_bot_that_holds_nothing_trades_the_new_symbol(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(symbols=["KO", "XOM"])
    rename(trading)
    sweep()
    sweep()
    bot.refresh_from_db()
    assert (bot.symbols, bot.version, Rename.objects.get().after) == (["KO", "XON"], 2, 0)


def test_shares_traded_by_hand_go_along_and_can_still_be_booked_to_a_bot(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    order = {"symbol": "XOM", "qty": "5", "side": "buy", "type": "market", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order)[0] == 200
    position = holding()
    # What is told late of the old symbol is of the new one, too.
    trading.set_faults({"effect": "late_activities", "rate": 1, "delay": 30})
    assert trading.request("POST", "/v2/orders", order | {"side": "sell", "qty": "2"})[0] == 200
    assert trading.request("POST", "/v2/orders", order | {"qty": "2"})[0] == 200
    rename(trading)
    sweep()
    assert Position.objects.get().symbol == "XON"
    step(trading)
    sweep()
    found = list(ForeignFill.objects.order_by("id").values_list("symbol", "side", "quantity"))
    assert sorted(found) == [("XON", "buy", 2), ("XON", "buy", 5), ("XON", "sell", 2)]
    assert not Difference.objects.filter(resolved_at=None).exists()
    sale = ForeignFill.objects.get(side="sell")
    sale_by_hand_assign(order_id=sale.order_id, bot=position.bot, by="ann")
    assert Position.objects.get().quantity == position.quantity - 2


def test_what_is_not_borne_out_by_the_account_changes_nothing_and_is_told_once(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    position = holding()
    rename(trading)
    order = {"symbol": "XON", "qty": "2", "side": "buy", "type": "market", "time_in_force": "day"}
    trading.set_faults({"effect": "late_activities", "rate": 1, "delay": 100})
    assert trading.request("POST", "/v2/orders", order)[0] == 200
    for _ in range(3):
        sweep()
    position.refresh_from_db()
    assert (position.symbol, Rename.objects.exists(), Bot.objects.get().symbols) == ("XOM", False, ["XOM"])
    held = f"{position.quantity:.0f}"
    assert alerts("XOM is XON since") == [
        f"XOM is XON since 2026-06-02, but cannot be taken over: {held} shares of XOM here ({held} of bots) become "
        f"{held} of XON, the broker has {position.quantity + 2:.0f}; "
        "what is right can be mapped: manage.py rename XOM XON"
    ]
    trading.set_faults()
    step(trading, 120)
    sweep()
    sweep()
    assert (Position.objects.get().symbol, Rename.objects.count()) == ("XON", 1)
    assert not Alert.objects.filter(kind="rename", ended_at=None).exists()


def test_a_rename_that_nobody_lists_is_mapped_by_a_person(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    position = holding()
    rename(trading, announced=False)
    trade = position_close_request(position=position, by="ann", now=market_now())
    sweep()
    trade.refresh_from_db()
    words = "the broker knows no XOM; where it has another symbol, map it: manage.py rename XOM NEW"
    assert (trade.state, trade.error) == ("created", words)

    taken = map_by_hand()
    assert (taken.by, taken.before, taken.after) == ("ann", position.quantity, position.quantity)
    sweep()
    step(trading)
    fills_collect()
    position.refresh_from_db()
    assert (position.symbol, position.is_open, sold(trading)[0][0]) == ("XON", False, "XON")
    assert alerts("XOM is XON now, says ann")
    with pytest.raises(RenameRefused, match="nothing here is called XOM"):
        map_by_hand()


def test_a_merger_is_told_with_its_rate_and_mapped_by_a_person(
    holding: Callable[..., Position], trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    position = holding()
    row = {
        "id": "1",
        "acquiree_symbol": "XOM",
        "acquiree_rate": 2,
        "acquirer_symbol": "XON",
        "acquirer_rate": 1,
        "cash_rate": 3,
        "process_date": "2026-06-02",
    }
    listed = {"stock_and_cash_mergers": [row]}
    trading.set_faults(ACTIONS | {"field": "corporate_actions", "value": listed})
    for _ in range(3):
        sweep()
    assert Position.objects.get().symbol == "XOM"
    assert alerts("the broker lists") == [
        "the broker lists a stock and cash merger of XOM on 2026-06-02: 0.5 XON and 1.5 dollars for each share. "
        "Nothing is guessed; once the account has them: manage.py rename XOM XON --ratio 1/2. "
        "Cash is not in the bots' books"
    ]
    trading.set_faults()
    rename(trading, announced=False)
    half = trading.request("POST", "/v2/orders", sale_of("XON", position.quantity - int(position.quantity / 2)))
    assert half[0] == 200
    with pytest.raises(RenameRefused, match="shares of XOM here"):
        map_by_hand()
    # The exchange knows no mergers: the shares that were sold away stand for those that became fewer.
    trading.set_faults({"method": "GET", "path": "/v2/account/activities/FILL", "effect": "empty"})
    monkeypatch.setattr(symbol_change, "fills_collect", lambda broker: 0)
    map_by_hand(ratio=Fraction(1, 2))
    after = Position.objects.get()
    assert (after.symbol, after.quantity) == ("XON", int(position.quantity / 2))
    assert after.entry_price == position.entry_price * 2


def sale_of(symbol: str, quantity: Decimal) -> dict[str, Any]:
    return {"symbol": symbol, "qty": f"{quantity:.0f}", "side": "sell", "type": "market", "time_in_force": "day"}


@pytest.mark.parametrize(
    ("kind", "row", "words"),
    [
        (
            "spin_offs",
            {"source_symbol": "XOM", "source_rate": 4, "new_symbol": "XOS", "new_rate": 1},
            "0.25 XOS for each share. XOM stays what it is; the new shares are no bot's",
        ),
        (
            "cash_mergers",
            {"acquiree_symbol": "XOM", "rate": 40.5},
            "40.5 dollars for each share. What is held of it cannot be sold once it is gone; close it before",
        ),
    ],
)
def test_what_needs_a_person_is_told_once(
    holding: Callable[..., Position], trading: SimulatorProcess, kind: str, row: dict[str, object], words: str
) -> None:
    before = holding()
    listed = {kind: [row | {"id": "1", "process_date": "2026-06-02"}]}
    trading.set_faults(ACTIONS | {"field": "corporate_actions", "value": listed})
    sweep()
    sweep()
    assert [told.partition(": ")[2] for told in alerts("the broker lists a")] == [words]
    assert (Position.objects.get().symbol, len(stops())) == ("XOM", 1)
    assert stops() == {(before.bot_id, "XOM", before.quantity, before.stop_loss_price)}


def test_a_row_that_cannot_be_read_keeps_no_other_from_being_taken_over(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    holding()
    trading.control("POST", "/sim/renames", {"symbol": "KO", "to": "KOX"})
    rename(trading)
    trading.set_faults(ACTIONS | {"field": "old_symbol", "where": {"old_symbol": "KO"}, "value": 7})
    sweep()
    assert Position.objects.get().symbol == "XON"
    assert [words for words in alerts() if "listed rename that cannot be read" in words]


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("NOPE", "the broker knows no NOPE"),
        ("KO", "the broker has 8[0-9]* shares of XOM still"),
        ("XOM", "XOM is XOM already"),
        ("X" * 40, "the broker knows no X+"),
    ],
)
def test_a_person_cannot_map_what_is_not_so(
    holding: Callable[..., Position], trading: SimulatorProcess, new: str, why: str
) -> None:
    before = holding()
    with pytest.raises(RenameRefused, match=why):
        map_by_hand(new)
    assert (Position.objects.get().version, Rename.objects.exists()) == (before.version, False)
    assert len(stops()) == 1


def test_a_split_taken_over_before_is_not_taken_for_a_new_one(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    holding()
    Split.objects.create(symbol="XOM", day="2026-06-01", before=1, after=2)
    rename(trading)
    renames_collect(broker_connect())
    assert list(Split.objects.values_list("symbol", flat=True)) == ["XON"]


def test_what_is_delisted_waits_with_an_alert_and_is_sold_when_it_can_be(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    position = holding()
    trading.control("POST", "/sim/restrictions", {"delisted": ["XOM"]})
    trade = position_close_request(position=position, by="ann", now=market_now())
    for _ in range(3):
        sweep()
        step(trading)
        Trade.objects.filter(pk=trade.pk).update(send_after=None)
    trade.refresh_from_db()
    assert trade.state == "created"
    assert "not active" in trade.error or "not tradable" in trade.error
    assert len([words for words in alerts() if "cannot get out of XOM" in words]) == 1
    trading.control("POST", "/sim/restrictions", {})
    Trade.objects.filter(pk=trade.pk).update(send_after=None)
    for _ in range(2):
        sweep()
        step(trading)
    fills_collect()
    position.refresh_from_db()
    assert (position.is_open, sold(trading)[0][0]) == (False, "XOM")
