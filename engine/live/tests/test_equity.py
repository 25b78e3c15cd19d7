"""The bots' equity is marked to market each minute while something is held; drawdown and Sharpe are told from it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, change_indicators, step, tick
from engine.live.watch import watch
from engine.models import Lease
from marketdata.clock import market_now
from marketdata.prices import price_board
from positions.equity import equity_mark, equity_marks_prune
from positions.models import BotResult, EquityMark, Position
from simulator.testing import SimulatorProcess
from trades.analytics import analytics

HELD_FOR = 25


def minute(exchange: SimulatorProcess) -> Decimal:
    """A minute later: the price by then, as the stream brings it."""
    step(exchange)
    [(price, at)] = broker_connect().latest_prices(["TSLA"]).values()
    price_board.note("TSLA", price, at)
    price_board.publish()
    return price


def traded(make: BotMaker, exchange: SimulatorProcess) -> tuple[Bot, list[Decimal]]:
    """A bot that has held TSLA for some minutes and sold it, and what it had gained by each of them."""
    bot = make(symbols=["TSLA"], risk_management={"stop_loss": 0.5, "take_profit": None, "max_position_size": 1})
    assert equity_mark(market_now()) == 0
    assert tick(bot) == 1
    fills_collect()
    position = Position.objects.get()
    gained = []
    for _ in range(HELD_FOR):
        gained.append(position.quantity * (minute(exchange) - position.entry_price))
        assert equity_mark(market_now()) == 1
        assert equity_mark(market_now() + timedelta(seconds=20)) == 1
    change_indicators(bot, SELL={})
    minute(exchange)
    assert tick(bot) == 1
    fills_collect()
    return bot, [*gained, BotResult.objects.get().realized_pnl]


def deepest(results: list[Decimal]) -> Decimal:
    """The slow way: every pair of a value and one after it."""
    return max(before - after for place, before in enumerate(results) for after in results[place:])


def test_one_mark_a_minute_and_one_when_it_has_ended(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot, gained = traded(bot_running, trading)
    for _ in range(3):
        minute(trading)
        equity_mark(market_now())

    assert list(EquityMark.objects.filter(bot=bot).order_by("at").values_list("result", flat=True)) == gained
    assert len(gained) == HELD_FOR + 1


def test_the_drawdown_is_of_every_minute(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot, gained = traded(bot_running, trading)
    minute(trading)
    equity_mark(market_now())
    fall = deepest([Decimal(0), *gained])
    # What is realised alone would know of the end only.
    assert fall > max(Decimal(0), -gained[-1])

    body = analytics(range="1M", now=market_now())

    assert Decimal(body["metrics"]["max_drawdown"]) == fall
    assert [Decimal(row["drawdown"]) for row in body["equity"]] == [fall]
    assert Decimal(body["bots"][0]["max_drawdown"]) == fall
    assert Decimal(body["equity"][0]["equity"]) == bot.capital + gained[-1]
    assert body["marked_to_market"]
    # Of one symbol nothing is noted: what is realised counts, and that is said.
    assert not analytics(range="1M", symbols=["TSLA"], now=market_now())["marked_to_market"]


def test_a_day_s_result_is_of_its_close_and_the_next_begins_there(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running(symbols=["TSLA"], risk_management={"stop_loss": 0.5, "take_profit": None})
    assert tick(bot) == 1
    fills_collect()
    position = Position.objects.get()
    closes = []
    for moment in ("2026-06-02T15:59", "2026-06-03T15:59", "2026-06-04T11:59"):
        trading.step_to(f"{moment}:00-04:00")
        closes.append(position.quantity * (minute(trading) - position.entry_price))
        assert equity_mark(market_now()) == 1

    body = analytics(range="1M", now=market_now())

    assert [Decimal(row["cumulative"]) for row in body["equity"]] == closes
    first, second, third = closes
    assert [Decimal(row["pnl"]) for row in body["equity"]] == [first, second - first, third - second]
    assert Decimal(body["metrics"]["total_pnl"]) == third
    assert (body["metrics"]["best_day"], body["metrics"]["worst_day"]) == (
        max(body["equity"], key=lambda row: Decimal(row["pnl"]))["pnl"],
        min(body["equity"], key=lambda row: Decimal(row["pnl"]))["pnl"],
    )
    # A range that begins later begins with what the mark before it says.
    week = analytics(range="1W", now=datetime.fromisoformat("2026-06-09T12:00:00-04:00"))
    assert [row["date"] for row in week["equity"]][:2] == ["2026-06-03", "2026-06-04"]
    assert Decimal(week["equity"][0]["pnl"]) == second - first


def test_minutes_of_days_long_over_are_forgotten_but_their_extremes(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot, now = bot_running(), market_now()
    for day in (0, 9):
        for place, result in enumerate((3, 8, 1, 5, 4)):
            at = now - timedelta(days=day) + timedelta(minutes=place)
            EquityMark.objects.create(bot=bot, at=at, result=Decimal(result))

    assert equity_marks_prune(now) == 2
    assert equity_marks_prune(now) == 0

    kept = EquityMark.objects.filter(bot=bot, at__date__lt=date(2026, 6, 1)).order_by("at")
    assert list(kept.values_list("result", flat=True)) == [8, 1, 4]
    assert EquityMark.objects.filter(bot=bot).count() == 8


def test_whoever_keeps_the_page_up_to_date_marks_it(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    Lease.objects.all().delete()
    watch()
    assert EquityMark.objects.get().bot == bot
