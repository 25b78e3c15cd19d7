"""The exchange's calendar over HTTP: holidays and early closes are seen before they come."""

from datetime import UTC, datetime

import pytest

from marketdata.calendar_api import calendar_payload
from simulator.testing import SimulatorProcess
from web.testing import client_of, problem


def test_thanksgiving_is_closed_and_the_day_after_ends_early() -> None:
    body = calendar_payload(datetime(2026, 11, 25, 15, 0, tzinfo=UTC), 6)
    assert body["today"] == "2026-11-25"
    assert [(day["date"], day["open"], day["close"], day["early_close"]) for day in body["days"]] == [
        ("2026-11-25", "2026-11-25T14:30:00+00:00", "2026-11-25T21:00:00+00:00", False),
        ("2026-11-26", None, None, False),
        ("2026-11-27", "2026-11-27T14:30:00+00:00", "2026-11-27T18:00:00+00:00", True),
        ("2026-11-30", "2026-11-30T14:30:00+00:00", "2026-11-30T21:00:00+00:00", False),
    ]


def test_the_day_is_new_yorks() -> None:
    assert calendar_payload(datetime(2026, 11, 26, 3, 0, tzinfo=UTC), 1)["today"] == "2026-11-25"


@pytest.mark.django_db
def test_it_begins_with_the_markets_day(trading: SimulatorProcess) -> None:
    viewer = client_of("viewer")
    body = viewer.get("/api/calendar?days=3").json()
    assert (body["today"], [day["date"] for day in body["days"]]) == (
        "2026-06-02",
        ["2026-06-02", "2026-06-03", "2026-06-04"],
    )
    problem(viewer.get("/api/calendar?days=0"), 400)
    problem(viewer.get("/api/calendar?days=367"), 400)
