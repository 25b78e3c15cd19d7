"""A full disk: the ballast makes room for halts, exits and bookings, and comes back when there is space."""

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from engine import ballast, insist
from engine.ballast import ballast_keep, disk_state, entries_must_stop
from engine.live.closing import position_close_request
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, sweep, tick
from engine.models import Decision, Halt
from marketdata.clock import market_now
from positions.models import Position
from simulator.testing import SimulatorProcess
from web.testing import UserFactory

MB = 1 << 20


@pytest.fixture
def disk(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets how much of the disk is free; the ballast is small, and what it takes is not counted."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(ballast, "_is_sqlite", lambda: True)
    monkeypatch.setattr(ballast, "BALLAST", MB)

    def free(megabytes: int) -> None:
        monkeypatch.setattr(ballast, "_free", lambda: megabytes * MB)

    free(1000)
    return free


def test_the_ballast_is_made_given_up_and_made_again(disk: Any, tmp_path: Path) -> None:
    kept = tmp_path / "ballast"
    assert not kept.exists()
    ballast_keep()
    assert (disk_state(), entries_must_stop(), kept.stat().st_size) == ("ok", False, MB)
    assert kept.stat().st_blocks * 512 >= MB, "a file with holes keeps nothing"
    assert kept.stat().st_mode & 0o777 == 0o600

    states = []
    for megabytes in (65, 63, 5, 3, 67, 159, 161):
        disk(megabytes)
        ballast_keep()
        states.append((megabytes, disk_state(), kept.exists()))
    assert states == [
        (65, "ok", True),
        (63, "nearly full", True),
        (5, "nearly full", True),
        (3, "full", False),
        # The space it gave, and then some: entries wait until it is there again.
        (67, "nearly full", False),
        (159, "nearly full", False),
        (161, "ok", True),
    ]


def test_over_postgresql_nothing_is_kept_and_nothing_known(
    disk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ballast, "_is_sqlite", lambda: False)
    disk(0)
    ballast_keep()
    assert (disk_state(), list(tmp_path.iterdir())) == ("ok", [])


@pytest.fixture
def troubled(disk: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The database refuses the first so many halts in these words."""
    monkeypatch.setattr(insist, "AGAIN_AFTER", 0.01)
    monkeypatch.setattr(insist, "close_old_connections", lambda: None)

    def begin(words: str, times: int) -> None:
        left = [times]
        create = Halt.objects.create

        def refuse(**values: Any) -> Halt:
            left[0] -= 1
            if left[0] >= 0:
                raise OperationalError(words)
            return create(**values)

        monkeypatch.setattr(Halt.objects, "create", refuse)

    return begin


def halt() -> Any:
    client = APIClient()
    client.force_login(UserFactory.of("trader"))
    return client.post("/api/halts", {"bot": None, "reason": "the disk"}, format="json")


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["database is locked", "database or disk is full", "server closed the connection"])
def test_a_halt_is_written_as_soon_as_that_is_possible(troubled: Any, words: str) -> None:
    troubled(words, 3)
    assert halt().status_code == 201
    assert Halt.objects.count() == 1


@pytest.mark.django_db
def test_a_halt_gives_up_the_ballast(troubled: Any, tmp_path: Path) -> None:
    (tmp_path / "ballast").write_bytes(b"x")
    troubled("database or disk is full", 1)
    assert halt().status_code == 201
    assert not (tmp_path / "ballast").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "said"),
    [("database is locked", "locked by another program"), ("database or disk is full", "the disk is full")],
)
def test_one_that_cannot_be_written_is_a_problem_that_says_why(
    troubled: Any, monkeypatch: pytest.MonkeyPatch, words: str, said: str
) -> None:
    monkeypatch.setattr(insist, "INSIST_FOR", 0.05)
    troubled(words, 1_000_000)
    answer = halt()
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["detail"] == f"the database: {said}; nothing was changed, try it again in a moment"
    assert answer["Retry-After"] == "2"
    assert Halt.objects.count() == 0


def test_on_a_disk_that_is_nearly_full_nothing_is_bought_and_what_is_held_is_sold(
    disk: Any, bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running()
    assert tick(bot) == 1
    fills_collect()
    disk(63)
    other = bot_running(symbols=["MSFT"])
    assert tick(other) == 0
    decided = Decision.objects.get(bot=other)
    assert (decided.action, "the disk is nearly full" in decided.sentence) == ("refused", True)
    position_close_request(position=Position.objects.get(), by="admin", now=market_now())
    sweep()
    fills_collect()
    assert not Position.objects.held().exists()
