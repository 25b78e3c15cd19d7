"""Sentences say what each indicator saw, as whoever waits for a side reads them."""

from typing import Any

import pytest

from engine.core.explain import describe_tally, describe_vetoes, describe_votes
from engine.core.indicators import REGISTRY
from engine.core.tests.samples import config, view

CASES: list[tuple[str, dict[str, Any], dict[str, float], int, int, str]] = [
    ("RSI", {}, {"rsi": 43.12}, 0, 1, "RSI 43.1 is above 30"),
    ("RSI", {}, {"rsi": 43.12}, 0, -1, "RSI 43.1 is below 70"),
    ("RSI", {}, {"rsi": 28.44}, 1, 1, "RSI 28.4 is below 30"),
    ("RSI", {}, {"rsi": 28.44}, 1, -1, "RSI 28.4 is below 30"),
    ("RSI", {"overbought": 75}, {"rsi": 81.0}, -1, 1, "RSI 81.0 is above 75"),
    ("RSI:slow", {"oversold": 25.5}, {"rsi": 50.0}, 0, 1, "RSI:slow 50.0 is above 25.5"),
    ("RSI", {}, {}, 0, 1, "RSI is quiet"),
    # As many places as it takes to see it; what six places do not show is said in words.
    ("RSI", {}, {"rsi": 29.9996}, 1, 1, "RSI 29.9996 is below 30"),
    ("RSI", {}, {"rsi": 30.04}, 0, 1, "RSI 30.04 is above 30"),
    ("RSI", {}, {"rsi": 30.0}, 0, 1, "RSI 30 is at 30"),
    ("RSI", {}, {"rsi": 30.0}, 1, 1, "RSI is barely below 30"),
    ("RSI", {"oversold": 29.123456789}, {"rsi": 40.0}, 0, 1, "RSI 40.0 is above 29.123456789"),
    ("MACD", {}, {}, 0, 1, "MACD has not crossed its signal"),
    ("MACD", {}, {}, 1, 1, "MACD crossed above its signal"),
    ("MACD", {}, {}, -1, 1, "MACD crossed below its signal"),
    ("Stochastic", {}, {}, 0, 1, "Stochastic %K has not crossed %D below 20"),
    ("Stochastic", {}, {}, -1, 1, "Stochastic %K crossed below %D above 80"),
    ("SMA", {}, {}, 0, 1, "the close has not crossed SMA 50"),
    ("SMA", {"period": 20, "slow": 50}, {}, 1, 1, "SMA 20 crossed above that of 50"),
    ("EMA", {}, {}, -1, -1, "the close crossed below EMA 20"),
    ("BollingerBands", {}, {}, 0, 1, "the close is not below the lower band of BollingerBands"),
    ("BollingerBands", {}, {}, 0, -1, "the close is not above the upper band of BollingerBands"),
    ("BollingerBands", {}, {}, 1, 1, "the close is below the lower band of BollingerBands"),
    ("ADX", {"pandas_ta": "adx", "buy": "ADX_14 > 25"}, {}, 1, 1, "ADX buys (ADX_14 > 25)"),
    ("ADX", {"pandas_ta": "adx", "buy": "ADX_14 > 25"}, {}, 0, -1, "ADX is quiet"),
    ("ADX", {"pandas_ta": "adx", "buy": "ADX_14 > 25"}, {}, 0, 1, "ADX is quiet (buys where ADX_14 > 25)"),
    (
        "ADX",
        {"pandas_ta": "adx", "buy": "ADX_14 > 25", "sell": "close < 3"},
        {},
        0,
        -1,
        "ADX is quiet (sells where close < 3, unless ADX_14 > 25)",
    ),
]


@pytest.mark.parametrize(("key", "parameters", "values", "vote", "wanted", "said"), CASES, ids=[c[-1] for c in CASES])
def test_what_an_indicator_says(
    key: str, parameters: dict[str, Any], values: dict[str, float], vote: int, wanted: int, said: str
) -> None:
    bot = config(indicators={key: parameters})
    seen = view(votes={key: vote}, states={key: vote}, values={key: values})

    assert describe_votes(seen, bot, wanted) == said


