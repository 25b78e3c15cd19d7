"""Reports that were kept before positions still held were told from closed ones are counted again."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from research.models import Backtest

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 6, 1)


def migrate(app: str, name: str | None) -> Any:
    """Migrate to a state; its models."""
    executor = MigrationExecutor(connection)
    return executor.migrate([(app, name)]).apps


@pytest.fixture(autouse=True)
def newest_afterwards() -> Iterator[None]:
    """The other tests of this process have the database as it is now."""
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def trade(profit: str, exit_at: str | None) -> dict[str, Any]:
    return {"profit_loss": profit, "exit_at": exit_at, "mae": -0.01, "mfe": 0.02}


def test_kept_reports_move_here_and_are_counted_again() -> None:
    trades = [trade("10", "2026-06-02"), trade("-4.5", "2026-06-03"), trade("99", None)]
    old = {"metrics": {"trades": 3, "won": 2, "lost": 1, "win_rate": 0.666667, "net_profit": "104.5"}, "trades": trades}
    migrate("research", None)
    past = migrate("engine", "0014_day_starts_deleted").get_model("engine", "Backtest")
    row, failed = (
        past.objects.create(name="Old", asked_by="ann", config={}, first_day=DAY, last_day=DAY, result=result)
        for result in (old, None)
    )

    migrate("research", "0001_initial")

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
