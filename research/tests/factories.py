"""Rows of backtests, as the services leave them behind."""

from datetime import date

import factory

from engine.backtest.result import Costs, costs_json
from engine.core.config import config_parse
from engine.core.config_json import config_as_json
from research.models import Backtest

CONFIG = {
    "name": "Quick",
    "capital": 10_000,
    "symbols": ["AAA"],
    "indicators": {"SMA": {"period": 5, "slow": 12}},
    "risk_management": {"stop_loss": 0.01, "take_profit": 0.02},
    "end_hour": 15,
}


class BacktestFactory(factory.django.DjangoModelFactory[Backtest]):
    """One that waits, of a configuration that trades often."""

    class Meta:
        model = Backtest

    name = factory.Sequence(lambda number: f"Backtest {number}")
    asked_by = "ann"
    config = factory.LazyFunction(lambda: config_as_json(config_parse(CONFIG)))
    first_day = date(2019, 1, 8)
    last_day = date(2019, 1, 9)
    costs = factory.LazyFunction(lambda: costs_json(Costs()))
