"""/metrics: what was measured, and nothing that says whose money it is."""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from rest_framework.test import APIClient

from engine.brokers.connect import broker_connect
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, sweep, tick
from simulator.testing import SimulatorProcess
from web.testing import ROLES, client_of

TOKEN = {"Authorization": "Bearer a token of the tests"}


@pytest.fixture(autouse=True)
def _token(settings: Any) -> None:
    settings.METRICS_TOKEN = "a token of the tests"


def samples() -> dict[str, float]:
    """Counts and sums by name, over all labels."""
    answer = APIClient().get("/metrics", headers=TOKEN)
    assert answer.status_code == 200
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            if sample.name.endswith(("_count", "_total")):
                found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


def test_a_tick_an_order_and_a_fill_are_measured(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    before = samples()
    tick(bot_running())
    fills_collect()
    sweep()
    after = samples()

    def more(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert more("tradingbot_tick_lag_seconds_count") == 1
    assert more("tradingbot_decision_seconds_count") == 1
    assert more("tradingbot_signal_to_order_seconds_count") == 1
    assert more("tradingbot_orders_total") == 1
    assert more("tradingbot_fills_booked_total") == 1
    assert more("tradingbot_sweep_seconds_count") == 1
    assert more("tradingbot_broker_request_seconds_count") >= 3


@pytest.mark.django_db
def test_requests_are_measured_by_route_and_not_by_address() -> None:
    client = APIClient()
    client.get("/api/bots/123456")
    text = client.get("/metrics", headers=TOKEN).content.decode()
    assert 'route="api/bots/(?P<pk>[0-9]{1,18})$",status="403"' in text or 'status="401"' in text
    assert "123456" not in text


def test_no_symbol_bot_or_amount_is_in_them(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    tick(bot_running(name="Secretive"))
    fills_collect()
    broker_connect().asset("AAPL")
    text = APIClient().get("/metrics", headers=TOKEN).content.decode()
    assert "Secretive" not in text
    assert "AAPL" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", *ROLES])
def test_measurements_are_for_an_admin_and_for_a_program_with_the_token(role: str, settings: Any) -> None:
    client = client_of(role)
    expected = 200 if role == "admin" else 404
    for headers in ({}, {"Authorization": "Bearer another"}, {"Authorization": "Bearer "}, {"Authorization": "ü"}):
        assert client.get("/metrics", headers=headers).status_code == expected
    assert client.get("/metrics", headers=TOKEN).status_code == 200
    settings.METRICS_TOKEN = ""
    for headers in ({}, {"Authorization": "Bearer "}, TOKEN):
        assert client.get("/metrics", headers=headers).status_code == expected, "no token is nobody's token"
