"""How far the bars are confirmed, by whom, and when that is given up."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from marketdata.models import Bar, Coverage
from marketdata.selectors import coverage_until
from marketdata.services import bars_store, coverage_confirm, stream_bars_store
from marketdata.tests.factories import OPEN, raw_bar

pytestmark = pytest.mark.django_db


def minute(number: int) -> Any:
    return OPEN + timedelta(minutes=number)


def confirm(since: int, until: int, symbols: Sequence[str] = ("AAPL",)) -> None:
    coverage_confirm(symbols, "1Min", minute(since), minute(until))


def covered(symbol: str = "AAPL") -> tuple[int, int] | None:
    row = Coverage.objects.filter(symbol=symbol, timeframe="1Min").first()
    if row is None:
        return None
    return tuple(int((at - OPEN).total_seconds() // 60) for at in (row.since, row.until))  # type: ignore[return-value]


JOINED = [
    ([(0, 5)], (0, 5)),
    ([(0, 5), (5, 9)], (0, 9)),
    ([(0, 5), (3, 9)], (0, 9)),
    ([(0, 9), (2, 5)], (0, 9)),
    ([(3, 5), (0, 9)], (0, 9)),
    ([(0, 5), (0, 5)], (0, 5)),
    # What lies between was never confirmed: the older stretch is given up.
    ([(0, 5), (6, 9)], (6, 9)),
]


@pytest.mark.parametrize(("told", "expected"), JOINED)
def test_stretches_that_touch_are_joined(told: list[tuple[int, int]], expected: tuple[int, int]) -> None:
    for since, until in told:
        confirm(since, until)
    assert covered() == expected


def test_an_older_stretch_that_does_not_touch_never_moves_what_is_confirmed_back() -> None:
    confirm(6, 9)
    confirm(0, 3)
    assert covered() == (6, 9)


def test_every_symbol_and_timeframe_is_confirmed_for_itself() -> None:
    confirm(0, 5, ["AAPL", "MSFT"])
    confirm(5, 6, ["MSFT"])
    coverage_confirm(["AAPL"], "1Day", minute(0), minute(300))
    assert coverage_until(["AAPL", "MSFT", "GOOGL"], "1Min") == {"AAPL": minute(5), "MSFT": minute(6)}
    assert coverage_until(["AAPL"], "5Min") == {"AAPL": minute(5)}
    assert coverage_until(["AAPL"], "1Day") == {"AAPL": minute(300)}


def test_bars_of_an_unbroken_stream_extend_what_is_confirmed() -> None:
    confirm(0, 5)
    stream_bars_store([raw_bar(5)], unbroken_since=minute(3))
    assert covered() == (0, 6)
    # A minute without trades has no bar, and the next bar says so.
    stream_bars_store([raw_bar(9)], unbroken_since=minute(3))
    assert covered() == (0, 10)


def test_a_bar_after_a_break_does_not_extend_what_is_confirmed() -> None:
    confirm(0, 5)
    stream_bars_store([raw_bar(8)], unbroken_since=minute(7))
    assert covered() == (0, 5)
    # The bar itself is kept: REST will say what lies before it.
    assert Bar.objects.get().start == minute(8)
    confirm(5, 8)
    stream_bars_store([raw_bar(9)], unbroken_since=minute(7))
    assert covered() == (0, 10)


def test_the_bar_right_behind_what_is_confirmed_extends_it_even_after_a_break() -> None:
    confirm(0, 5)
    stream_bars_store([raw_bar(5)], unbroken_since=minute(30))
    assert covered() == (0, 6)


def test_a_stream_never_begins_what_is_confirmed_and_never_takes_it_back() -> None:
    stream_bars_store([raw_bar(5)], unbroken_since=minute(0))
    assert covered() is None
    confirm(0, 9)
    stream_bars_store([raw_bar(5)], unbroken_since=minute(0))
    assert covered() == (0, 9)


def test_bars_of_one_message_extend_every_symbol_in_order() -> None:
    confirm(0, 5, ["AAPL", "MSFT"])
    bars = [raw_bar(6), raw_bar(5), raw_bar(5, "MSFT")]
    stream_bars_store(bars, unbroken_since=minute(4))
    assert (covered("AAPL"), covered("MSFT")) == ((0, 7), (0, 6))


def test_a_bar_told_again_takes_the_newer_numbers() -> None:
    bars_store([raw_bar(0, close=100)], "1Min")
    bars_store([raw_bar(0, close=105), raw_bar(1)], "1Min")
    assert list(Bar.objects.order_by("start").values_list("close", flat=True)) == [105, 100]


@pytest.mark.parametrize("number", [-1, -60, 390, 700])
def test_bars_outside_the_regular_session_are_left_out(number: int) -> None:
    bars_store([raw_bar(number), raw_bar(389), raw_bar(0)], "1Min")
    assert [bar.start for bar in Bar.objects.order_by("start")] == [minute(0), minute(389)]
