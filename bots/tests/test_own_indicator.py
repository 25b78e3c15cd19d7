"""The indicator the documentation shows works as it stands, and one that cheats is refused."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.conf import settings

from bots.reference import OWN
from engine.core.config import ConfigError, config_parse
from engine.core.indicators import REGISTRY, Indicator, IndicatorRefused, indicator_kind, register
from engine.core.indicators.measured import sample_bars
from engine.core.types import Bars
from research.tests.factories import CONFIG


@pytest.fixture
def registry() -> Iterator[None]:
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


@pytest.mark.usefixtures("registry")
def test_the_documented_class_is_an_indicator_like_any_other() -> None:
    assert OWN in (settings.BASE_DIR / "docs" / "indicators.md").read_text()
    exec(OWN, {"__name__": "my_indicators"})

    config = config_parse(CONFIG | {"indicators": {"Momentum": {"period": 3}}})
    [indicator] = config.indicator_set().values()
    bars = sample_bars()
    arrays = indicator.compute(bars)
    assert indicator.warmup() == 4
    assert np.isnan(arrays["momentum"][:3]).all()
    assert arrays["momentum"][3] == bars.close[3] - bars.close[0]
    assert indicator.vote(arrays)[3:].tolist() == np.sign(bars.close[3:] - bars.close[:-3]).tolist()


class Cheat(Indicator):
    """The next bar's close."""

    label, title, lines = "Cheat", "Cheat", ("next",)

    def warmup(self) -> int:
        return 2

    def compute(self, bars: Bars) -> dict[str, Any]:
        return {"next": np.r_[bars.close[1:], bars.close[-1:]]}


class Sum(Indicator):
    """The sum of all closes there are."""

    label, title, lines = "Sum", "Sum", ("sum",)

    def warmup(self) -> int:
        return 20

    def compute(self, bars: Bars) -> dict[str, Any]:
        return {"sum": np.cumsum(bars.close)}


class Nameless(Indicator):
    """Nothing."""

    label, title, lines = "Nameless", "", ("x",)


class Unexplained(Indicator):
    label, title, lines = "Unexplained", "Unexplained", ("x",)


class Twin(Sum):
    """The same under another name."""

    label = "RSI"


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (Cheat, "Cheat looks at bars that are still to come: its line 'next' was"),
        (Sum, "Sum needs more than its warm-up: its line 'sum' was"),
        (Nameless, "Nameless must say its title"),
        (Unexplained, "Unexplained must say in its docstring what its lines are measured in"),
        (Twin, "RSI is the name of another indicator already"),
    ],
)
def test_one_that_cannot_be_trusted_is_refused(kind: type[Indicator], why: str) -> None:
    before = dict(REGISTRY)
    with pytest.raises(IndicatorRefused, match=why):
        register(kind)
    assert before == REGISTRY


def test_one_that_this_process_was_not_told_of_is_named() -> None:
    with pytest.raises(ConfigError, match=r"indicators\.Momentum:fast: is no indicator here: the setting INDICATORS"):
        indicator_kind("Momentum:fast", {"period": 3})
