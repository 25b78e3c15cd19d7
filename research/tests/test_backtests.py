"""Backtests people ask for: a row, a process that takes it up, and a report that stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command

from bots.services import NotAllowed
from bots.tests.factories import BotFactory
from engine.backtest.tests.markets import walk_history
from engine.core.config import ConfigError
from engine.core.timeframes import bars_resample
from events.models import Event
from marketdata.imports import bars_import
from marketdata.models import Bar, Coverage
from research import job
from research.job import backtest_do, backtests_run
from research.models import Backtest
from research.services import (
    SILENT_AFTER,
    backtest_ask,
    backtest_cancel,
    backtest_claim,
    backtest_delete,
    backtest_end,
    backtest_note,
    backtests_wait,
)
from research.tests.factories import CONFIG, BacktestFactory
from web.testing import client_of, problem

pytestmark = pytest.mark.django_db

NOW = datetime(2019, 2, 1, 15, tzinfo=UTC)


@pytest.fixture
def bars() -> None:
    """Three sessions of AAA and SPY in the store: somebody imported them."""
    bars_import(list(walk_history(["AAA", "SPY"], date(2019, 1, 4), date(2019, 1, 8), seed=2).bars.values()))


def asked(**changes: Any) -> Backtest:
    given = {"config": CONFIG, "first": "2019-01-07", "last": "2019-01-08", "costs": {}, "bot": None, "asked_by": "ann"}
    return backtest_ask(**(given | {"now": NOW} | changes))


def told() -> list[tuple[str, float]]:
    rows = Event.objects.filter(type="backtest_changed").order_by("id")
    return [(row.payload["status"], row.payload["progress"]) for row in rows]


@pytest.mark.usefixtures("bars")
def test_one_that_is_asked_for_is_run_and_its_report_stays() -> None:
    row = asked(costs={"slippage": "0.0005", "commission_per_order": 1})
    assert backtests_wait(NOW)
    assert backtests_run() == 1
    row.refresh_from_db()

    assert (row.status, row.progress, row.error, row.attempts) == ("done", 1.0, "", 1)
    report = row.result
    assert report is not None
    assert (report["from"], report["to"]) == ("2019-01-07", "2019-01-08")
    assert report["costs"]["slippage"] == "0.0005"
    assert report["metrics"]["closed_positions"] + report["metrics"]["still_held"] == len(report["trades"]) > 5
    assert report["metrics"]["spy_return"] is not None
    assert report["notes"] == [] or "still held" in report["notes"][0]
    assert told()[0] == ("queued", 0.0)
    assert told()[-1] == ("done", 1.0)
    assert not backtests_wait(NOW)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"first": "yesterday"}, "from", "must be a day such as"),
        ({"last": None}, "to", "must be a day such as"),
        ({"first": "2019-01-09"}, "from", "is after the last"),
        ({"first": "2019-01-05", "last": "2019-01-06"}, "from", "the market was closed"),
        ({"first": "1970-01-01"}, "from", "must not be before 1990-01-02"),
        ({"last": "2019-02-01"}, "to", "must be a day whose session is over"),
        ({"last": "2019-02-04"}, "to", "must be a day whose session is over"),
        ({"costs": {"slippage": 2}}, "slippage", "from 0 to 0.1"),
        ({"costs": {"slippage": "much"}}, "slippage", "must be a number"),
        ({"costs": {"volume_cap": "1.5"}}, "volume_cap", "from 0 to 1"),
        ({"costs": {"within_bar": "yes"}}, "within_bar", "true or false"),
        ({"costs": {"commission_per_order": -1}}, "commission_per_order", "from 0 to 1000"),
        ({"costs": {"commission_per_share": "NaN"}}, "commission_per_share", "from 0 to 100"),
        ({"config": CONFIG | {"capital": 1}}, "capital", "must be between 100"),
        ({"config": None}, "", "must be an object"),
        (
            {"config": CONFIG | {"symbols": ["A", "B", "C", "D", "E"]}, "first": "2008-01-02"},
            "from",
            "too many at once",
        ),
    ],
)
def test_what_cannot_be_run_is_named_and_nothing_is_stored(changes: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        asked(**changes)

    assert [error.field for error in caught.value.errors] == [field]
    assert words in caught.value.errors[0].message
    assert not Backtest.objects.exists()
    assert told() == []


def test_too_many_at_once_wait() -> None:
    for number in range(50):
        BacktestFactory.create(asked_by=f"person{number % 5}")
    with pytest.raises(NotAllowed, match="50 backtests are waiting already"):
        asked()


def test_bars_that_nobody_has_fail_it_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "bars_fetch", lambda *args: None)
    row = asked()
    backtests_run()
    row.refresh_from_db()

    assert row.status == "failed"
    assert "there are no bars of AAA from 2019-01-07 to 2019-01-08: import them" in row.error
    assert row.result is None


def test_one_process_takes_each_up_oldest_first() -> None:
    first, second = BacktestFactory.create_batch(2)
    assert backtest_claim(now=NOW) == first
    assert backtest_claim(now=NOW) == second
    assert backtest_claim(now=NOW) is None


@pytest.mark.usefixtures("bars")
def test_one_person_does_not_take_the_whole_queue() -> None:
    for _ in range(10):
        asked()
    with pytest.raises(NotAllowed, match="10 backtests of yours are waiting already"):
        asked()
    assert asked(asked_by="bob").status == "queued"
    backtest_cancel(backtest=Backtest.objects.filter(asked_by="ann").earliest("id"), now=NOW)
    assert asked().status == "queued"


def test_people_take_turns() -> None:
    mine = BacktestFactory.create_batch(3, asked_by="ann")
    yours = BacktestFactory.create_batch(2, asked_by="bob")
    order = [backtest_claim(now=NOW + timedelta(seconds=second)) for second in range(5)]
    assert order == [mine[0], yours[0], mine[1], yours[1], mine[2]]


def test_one_whose_process_died_is_taken_up_once_more_then_given_up() -> None:
    row = BacktestFactory.create()
    later = NOW + SILENT_AFTER + timedelta(seconds=1)
    lost = backtest_claim(now=NOW)
    assert lost is not None
    assert backtest_claim(now=NOW + SILENT_AFTER) is None

    again = backtest_claim(now=later)
    assert again is not None
    assert again.attempts == 2
    # The dead one comes back: its word counts no more.
    assert not backtest_note(backtest=lost, progress=0.5, now=later)
    assert not backtest_end(backtest=lost, status="done", now=later, result={})

    assert backtest_claim(now=later + SILENT_AFTER + timedelta(seconds=1)) is None
    row.refresh_from_db()
    assert (row.status, row.error) == ("failed", "the process that ran it died, twice")


def test_one_that_waits_is_cancelled_at_once() -> None:
    row = backtest_cancel(backtest=BacktestFactory.create(), now=NOW)
    assert row.status == "cancelled"
    assert backtest_claim(now=NOW) is None


@pytest.mark.usefixtures("bars")
def test_one_that_runs_ends_itself_when_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "SAID_EVERY", 0.0)
    asked()
    row = backtest_claim(now=NOW)
    assert row is not None
    backtest_cancel(backtest=Backtest.objects.get(), now=NOW)
    backtest_do(row)

    row.refresh_from_db()
    assert (row.status, row.result) == ("cancelled", None)


def test_what_has_ended_stays_as_it_is_and_may_be_deleted() -> None:
    row = BacktestFactory.create(status="done")
    assert backtest_cancel(backtest=row, now=NOW).status == "done"
    backtest_delete(backtest=row)
    assert not Backtest.objects.exists()

    with pytest.raises(NotAllowed, match="cancel it first"):
        backtest_delete(backtest=BacktestFactory.create())


@pytest.mark.usefixtures("bars", "trading")
def test_the_whole_way_over_http() -> None:
    client = client_of("trader")
    bot = BotFactory.create(symbols=["AAA"], indicators={"SMA": {"period": 5, "slow": 12}})
    body = {"bot": bot.pk, "from": "2019-01-07", "to": "2019-01-08", "slippage": "0.0005"}
    answer = client.post("/api/backtests", body, format="json")
    assert answer.status_code == 201
    number = answer.data["id"]
    assert (answer.data["status"], answer.data["bot"], answer.data["name"]) == ("queued", bot.pk, bot.name)
    problem(client.get(f"/api/backtests/{number}/report"), 409)

    call_command("backtests")

    found = client.get(f"/api/backtests/{number}").data
    assert found["status"] == "done"
    assert found["report"]["metrics"]["closed_positions"] == found["closed_positions"]
    assert client.get("/api/backtests", {"bot": bot.pk}).data["results"][0]["id"] == number
    report = client.get(f"/api/backtests/{number}/report")
    assert report.content.startswith(b"<!doctype html>")
    assert report["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    for table in ("equity", "trades", "fills", "decisions"):
        text = client.get(f"/api/backtests/{number}/export", {"table": table}).content.decode()
        assert text.count("\n") == len(found["report"][table]) + 1
    assert client.delete(f"/api/backtests/{number}").status_code == 204


@pytest.mark.usefixtures("bars")
def test_a_report_of_an_earlier_version_is_read_as_one_of_which_less_is_known() -> None:
    row = asked(costs={"slippage": "0.0005"})
    backtests_run()
    row.refresh_from_db()
    of_before = ("commission_per_order", "commission_per_share", "commission_fraction", "slippage")
    row.costs = {name: row.costs[name] for name in of_before}
    assert row.result is not None
    for name in ("slippage", "slippage_bps"):
        del row.result["metrics"][name]
    del row.result["fills"]
    row.result["costs"] = row.costs
    row.save()

    client = client_of("trader")
    found = client.get(f"/api/backtests/{row.pk}").data
    assert found["costs"] == found["report"]["costs"]
    assert (found["costs"]["spread"], found["costs"]["within_bar"]) == ("0", True)
    assert (found["report"]["fills"], found["report"]["metrics"]["slippage"]) == ([], None)
    assert client.get(f"/api/backtests/{row.pk}/report").status_code == 200
    assert client.get(f"/api/backtests/{row.pk}/export", {"table": "fills"}).content == b""


@pytest.mark.usefixtures("trading")
def test_a_bot_or_a_configuration_not_both() -> None:
    body = {"bot": BotFactory.create().pk, "config": CONFIG, "from": "2019-01-07", "to": "2019-01-08"}
    [error] = problem(client_of("trader").post("/api/backtests", body, format="json"), 400)["errors"]
    assert (error["field"], error["message"]) == ("bot", "name a bot, or send a configuration in `config`; not both")
    assert not Backtest.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"from": "2019-01-07", "to": "2019-01-08"}, "bot"),
        ({"bot": 77, "from": "2019-01-07", "to": "2019-01-08"}, "bot"),
        ({"bot": True, "from": "2019-01-07", "to": "2019-01-08"}, "bot"),
        ({"config": CONFIG, "from": "2019-01-07", "to": "2019-01-08", "slipage": 1}, "slipage"),
        ({"config": CONFIG | {"capitl": 1}, "from": "2019-01-07", "to": "2019-01-08"}, "capitl"),
    ],
)
def test_a_body_that_makes_no_sense(body: dict[str, Any], field: str) -> None:
    answer = problem(client_of("trader").post("/api/backtests", body, format="json"), 400)
    assert field in [error["field"] for error in answer["errors"]]
    assert not Backtest.objects.exists()


@pytest.mark.usefixtures("bars")
def test_without_a_broker_what_is_stored_is_enough_and_spy_is_not_missed() -> None:
    """Nothing listens where the broker should be; the bars of AAA were imported, SPY's are not there."""
    Bar.objects.filter(symbol="SPY").delete()
    Coverage.objects.create(
        symbol="AAA", timeframe="1Min", since=NOW - timedelta(days=60), until=NOW - timedelta(days=1)
    )
    row = asked()
    backtests_run()
    row.refresh_from_db()

    assert (row.status, row.error) == ("done", "")
    assert row.result is not None
    assert row.result["metrics"]["spy_return"] is None
    assert any("no bars of SPY" in note for note in row.result["notes"])


