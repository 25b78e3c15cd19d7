"""Reports that were kept before positions still held were told from closed ones are counted again."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from engine.models import Backtest
from engine.tests.factories import BacktestFactory

pytestmark = pytest.mark.django_db


def trade(profit: str, exit_at: str | None) -> dict[str, Any]:
    return {"profit_loss": profit, "exit_at": exit_at, "mae": -0.01, "mfe": 0.02}


def test_kept_reports_are_counted_again() -> None:
    trades = [trade("10", "2026-06-02"), trade("-4.5", "2026-06-03"), trade("99", None)]
    old = {"metrics": {"trades": 3, "won": 2, "lost": 1, "win_rate": 0.666667, "net_profit": "104.5"}, "trades": trades}
    row, failed = BacktestFactory.create(result=old), BacktestFactory.create(result=None)

    import_module("engine.migrations.0015_backtests_count_closed_positions").count(apps, None)

    metrics = Backtest.objects.get(pk=row.pk).result["metrics"]
    assert metrics == {
        "net_profit": "104.5",
        "closed_positions": 2,
        "still_held": 1,
        "won": 1,
        "lost": 1,
        "win_rate": 0.5,
        "profit_factor": 2.222222,
        "expectancy": "2.75",
        "best": "10",
        "worst": "-4.5",
        "average_win": "10",
        "average_loss": "-4.5",
        "mae": -0.01,
        "mfe": 0.02,
    }
    assert Backtest.objects.get(pk=failed.pk).result is None
