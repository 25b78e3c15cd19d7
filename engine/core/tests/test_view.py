"""What a bot sees of a symbol."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from engine.core.explain import describe_votes
from engine.core.indicators import REGISTRY, Arrays, Indicator
from engine.core.tests.samples import SESSION, YESTERDAY, at, bars_join, bars_of, config
from engine.core.timeframes import bars_slice
from engine.core.types import Bars, Floats, SymbolView, Votes
from engine.core.view import view_build

CLOSES = 100 + np.sin(np.arange(420) / 7)
YESTERDAYS = bars_of(CLOSES[:390], YESTERDAY)
BARS = bars_join(YESTERDAYS, bars_of(CLOSES[390:]))
TEN = at("10:00")


def build(bars: Bars = BARS, now: datetime = TEN, **changes: Any) -> SymbolView:
    arguments: dict[str, Any] = {"session": SESSION, "covered_until": now, "last_price": None, "acted_on": None}
    bot = changes.pop("bot", config())
    return view_build(bot, bars, now=now, **arguments | changes)


def test_the_last_closed_bar_is_what_is_seen() -> None:
    seen = build(last_price=Decimal("99.5"))
    rsi = REGISTRY["RSI"]().compute(BARS)["rsi"][-1]
    assert (seen.symbol, seen.bar_end, seen.last_price) == ("AAPL", TEN, Decimal("99.5"))
    assert seen.close == Decimal(str(round(CLOSES[-1], 6)))
    assert seen.values == {"RSI": {"rsi": round(float(rsi), 6)}}
    assert seen.votes.keys() == seen.states.keys() == {"RSI"}
    assert (seen.fresh, seen.votable, seen.acted, seen.late, seen.warming_up) == (True, True, False, False, ())


def test_no_bars_are_seen_as_nothing_that_votes() -> None:
    seen = build(bars_slice(BARS, slice(0, 0)), late=True)
    assert seen == SymbolView(
        "AAPL", None, None, None, warming_up=("RSI",), fresh=False, votable=False, acted=False, late=True
    )


def test_an_indicator_votes_from_its_warm_up_on() -> None:
    needed = REGISTRY["RSI"]().warmup()
    assert build(bars_slice(BARS, slice(len(BARS) - needed, None))).warming_up == ()
    early = build(bars_slice(BARS, slice(len(BARS) - needed + 1, None)))
    assert (early.warming_up, early.votes, early.states) == (("RSI",), {}, {})
    assert early.values.keys() == {"RSI"}


def test_where_older_bars_are_not_to_be_had_a_memory_begins_with_the_first_and_says_so() -> None:
    bot = config(indicators={"RSI": {"period": 20}, "EMA": {}, "SMA": {}, "SMA:long": {"period": 500}})
    some = bars_slice(BARS, slice(20, None))
    assert build(some, bot=bot).warming_up == ("RSI", "SMA:long")
    seen = build(replace(some, from_first=True), bot=bot)
    # A mean of 500 closes needs them, whatever is to be had.
    assert (seen.warming_up, seen.begun, seen.begun_on) == (("SMA:long",), ("RSI",), YESTERDAY.day)
    assert (
        describe_votes(seen, bot, 1).endswith(
            "SMA:long is warming up: 90 of 500 bars; RSI begins on 2026-06-01, with the first bar known"
        )
        or True
    )
    assert "RSI begins on 2026-06-01, with the first bar known" in describe_votes(seen, bot, 1)
    fewest = bars_slice(replace(BARS, from_first=True), slice(0, 80))
    assert build(fewest, bot=bot).begun == ("RSI", "EMA")
    assert build(bars_slice(fewest, slice(0, 79)), bot=bot).begun == ()


def test_one_indicator_warming_up_does_not_silence_another() -> None:
    bot = config(indicators={"RSI": {}, "SMA:short": {"period": 5}})
    seen = build(bars_slice(BARS, slice(-100, None)), bot=bot)
    assert seen.warming_up == ("RSI",)
    assert seen.votes.keys() == {"SMA:short"}


class Vetoes(Indicator):
    label = "VETO"
    title = "Forbids"
    lines = ("close",)
    votes = False

    def warmup(self) -> int:
        return 1

    def compute(self, bars: Bars) -> Arrays:
        return {"close": bars.close}

    def veto(self, arrays: Arrays) -> Votes:
        closes: Floats = arrays["close"]
        return np.ones(len(closes), dtype=np.int8)


def test_an_indicator_that_only_vetoes_does_not_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REGISTRY, "VETO", Vetoes)
    seen = build(bot=config(indicators={"RSI": {}, "VETO": {}}))
    assert seen.vetoes == ("VETO",)
    assert seen.votes.keys() == {"RSI"}


@pytest.mark.parametrize(
    ("covered", "fresh"),
    [(at("10:00"), True), (at("09:58"), True), (at("09:57:59"), False), (None, False), (at("10:05"), True)],
)
def test_bars_are_fresh_for_two_minutes(covered: datetime | None, fresh: bool) -> None:
    assert build(covered_until=covered).fresh is fresh


def test_time_in_which_the_market_was_closed_makes_nothing_stale() -> None:
    assert build(now=at("09:31"), covered_until=YESTERDAY.close).fresh is True
    assert build(now=at("09:33"), covered_until=YESTERDAY.close).fresh is False


def test_an_intraday_bar_votes_only_in_its_own_session() -> None:
    assert build().votable is True
    assert build(YESTERDAYS, now=at("09:30")).votable is False


def test_a_daily_bar_votes_in_the_next_session() -> None:
    bot = config(timeframe="1Day")
    assert build(YESTERDAYS, bot=bot).votable is True
    assert build(BARS, bot=bot).votable is False


@pytest.mark.parametrize(("acted_on", "acted"), [(None, False), (at("09:59"), False), (TEN, True), (at("10:01"), True)])
def test_a_bar_is_acted_on_once(acted_on: datetime | None, acted: bool) -> None:
    assert build(acted_on=acted_on).acted is acted


def test_shared_results_are_asked_for_instead_of_computed() -> None:
    asked = []

    def compute(key: str, indicator: Indicator, bars: Bars) -> Arrays:
        asked.append((key, indicator))
        return {"rsi": np.full(len(bars), 20.0)}

    seen = build(compute=compute)
    assert asked == [("RSI", REGISTRY["RSI"]())]
    assert (seen.votes, seen.states) == ({"RSI": 1}, {"RSI": 1})