DAILY = {"timeframe": "1Day", "start_hour": 15, "start_minute": 30, "end_hour": 16, "end_minute": 0}


def test_a_daily_bot_with_a_late_window_fills_at_its_time_or_says_why_not() -> None:
    minutes = walk_history(["AAA"], date(2018, 11, 1), date(2019, 1, 8), seed=2)
    bars_import([bars_resample(minutes.bars["AAA"], "1Day", minutes.known, np.inf)])
    config = CONFIG | DAILY | {"symbols": ["AAA"], "indicators": {"SMA": {"period": 3}}}
    row = asked(config=config, first="2018-12-10", last="2019-01-08")
    backtests_run()
    row.refresh_from_db()
    # Nobody answers where the broker should be.
    assert (row.status, row.result) == ("failed", None)
    assert "bars were missing, and the broker did not give them" in row.error

    bars_import([minutes.bars["AAA"]])
    row = asked(config=config, first="2018-12-10", last="2019-01-08")
    backtests_run()
    row.refresh_from_db()
    assert (row.status, row.error) == ("done", "")
    assert row.result is not None
    entries = [fill["at"][11:16] for fill in row.result["fills"] if fill["role"] == "entry"]
    assert set(entries) == {"20:30"}


@pytest.mark.usefixtures("bars")
def test_a_symbol_that_lists_later_is_a_note_where_nobody_has_more_bars() -> None:
    late = walk_history(["BBB"], date(2019, 1, 8), date(2019, 1, 8), seed=2)
    bars_import(list(late.bars.values()))
    row = asked(config=CONFIG | {"symbols": ["AAA", "BBB"]})
    backtests_run()
    row.refresh_from_db()
    assert (row.status, row.error) == ("done", "")
    assert row.result is not None
    assert "The bars of BBB begin on 2019-01-08: before that nothing could be traded in it." in row.result["notes"]
