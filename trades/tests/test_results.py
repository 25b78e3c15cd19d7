"""Statistics and analytics: figures computed by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from bots.models import Bot
from bots.tests.factories import BotFactory
from marketdata.prices import price_board
from positions.models import Position
from positions.tests.factories import PositionFactory
from trades.analytics import analytics
from trades.tests.factories import ExecutionFactory, TradeFactory
from web.testing import client_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 5, 20, 0, tzinfo=UTC)


@pytest.fixture
def viewer() -> APIClient:
    return client_of("viewer")


def round_trip(bot: Bot, symbol: str, day: int, *profits: str, hour: int = 15) -> Position:
    """10 shares bought at 100 and sold again in one fill for each of these results."""
    at = datetime(2026, 6, day, hour, tzinfo=UTC)
    buy = TradeFactory.create(bot=bot, symbol=symbol, timestamp=at, slippage=Decimal("0.02"))
    ExecutionFactory.create(trade=buy, at=at)
    total = sum(map(Decimal, profits), Decimal(0))
    sell = TradeFactory.create(
        bot=bot,
        symbol=symbol,
        timestamp=at + timedelta(minutes=5),
        type="sell",
        role="exit",
        profit_loss=total,
        commission=Decimal("0.5"),
    )
    part = Decimal(10) / len(profits)
    for number, profit in enumerate(profits):
        ExecutionFactory.create(
            trade=sell, at=at + timedelta(minutes=5 + number), quantity=part, profit_loss=Decimal(profit)
        )
    closed: Position = PositionFactory.create(
        bot=bot,
        symbol=symbol,
        quantity=0,
        is_open=False,
        opened_at=at,
        closed_at=at + timedelta(minutes=4 + len(profits)),
        realized_pnl=total,
    )
    return closed


@pytest.fixture
def bots() -> list[Bot]:
    one, two = BotFactory.create(name="One"), BotFactory.create(name="Two")
    round_trip(one, "AAPL", 2, "30.10", "0.20")
    # 01:00 UTC is still the day before in New York.
    round_trip(one, "MSFT", 4, "-10.30", hour=1)
    round_trip(two, "AAPL", 4, "-20")
    round_trip(two, "AAPL", 5, "0")
    TradeFactory.create(bot=two, status="pending", state="open", booked_quantity=0, filled_quantity=0, price=None)
    return [one, two]


def test_statistics_count_closed_positions_and_add_up_fills(viewer: APIClient, bots: list[Bot]) -> None:
    body = viewer.get("/api/trades/stats").json()
    assert body == {
        "trades": 9,
        "filled": 8,
        "buys": 5,
        "sells": 4,
        "closed_positions": 4,
        "won": 1,
        "lost": 2,
        "win_rate": "0.25",
        "profit_factor": "1",
        "expectancy": "0",
        "total_pnl": "0",
        "gross_profit": "30.3",
        "gross_loss": "30.3",
        "average_win": "30.3",
        "average_loss": "-15.15",
        "best": "30.3",
        "worst": "-20",
        "commission": "2",
        "average_slippage": "0.02",
        "volume": "8000",
        "by_day": [
            {"date": "2026-06-02", "pnl": "30.3", "cumulative": "30.3", "trades": 2},
            {"date": "2026-06-03", "pnl": "-10.3", "cumulative": "20", "trades": 2},
            {"date": "2026-06-04", "pnl": "-20", "cumulative": "0", "trades": 2},
            {"date": "2026-06-05", "pnl": "0", "cumulative": "0", "trades": 2},
        ],
        "by_symbol": [
            {"symbol": "AAPL", "pnl": "10.3", "trades": 6},
            {"symbol": "MSFT", "pnl": "-10.3", "trades": 2},
        ],
        # Hours of New York, Monday is 0; they add up to the same.
        "by_hour": [
            {"weekday": 1, "hour": 11, "pnl": "30.3", "sales": 2},
            {"weekday": 2, "hour": 21, "pnl": "-10.3", "sales": 1},
            {"weekday": 3, "hour": 11, "pnl": "-20", "sales": 1},
            {"weekday": 4, "hour": 11, "pnl": "0", "sales": 1},
        ],
        "distribution": body["distribution"],
    }
    assert sum(part["count"] for part in body["distribution"]) == 4
    assert 1 <= len(body["distribution"]) <= 20


FILTERED: list[tuple[str, dict[str, Any]]] = [
    ("bot={one}", {"trades": 4, "closed_positions": 2, "total_pnl": "20", "win_rate": "0.5"}),
    ("symbol=MSFT", {"trades": 2, "closed_positions": 1, "total_pnl": "-10.3", "profit_factor": "0"}),
    ("from=2026-06-04", {"trades": 4, "closed_positions": 2, "total_pnl": "-20", "won": 0}),
    ("to=2026-06-02&symbol=AAPL", {"trades": 3, "closed_positions": 1, "total_pnl": "30.3", "profit_factor": None}),
    ("type=sell", {"trades": 4, "buys": 0, "sells": 4, "total_pnl": "0", "closed_positions": 4, "volume": "4000"}),
]


@pytest.mark.parametrize(("query", "facts"), FILTERED)
def test_statistics_of_a_part(viewer: APIClient, bots: list[Bot], query: str, facts: dict[str, Any]) -> None:
    body = viewer.get(f"/api/trades/stats?{query.format(one=bots[0].pk)}").json()
    assert {key: body[key] for key in facts} == facts


def test_statistics_of_nothing(viewer: APIClient) -> None:
    body = viewer.get("/api/trades/stats").json()
    assert (body["trades"], body["total_pnl"], body["volume"], body["commission"]) == (0, "0", "0", "0")
    nothing = ("win_rate", "profit_factor", "expectancy", "average_win", "average_loss", "best", "worst")
    assert [body[key] for key in (*nothing, "average_slippage")] == [None] * 8
    assert body["by_day"] == body["by_symbol"] == body["by_hour"] == body["distribution"] == []


def test_analytics_add_up_by_session_bot_and_symbol(bots: list[Bot]) -> None:
    body = analytics(range="1M", now=NOW)
    assert (body["from"], body["to"], body["capital"]) == ("2026-06-02", "2026-06-05", "20000")
    assert body["equity"] == [
        {
            "date": "2026-06-02",
            "pnl": "30.3",
            "cumulative": "30.3",
            "equity": "20030.3",
            "drawdown": "0",
            "realized": "30.3",
        },
        {
            "date": "2026-06-03",
            "pnl": "-10.3",
            "cumulative": "20",
            "equity": "20020",
            "drawdown": "10.3",
            "realized": "20",
        },
        {"date": "2026-06-04", "pnl": "-20", "cumulative": "0", "equity": "20000", "drawdown": "30.3", "realized": "0"},
        {"date": "2026-06-05", "pnl": "0", "cumulative": "0", "equity": "20000", "drawdown": "30.3", "realized": "0"},
    ]
    assert body["metrics"] == {
        "total_pnl": "0",
        "realized_pnl": "0",
        "unrealized_pnl": "0",
        "return_pct": "0",
        "closed_positions": 4,
        "won": 1,
        "lost": 2,
        "win_rate": "0.25",
        "profit_factor": "1",
        "expectancy": "0",
        "sharpe": None,
        "max_drawdown": "30.3",
        "max_drawdown_pct": "0.001513",
        "average_win": "30.3",
        "average_loss": "-15.15",
        "best_day": "30.3",
        "worst_day": "-20",
        "trades": 8,
        "fees": "0",
        "dividends": "0",
    }
    assert [(row["name"], row["pnl"], row["trades"], row["closed_positions"]) for row in body["bots"]] == [
        ("One", "20", 4, 2),
        ("Two", "-20", 4, 2),
    ]
    assert body["bots"][0]["max_drawdown"] == "10.3"
    assert body["symbols"] == [
        {
            "symbol": symbol,
            "pnl": profit,
            "realized_pnl": profit,
            "unrealized_pnl": "0",
            "trades": trades,
            "closed_positions": closed,
            "win_rate": rate,
            "volume": volume,
            "average_pnl": average,
        }
        for symbol, profit, trades, closed, rate, volume, average in (
            ("AAPL", "10.3", 6, 3, "0.333333", "6000", "3.433333"),
            ("MSFT", "-10.3", 2, 1, "0", "2000", "-10.3"),
        )
    ]


def test_a_range_begins_where_it_says_and_carries_on_what_was_before(bots: list[Bot]) -> None:
    week_later = NOW + timedelta(days=5)
    body = analytics(range="1W", now=week_later)
    # 10 June: the week began on the 4th.
    assert [row["date"] for row in body["equity"]] == [
        "2026-06-04", "2026-06-05", "2026-06-08", "2026-06-09", "2026-06-10",
    ]  # fmt: skip
    assert (body["equity"][0]["equity"], body["equity"][0]["cumulative"]) == ("20000", "-20")
    assert [row["realized"] for row in body["equity"]] == ["-20"] * 5
    assert body["metrics"]["realized_pnl"] == "-20"
    assert [row["pnl"] for row in body["bots"]] == ["0", "-20"]


def test_analytics_of_one_bot_and_one_symbol(bots: list[Bot]) -> None:
    body = analytics(range="ALL", bots=[bots[0].pk], symbols=["AAPL"], now=NOW)
    assert (body["capital"], body["metrics"]["realized_pnl"], len(body["bots"])) == ("10000", "30.3", 1)
    assert [row["symbol"] for row in body["symbols"]] == ["AAPL"]


def test_open_positions_are_valued_at_the_newest_price(bots: list[Bot]) -> None:
    PositionFactory.create(bot=bots[0])
    price_board.note("AAPL", Decimal("103.5"), NOW)
    price_board.publish()
    body = analytics(range="1M", now=NOW)
    metrics = body["metrics"]
    assert (metrics["unrealized_pnl"], metrics["total_pnl"], metrics["return_pct"]) == ("35", "35", "0.00175")
    assert (body["equity"][-1]["cumulative"], body["equity"][-1]["realized"]) == ("35", "0")
    assert [(row["name"], row["pnl"], row["unrealized_pnl"]) for row in body["bots"]] == [
        ("One", "55", "35"),
        ("Two", "-20", "0"),
    ]
    for rows in (body["bots"], body["symbols"]):
        assert sum(Decimal(row["pnl"]) for row in rows) == Decimal(metrics["total_pnl"])


def test_a_stopped_bot_that_never_traded_has_no_part_in_the_return(bots: list[Bot]) -> None:
    before = analytics(range="1M", now=NOW)["capital"]
    idle = BotFactory.create(capital=1_000_000, status="stopped")
    assert analytics(range="1M", now=NOW)["capital"] == before == "20000"
    Bot.objects.filter(pk=idle.pk).update(status="running")
    assert analytics(range="1M", now=NOW)["capital"] == "1020000"


def test_analytics_of_nothing(viewer: APIClient) -> None:
    BotFactory.create()
    body = viewer.get("/api/analytics").json()
    assert (body["range"], body["from"], body["equity"], body["symbols"]) == ("1M", None, [], [])
    assert (body["metrics"]["total_pnl"], body["metrics"]["max_drawdown"], body["capital"]) == ("0", "0", "0")
    assert date.fromisoformat(body["to"])


def test_without_the_brokers_clock_now_is_the_newest_fill(viewer: APIClient, bots: list[Bot]) -> None:
    body = viewer.get("/api/analytics?range=1W").json()
    assert body["to"] == "2026-06-05"


def test_an_archived_bot_shows_while_it_traded_in_the_range(bots: list[Bot]) -> None:
    Bot.objects.filter(pk=bots[1].pk).update(archived_at=NOW)
    body = analytics(range="1M", now=NOW)
    # The capital is that of whose results are counted.
    assert (body["capital"], [row["name"] for row in body["bots"]]) == ("20000", ["One", "Two"])
    later = analytics(range="1W", now=NOW + timedelta(days=30))
    assert [row["name"] for row in later["bots"]] == ["One"]


def test_what_a_part_of_an_open_position_brought_is_of_no_closed_one() -> None:
    bot = BotFactory.create()
    round_trip(bot, "AAPL", 2, "30")
    PositionFactory.create(bot=bot, symbol="AAPL", quantity=5, realized_pnl=Decimal(50))
    at = datetime(2026, 6, 4, 15, tzinfo=UTC)
    sale = TradeFactory.create(bot=bot, type="sell", role="target", timestamp=at, profit_loss=Decimal(50))
    ExecutionFactory.create(trade=sale, at=at, quantity=5, profit_loss=Decimal(50))

    [row] = analytics(range="1M", now=NOW)["symbols"]

    assert (row["pnl"], row["closed_positions"], row["average_pnl"], row["win_rate"]) == ("80", 1, "30", "1")
