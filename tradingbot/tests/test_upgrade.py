"""An upgrade while positions are open, and one whose migration fails; and a machine that slept."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from engine.clock_jump import clock_jumped
from engine.live.reconcile import recover
from engine.models import BrokerAccount
from events.models import Event
from marketdata.clock import real_now
from simulator.testing import SimulatorProcess
from tradingbot.runtime import migrating, sweeper
from tradingbot.testing import ProductProcess
from tradingbot.tests.test_killed import assert_positions_agree, settle
from tradingbot.tests.test_restored import filled, manage, trade_until

NEWER_RELEASE = {
    "newer_settings.py": "from tradingbot.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'newer']\n",
    "newer/__init__.py": "",
    "newer/migrations/__init__.py": "",
    "newer/migrations/0001_column.py": """
from django.db import migrations

class Migration(migrations.Migration):
    operations = [migrations.RunSQL("ALTER TABLE bots_bot ADD COLUMN halted_because text")]
""",
    "newer/migrations/0002_fails.py": """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("newer", "0001_column")]
    operations = [migrations.RunPython(lambda apps, editor: 1 / 0)]
""",
}


def resting(product: ProductProcess) -> list[str]:
    orders = product.exchange("/sim/ledger")["orders"]
    legs = [leg for order in orders for leg in [order, *(order["legs"] or [])]]
    return sorted(leg["id"] for leg in legs if leg["type"] == "stop" and leg["status"] == "new")


def test_stops_rest_and_nothing_is_doubled_over_an_upgrade(tmp_path: Path) -> None:
    product = ProductProcess(tmp_path, "--speed", "10")
    product.start()
    product.login()
    trade_until(product, 1)
    before, stops = filled(product), resting(product)
    assert stops
    product.stop()
    # As if a release had brought this migration, which builds a table anew.
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as database, database:
        forgotten = database.execute("DELETE FROM django_migrations WHERE name LIKE '0012_alter_user_first_name%'")
        assert forgotten.rowcount == 1

    product.start()
    try:
        product.login()
        [backup] = (tmp_path / "backups").iterdir()
        assert f"what it was before is in {backup}" in product.log.read_text()
        settle(product)
        assert {name: filled(product).get(name) for name in before} == before
        assert set(resting(product)) <= set(stops), "no stop was placed anew"
        assert_positions_agree(product, product.exchange("/sim/ledger"))
    finally:
        product.stop()
    a_release_whose_migration_fails_is_left_again(product, tmp_path, before)


def a_release_whose_migration_fails_is_left_again(
    product: ProductProcess, folder: Path, expected: dict[str, tuple[Any, ...]]
) -> None:
    """Its first migration has changed the database for good, and its second fails."""
    shutil.rmtree(folder / "backups")
    app = folder / "release" / "newer"
    (app / "migrations").mkdir(parents=True)
    for name, text in NEWER_RELEASE.items():
        (folder / "release" / name).write_text(text)
    ours = product.environment
    product.environment = {"DJANGO_SETTINGS_MODULE": "newer_settings", "PYTHONPATH": str(folder / "release")}
    with pytest.raises(RuntimeError, match=r"brought up to date \(division by zero\); go back to the release you had"):
        product.start()
    [backup] = (folder / "backups").iterdir()
    product.environment = ours
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(bots_bot)")]
        assert "halted_because" in columns
        # Whoever still looks into the database is told so.
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM bots_bot").fetchall()
        refused = manage(product, "restore", str(backup))
        assert f"another program has {folder / 'db.sqlite3'} open" in refused.stderr

    done = manage(product, "restore", str(backup))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    product.start()
    try:
        product.login()
        assert {name: filled(product).get(name) for name in expected} == expected
        trade_until(product, len(filled(product)) + 1)
        assert_positions_agree(product, product.exchange("/sim/ledger"))
    finally:
        product.stop()


@pytest.mark.django_db
def test_where_nothing_is_pending_nothing_is_backed_up(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    assert not migrating._is_pending()


def test_a_failed_migration_says_the_way_back(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **options: Any) -> None:
        raise ValueError("column\nmissing")

    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(migrating, "_is_pending", lambda: True)
    monkeypatch.setattr(migrating, "backup_make", lambda path: path.touch())
    monkeypatch.setattr(migrating, "call_command", fail)
    with pytest.raises(CommandError) as failed:
        migrating.database_migrate()
    [made] = (tmp_path / "backups").iterdir()
    assert str(failed.value) == (
        "the database could not be brought up to date (column missing); go back to the release you had and run there: "
        f"manage.py restore {made}"
    )


def test_the_newest_three_backups_are_kept(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "backups").mkdir()
    for day in range(1, 6):
        (tmp_path / "backups" / f"before-2020010{day}T000000.backup").touch()
    (tmp_path / "backups" / "mine.backup").touch()
    monkeypatch.setattr(migrating, "backup_make", lambda path: path.touch())
    made = migrating._backup()
    left = sorted(file.name for file in (tmp_path / "backups").iterdir())
    assert left == ["before-20200104T000000.backup", "before-20200105T000000.backup", made.name, "mine.backup"]


@pytest.mark.parametrize(
    ("by", "said"),
    [(timedelta(minutes=10), "stood still for 600 seconds"), (-timedelta(hours=1), "had its clock set back by 3600")],
)
def test_after_a_sleep_the_books_are_compared_before_anything_is_traded(
    trading: SimulatorProcess, by: timedelta, said: str
) -> None:
    mark = Event.objects.count()
    clock_jumped(by, now=real_now())
    clock_jumped(by, now=real_now())
    assert BrokerAccount.objects.get().recovered_at is None
    told = [event.payload["message"] for event in Event.objects.filter(type="alert_raised").order_by("id")[mark:]]
    assert len(told) == 1
    assert said in told[0]
    assert recover()


@pytest.mark.django_db(transaction=True)
def test_the_sweeper_notices_a_sleep_and_not_a_long_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0, 5.0]
    noticed: list[timedelta] = []
    monkeypatch.setattr(sweeper, "clock_jumped", lambda by, now: noticed.append(by))
    monkeypatch.setattr(sweeper.time, "time", lambda: clock[0])
    monkeypatch.setattr(sweeper.time, "monotonic", lambda: clock[1])
    passes = [0.0, 150.0, 0.0, 0.0]

    def sweep() -> None:
        took = passes.pop(0)
        clock[0], clock[1] = clock[0] + took, clock[1] + took

    monkeypatch.setattr(sweeper, "is_due", lambda *_, **__: True)
    monkeypatch.setattr(sweeper, "sweep", sweep)
    thread = sweeper.Sweeper()
    for slept in (0.0, 0.0, 0.0, 300.0):
        clock[0], clock[1] = clock[0] + 1 + slept, clock[1] + 1
        thread._once()
    assert noticed == [timedelta(seconds=301)]
