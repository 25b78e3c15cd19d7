"""The account's sums and the money that moved without a trade, over HTTP."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bots.tests.factories import BotFactory
from engine.models import BrokerAccount
from engine.services import broker_account
from positions.models import Reservation
from trades.models import AccountCash, CashPart
from web.testing import client_of, problem

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 2, 14, 0, tzinfo=UTC)


def activity(number: int, kind: str, amount: str, **more: object) -> AccountCash:
    at = AT.replace(minute=number)
    return AccountCash.objects.create(activity_id=f"a{number}", kind=kind, amount=Decimal(amount), at=at, **more)


def test_the_account_is_told_as_the_broker_last_said_it() -> None:
    bot = BotFactory.create()
    broker_account()
    BrokerAccount.objects.update(
        account_number="PA1234567890",
        equity=Decimal("10050.5"),
        last_equity=Decimal(10_000),
        cash=Decimal("-250.25"),
        buying_power=Decimal(20_000),
        read_at=AT,
        error="",
    )
    Reservation.objects.create(client_order_id="x", bot=bot, amount=Decimal("12.5"))
    activity(1, "FEE", "-0.02")
    activity(2, "FEE", "-0.03")
    activity(3, "CSD", "10000")
    assert client_of("viewer").get("/api/account").json() == {
        "number": "PA1234567890",
        "equity": "10050.5",
        "last_equity": "10000",
        "cash": "-250.25",
        "buying_power": "20000",
        "borrowed": "250.25",
        "reserved": "12.5",
        "read_at": "2026-06-02T14:00:00+00:00",
        "error": "",
        "money": [
            {"kind": "CSD", "amount": "10000", "count": 1},
            {"kind": "FEE", "amount": "-0.05", "count": 2},
        ],
    }


def test_before_the_first_contact_nothing_is_known_and_nothing_is_invented() -> None:
    body = client_of("viewer").get("/api/account").json()
    names = ("number", "equity", "cash", "borrowed", "read_at", "money", "reserved")
    assert [body[name] for name in names] == ["", None, None, None, None, [], "0"]


def test_activities_say_whose_they_are_and_transfers_are_no_result() -> None:
    bot = BotFactory.create(name="Momentum")
    activity(1, "CSD", "500")
    fee = activity(2, "FEE", "-0.05", attributed_at=AT, description="TAF fee", day=date(2026, 6, 1))
    activity(3, "DIV", "3", symbol="KO")
    CashPart.objects.create(cash=fee, bot=bot, amount=Decimal("-0.03"), at=AT)
    CashPart.objects.create(cash=fee, bot=None, amount=Decimal("-0.02"), at=AT)
    viewer = client_of("viewer")
    rows = viewer.get("/api/account/activities").json()["results"]
    assert [(row["kind"], row["transfer"], row["attributed"]) for row in rows] == [
        ("DIV", False, False),
        ("FEE", False, True),
        ("CSD", True, True),
    ]
    assert (rows[1]["day"], rows[1]["amount"], rows[1]["description"]) == ("2026-06-01", "-0.05", "TAF fee")
    assert {(owner["bot_name"], owner["amount"]) for owner in rows[1]["owners"]} == {
        ("Momentum", "-0.03"),
        (None, "-0.02"),
    }

    def kinds(query: str) -> list[str]:
        return [row["kind"] for row in viewer.get(f"/api/account/activities?{query}").json()["results"]]

    assert kinds("money=transfers") == ["CSD"]
    assert kinds("money=results") == ["DIV", "FEE"]
    problem(viewer.get("/api/account/activities?money=all"), 400)
    first = viewer.get("/api/account/activities?page_size=2").json()
    assert [row["kind"] for row in viewer.get(first["next"]).json()["results"]] == ["CSD"]
