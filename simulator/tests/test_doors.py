"""/sim needs no keys: it is for programs that call this machine by its name, not for pages in somebody's browser."""

import http.client
import json
from typing import Any

import pytest

from simulator.api.doors import require_own
from simulator.errors import ApiError
from simulator.testing import SimulatorProcess

HALT = {"symbol": "AAPL", "halted": True}


def ask(port: int, method: str, path: str, body: object = None, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_page_of_somebody_else_steers_nothing_and_reads_nothing(exchange: SimulatorProcess) -> None:
    port, before = exchange.port, exchange.control("GET", "/sim/halts")
    evil: list[dict[str, Any]] = [
        {"Origin": "http://evil.example", "Content-Type": "text/plain"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Origin": f"https://127.0.0.1:{port}"},
        {"Host": "evil.example"},
        {"Host": f"evil.example:{port}", "Origin": f"http://evil.example:{port}"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": ""},
    ]
    for headers in evil:
        for method, path, body in (
            ("POST", "/sim/halts", HALT),
            ("POST", "/sim/reset", {}),
            ("POST", "/sim/clock", {"step_seconds": 60}),
            ("POST", "//sim/halts", HALT),
            ("GET", "/sim/ledger", None),
            ("GET", "/sim/state", None),
        ):
            assert (headers, path, ask(port, method, path, body, **headers)) == (headers, path, 403)
    assert exchange.control("GET", "/sim/halts") == before


def test_programs_of_this_machine_are_served(exchange: SimulatorProcess) -> None:
    port = exchange.port
    good: list[dict[str, str]] = [{}, {"Host": "localhost"}, {"Host": f"[::1]:{port}"}]
    for headers in (*good, {"Origin": f"http://127.0.0.1:{port}"}):
        assert ask(port, "GET", "/sim/clock", **headers) == 200


@pytest.mark.parametrize("host", ["exchange", "exchange:8010", "EXCHANGE:8010", "127.0.0.1", "[::1]"])
def test_more_names_can_be_given(host: str) -> None:
    require_own({"host": host}, ("exchange",))


@pytest.mark.parametrize("host", ["exchange.example", "x@exchange", "exchange:99999", "exchange/", "[", "", "0.0.0.0"])
def test_others_are_refused(host: str) -> None:
    with pytest.raises(ApiError):
        require_own({"host": host}, ("exchange",))