def test_several_say_it_one_after_the_other() -> None:
    bot = config(indicators={"RSI": {}, "MACD": {}, "OBV": {}})
    seen = view(votes={"RSI": 0, "MACD": 0}, states={}, values={"RSI": {"rsi": 43.1}})

    assert describe_votes(seen, bot, 1) == "RSI 43.1 is above 30; MACD has not crossed its signal"


@pytest.mark.parametrize(
    ("key", "parameters", "said"),
    [
        ("VolumeSMA", {"factor": 1.5}, "the volume is below 1.5 x its average (VolumeSMA)"),
        ("OBV", {}, "OBV is below its average"),
    ],
)
def test_what_a_veto_says(key: str, parameters: dict[str, Any], said: str) -> None:
    bot = config(indicators={"RSI": {}, key: parameters})

    assert describe_vetoes(view(vetoes=(key,)), bot) == said


THREE: dict[str, Any] = {"RSI": {}, "MACD": {}, "SMA": {}}
# Votes, states, the mode, votes needed, the side and what is said.
TALLIES: list[tuple[list[int], list[int], str, int, int, str]] = [
    ([1, 0, 0], [1, 1, 1], "all", 1, 1, "1 of 3 votes to buy, all needs 1 and the others on its side (2 of 2 are)"),
    ([1, 0, 0], [1, 1, -1], "all", 1, 1, "1 of 3 votes to buy, all needs 1 and the others on its side (1 of 2 is)"),
    ([1, 0, 0], [1, 1, -1], "majority", 1, 1, "1 of 3 votes to buy, majority needs 1 and fewer against"),
    ([1, 1, -1], [1, 1, -1], "majority", 2, 1, "2 of 3 vote to buy and 1 to sell, majority needs 2 and fewer against"),
    ([1, 1, -1], [1, 1, -1], "any", 1, -1, "1 of 3 votes to sell and 2 to buy, any needs 1 and none against"),
    ([0, 0, 0], [1, 1, 1], "every", 1, 1, "0 of 3 vote to buy, every needs 3"),
]


@pytest.mark.parametrize(("votes", "states", "mode", "least", "side", "said"), TALLIES, ids=[t[-1] for t in TALLIES])
def test_how_many_vote_and_how_many_it_takes(
    votes: list[int], states: list[int], mode: str, least: int, side: int, said: str
) -> None:
    bot = config(indicators=THREE, signal_mode=mode, min_votes=least)
    seen = view(votes=dict(zip(THREE, votes, strict=True)), states=dict(zip(THREE, states, strict=True)))

    assert describe_tally(seen, bot, side) == said


def test_one_indicator_alone_is_not_counted() -> None:
    assert describe_tally(view(), config(indicators={"RSI": {}, "OBV": {}}), 1) == ""


WAITS = [
    ({"RSI": {"oversold": 25.5}}, "RSI is below 25.5", "RSI is below 50"),
    ({"SMA": {}}, "the close crosses above SMA 50", "the close is above SMA 50"),
    ({"SMA": {"slow": 90}}, "SMA 50 crosses above that of 90", "SMA 50 is above that of 90"),
]


@pytest.mark.parametrize(("indicators", "buys", "stands"), WAITS)
def test_every_indicator_says_what_it_waits_for(indicators: dict[str, Any], buys: str, stands: str) -> None:
    [(key, indicator)] = config(indicators=indicators).indicator_set().items()
    given = indicator.model_dump()
    asked = next(one for one in indicator.asks if one.given is None or given[one.given] is not None)
    assert asked.buys.format(name=key, **given) == buys
    assert asked.stands.format(name=key, **given) == stands


def test_the_words_of_every_indicator_name_only_its_parameters() -> None:
    for kind in REGISTRY.values():
        given = kind().model_dump()
        for asked in kind.asks:
            assert "{" not in (asked.buys + asked.stands).format(name="X", **given)
            assert asked.given is None or asked.given in given
        assert kind.asks[-1].given is None
