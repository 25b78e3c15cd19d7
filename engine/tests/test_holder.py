import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from engine.holder import holder_is_gone, holder_me
from engine.services import lease_take
from simulator.testing import wait_for

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
    assert wait_for(lambda: holder_is_gone(name))
    assert lease_take("stream", holder_me(), now=AT, seconds=15)
    other.wait()
    assert holder_is_gone(name)
    assert not lease_take("stream", name, now=AT, seconds=15)


def test_a_number_that_another_process_has_now_is_not_its_holder() -> None:
    machine, pid, began, job = holder_me("1").split(":")
    assert not holder_is_gone(f"{machine}:{pid}:{began}:{job}")
    assert holder_is_gone(f"{machine}:{pid}:{int(began) - 1}:{job}")


ELSEWHERE = ("elsewhere/1/2:99999999:1:", "host:99999999", "host:99999999:5")
NO_PROCESS = f"{holder_me().partition(':')[0]}:{'9' * 30}:1:"


@pytest.mark.parametrize("holder", ["", "up", "lockstep", *ELSEWHERE, NO_PROCESS, ":::", "a:b:c:d"])
def test_of_whom_nothing_can_be_known_is_not_said_that_he_is_gone(holder: str) -> None:
    assert not holder_is_gone(holder)


def test_a_name_fits_its_column_and_its_machine_has_no_colon() -> None:
    assert len(holder_me("140234567890123")) <= 80
    assert holder_me("1").count(":") == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_a_process_of_another_user_is_not_said_to_be_gone(other: "subprocess.Popen[str]") -> None:
    """Where /proc hides it from us it is alive all the same."""
    assert other.stdout is not None
    name = other.stdout.readline().strip()
    asks = f"import os; from engine.holder import holder_is_gone; os.setuid(65534); print(holder_is_gone({name!r}))"
    try:
        done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
        assert done.stdout == "False\n"
    finally:
        other.kill()
        other.wait()
