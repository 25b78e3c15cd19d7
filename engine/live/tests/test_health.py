"""/health names every component, and what is wrong with it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from conftest import sweep
from engine.services import lease_take
from marketdata.clock import real_now
from simulator.testing import SimulatorProcess

NOBODY = "nobody sweeps: is a worker running?"


def health() -> dict[str, Any]:
    answer = APIClient().get("/health")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.django_db
def test_it_is_public_and_says_what_is_not_well(settings: Any) -> None:
    settings.REDIS_URL = ""
    assert health() == {
        "status": "degraded",
        "components": {
            "database": "ok",
            "broker": "not connected",
            "trading": "the books are being compared with the broker's",
            "worker": NOBODY,
        },
    }


def test_when_all_is_well(trading: SimulatorProcess, settings: Any) -> None:
    settings.REDIS_URL = ""
    assert health()["components"]["worker"] == NOBODY
    sweep()
    assert health() == {
        "status": "ok",
        "components": {"database": "ok", "broker": "ok", "trading": "ok", "worker": "ok"},
    }


def test_with_processes_of_their_own_redis_and_the_stream_are_components(
    trading: SimulatorProcess, settings: Any
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    sweep()
    assert health()["components"]["stream"] == "not running"
    assert lease_take("stream", "somebody", now=real_now(), seconds=15)
    assert health()["components"] | {"redis": "ok"} == {
        "database": "ok",
        "broker": "ok",
        "trading": "ok",
        "worker": "ok",
        "redis": "ok",
        "stream": "ok",
    }
