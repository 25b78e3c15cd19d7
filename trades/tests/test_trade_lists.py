"""Walking, filtering and exporting the log of trades."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from rest_framework.test import APIClient

from bots.tests.factories import BotFactory
from engine.models import Decision
from trades.models import Trade
from trades.tests.factories import AT, TradeFactory
from web.testing import client_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> APIClient:
    return client_of("viewer")


def walked(viewer: APIClient, query: str) -> list[int]:
    """The ids of all pages, forwards; each page's previous leads back to the one before."""
    seen: list[int] = []
    url: Any = f"/api/trades?page_size=3&{query}"
    before: Any = None
    while url:
        body = viewer.get(url).json()
        page = [row["id"] for row in body["results"]]
        if before is not None:
            assert [row["id"] for row in viewer.get(body["previous"]).json()["results"]] == before
        seen, before, url = seen + page, page, body["next"]
    return seen


@pytest.fixture
def log() -> list[Trade]:
    """Ten trades with ties and with numbers that are missing."""
    bots = [BotFactory.create(name=name) for name in ("Beta", "Alpha")]
    profits = [
        None,
        Decimal("1.5"),
        None,
        Decimal("-2"),
        Decimal("1.5"),
        None,
        Decimal("0"),
        Decimal("1.5"),
        None,
        None,
    ]
    return [
        TradeFactory.create(
            bot=bots[number % 2],
            symbol=("AAPL", "MSFT", "AAPL")[number % 3],
            type="sell" if profit is not None else "buy",
            role="exit" if profit is not None else "entry",
            quantity=Decimal(1 + number % 4),
            price=None if number % 5 == 0 else Decimal(100 + number % 2),
            status=("filled", "cancelled")[number % 2],
            profit_loss=profit,
            timestamp=AT + timedelta(minutes=number // 2),
        )
        for number, profit in enumerate(profits)
    ]


COLUMNS = {
    "timestamp": lambda trade: trade.timestamp,
    "symbol": lambda trade: trade.symbol,
    "type": lambda trade: trade.type,
    "quantity": lambda trade: trade.quantity,
    "price": lambda trade: trade.price,
    "profit_loss": lambda trade: trade.profit_loss,
    "status": lambda trade: trade.status,
    "bot": lambda trade: trade.bot.name,
}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("name", COLUMNS)
def test_every_order_walks_every_row_once_and_back(
    viewer: APIClient, log: list[Trade], name: str, descending: bool
) -> None:
    value = COLUMNS[name]
    known = [trade for trade in log if value(trade) is not None]
    known.sort(key=lambda trade: (value(trade), trade.pk), reverse=descending)
    missing = sorted((trade.pk for trade in log if value(trade) is None), reverse=descending)
    expected = [trade.pk for trade in known] + missing
    assert walked(viewer, f"ordering={'-' if descending else ''}{name}") == expected


def test_rows_added_while_walking_are_not_in_the_way(viewer: APIClient, log: list[Trade]) -> None:
    first = viewer.get("/api/trades?page_size=4&ordering=-profit_loss").json()
    TradeFactory.create(profit_loss=Decimal(99), type="sell", role="exit")
    rest = viewer.get(first["next"].replace("page_size=4", "page_size=200")).json()["results"]
    ids = [row["id"] for row in first["results"] + rest]
    assert sorted(ids) == sorted(trade.pk for trade in log)


def test_a_cursor_is_of_one_order(viewer: APIClient, log: list[Trade]) -> None:
    url = viewer.get("/api/trades?page_size=2&ordering=price").json()["next"]
    problem(viewer.get(url.replace("ordering=price", "ordering=-price")), 400)


FILTERS = [
    ("bot={0}", [0, 2, 4, 6, 8]),
    ("bot={0},{1}", range(10)),
    ("bot={0}&bot={1}", range(10)),
    ("symbol=msft", [1, 4, 7]),
    ("symbol=MSFT,AAPL", range(10)),
    ("symbol=MSFT&symbol=AAPL", range(10)),
    ("from=2026-06-02&to=2026-06-02", range(10)),
    ("from=2026-06-03", []),
    ("to=2026-06-01", []),
    ("to=2026-06-02", range(10)),
    ("from=2026-06-02T14:01:00Z&to=2026-06-02T14:02:00Z", [2, 3]),
    ("type=sell&bot={1}", [1, 3, 7]),
    ("bot=&symbol=&type=", range(10)),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_filters(viewer: APIClient, log: list[Trade], query: str, expected: list[int]) -> None:
    query = query.format(log[0].bot_id, log[1].bot_id)
    assert sorted(walked(viewer, query)) == [log[number].pk for number in expected]


def test_a_day_is_a_day_of_new_york(viewer: APIClient) -> None:
    late = TradeFactory.create(timestamp=AT.replace(day=3, hour=3, minute=59))
    next_day = TradeFactory.create(timestamp=AT.replace(day=3, hour=4))
    assert walked(viewer, "from=2026-06-02&to=2026-06-02") == [late.pk]
    assert walked(viewer, "from=2026-06-03") == [next_day.pk]


WRONG = [
    ("form=2026-06-02", "form", "from"),
    ("orderin=price", "orderin", "ordering"),
    ("ordering=prise", "ordering", "price"),
    ("type=bye", "type", "buy"),
    ("xyzzy=1", "xyzzy", None),
    ("page_size=0", "page_size", None),
    ("from=2026-02-30", "from", None),
    ("from=2026-06-02T14:00:00", "from", None),
    ("bot=1,x", "bot", None),
    ("type=buy&type=sell", "type", None),
    ("format=xml", "format", "from"),
]


@pytest.mark.parametrize(("query", "field", "nearest"), WRONG)
def test_what_is_asked_wrongly_is_named_with_what_would_be_right(
    viewer: APIClient, query: str, field: str, nearest: str | None
) -> None:
    for path in ("trades", "trades/stats", "trades/export") if "page_size" not in query else ("trades",):
        [error] = problem(viewer.get(f"/api/{path}?{query}"), 400)["errors"]
        assert (error["field"], error["nearest"]) == (field, nearest)


def test_one_trade_tells_what_it_was_decided_from_and_its_legs(viewer: APIClient) -> None:
    bot = BotFactory.create()
    decision = Decision.objects.create(
        bot=bot,
        version=bot.versions.get(),
        symbol="AAPL",
        action="buy",
        reason="signal",
        sentence="Buy 10 AAPL.",
        bar_end=AT,
        values={"RSI": {"rsi": 25.0}},
        votes={"RSI": 1},
        checks=[{"name": "window", "allowed": True, "reason": ""}],
        first_at=AT,
        last_at=AT,
    )
    entry = TradeFactory.create(bot=bot, decision=decision, stop_price=Decimal(98), limit_price=Decimal(105))
    stop = TradeFactory.create(bot=bot, parent=entry, role="stop", type="sell")
    body = viewer.get(f"/api/trades/{entry.pk}").json()
    assert body["decision"] == {
        "sentence": "Buy 10 AAPL.",
        "values": {"RSI": {"rsi": 25.0}},
        "votes": {"RSI": 1},
        "checks": [{"name": "window", "allowed": True, "reason": ""}],
        "bar_end": "2026-06-02T14:00:00+00:00",
    }
    assert ([leg["id"] for leg in body["legs"]], body["stop_price"], body["limit_price"]) == ([stop.pk], "98", "105")
    assert viewer.get(f"/api/trades/{stop.pk}").json()["parent_id"] == entry.pk


def exported(viewer: APIClient, query: str = "") -> list[dict[str, str]]:
    answer: Any = viewer.get(f"/api/trades/export{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(b"".join(answer).decode())))


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume:Warning")
def test_the_export_holds_every_trade_in_the_order_asked_for(
    viewer: APIClient, log: list[Trade], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trades.api.EXPORTED_AT_ONCE", 3)
    rows = exported(viewer, "?ordering=profit_loss&symbol=AAPL")
    assert [int(row["id"]) for row in rows] == walked(viewer, "ordering=profit_loss&symbol=AAPL")
    assert {row["symbol"] for row in rows} == {"AAPL"}
    answer = viewer.get("/api/trades/export")
    # No clock answers here: the day is that of the wall.
    assert answer["Content-Disposition"].startswith('attachment; filename="trades-20')


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume:Warning")
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_the_export_is_a_formula(viewer: APIClient, sign: str) -> None:
    TradeFactory.create(
        reason=f"{sign}1+1", bot=BotFactory.create(name=f"{sign}bot"), profit_loss=Decimal("-2.5"), type="sell"
    )
    [row] = exported(viewer)
    assert (row["reason"], row["bot_name"], row["profit_loss"]) == (f"'{sign}1+1", f"'{sign}bot", "-2.5")


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume:Warning")
def test_an_empty_export_has_its_header(viewer: APIClient) -> None:
    answer: Any = viewer.get("/api/trades/export")
    text = b"".join(answer).decode()
    assert text.startswith("id,timestamp,bot,")
    assert text.count("\n") == 1
