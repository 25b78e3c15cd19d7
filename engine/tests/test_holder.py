import subprocess
import sys
from datetime import UTC, datetime

import pytest

from engine.holder import holder_is_gone, holder_me
from engine.services import lease_take

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
SAYS_ITS_NAME = "import sys; from engine.holder import holder_me; print(holder_me('7'), flush=True); sys.stdin.read()"


@pytest.fixture
def other() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SAYS_ITS_NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.django_db
def test_what_a_killed_process_held_is_free_at_once(other: "subprocess.Popen[str]") -> None:
    """Also before anybody has taken note of its death, when the system still lists it."""
    assert other.stdout is not None
    name = other.stdout.readline().strip()
    assert lease_take("stream", name, now=AT, seconds=15)
    assert not holder_is_gone(name)
    assert not lease_take("stream", holder_me(), now=AT, seconds=15)
    other.kill()
    assert other.stdout.read() == ""
    assert holder_is_gone(name)
    assert lease_take("stream", holder_me(), now=AT, seconds=15)
    other.wait()
    assert holder_is_gone(name)
    assert not lease_take("stream", name, now=AT, seconds=15)


def test_a_number_that_another_process_has_now_is_not_its_holder() -> None:
    machine, pid, began, job = holder_me("1").split(":")
    assert not holder_is_gone(f"{machine}:{pid}:{began}:{job}")
    assert holder_is_gone(f"{machine}:{pid}:{int(began) - 1}:{job}")


@pytest.mark.parametrize(
    "holder", ["", "up", "lockstep", "elsewhere/1/2:99999999:1:", "host:99999999", "host:99999999:5", ":::", "a:b:c:d"]
)
def test_of_whom_nothing_can_be_known_is_not_said_that_he_is_gone(holder: str) -> None:
    assert not holder_is_gone(holder)


def test_a_name_fits_its_column_and_its_machine_has_no_colon() -> None:
    assert len(holder_me("140234567890123")) <= 80
    assert holder_me("1").count(":") == 3
