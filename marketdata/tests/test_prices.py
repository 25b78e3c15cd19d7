"""The newest price of each symbol."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from marketdata import prices
from marketdata.prices import PriceBoard
from marketdata.selectors import last_prices
from marketdata.services import bars_store
from marketdata.tests.factories import OPEN, raw_bar

AT = datetime(2026, 6, 2, 14, 0, tzinfo=UTC)


class Board(PriceBoard):
    """Keeps what it told the page."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.told: list[Any] = []
        monkeypatch.setattr(prices, "layer_send", lambda group, message: self.told.append(message["prices"]))


def seconds(number: int) -> datetime:
    return AT + timedelta(seconds=number)


def test_the_last_value_wins_and_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    board = Board(monkeypatch)
    board.note("AAPL", Decimal("189.10"), seconds(0))
    board.note("AAPL", Decimal("189.12"), seconds(1))
    board.note("MSFT", Decimal("400"), seconds(0))
    assert board.latest(["AAPL"]) == {}
    board.publish()
    board.publish()
    assert board.latest(["AAPL", "MSFT", "GOOGL"]) == {
        "AAPL": (Decimal("189.12"), seconds(1)),
        "MSFT": (Decimal("400"), seconds(0)),
    }
    assert board.told == [
        {
            "AAPL": {"price": "189.12", "at": seconds(1).isoformat()},
            "MSFT": {"price": "400", "at": seconds(0).isoformat()},
        }
    ]


def test_a_price_older_than_the_one_shown_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    board = Board(monkeypatch)
    board.note("AAPL", Decimal(2), seconds(5))
    board.note("AAPL", Decimal(1), seconds(4))
    board.publish()
    board.note("AAPL", Decimal(1), seconds(4))
    board.publish()
    assert board.latest(["AAPL"]) == {"AAPL": (Decimal(2), seconds(5))}
    assert len(board.told) == 1


@pytest.mark.django_db
def test_a_symbol_without_a_trade_has_the_close_of_its_last_bar() -> None:
    bars_store([raw_bar(0, close=100), raw_bar(1, close=101)], "1Min")
    assert last_prices(["AAPL", "MSFT"]) == {"AAPL": (Decimal(101), OPEN + timedelta(minutes=1))}
