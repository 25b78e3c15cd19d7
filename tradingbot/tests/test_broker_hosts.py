"""The broker's keys go to the broker, or to a program of this machine, and nowhere else."""

import pytest

from tradingbot.broker_hosts import DATA, TRADING, is_live, keys_refused

GOOD = (
    "https://paper-api.alpaca.markets",
    "https://paper-api.alpaca.markets/",
    "https://paper-api.alpaca.markets:443",
    "HTTPS://Paper-API.alpaca.markets",
    "http://127.0.0.1:8010",
    "http://localhost",
    "https://localhost:9",
    "http://[::1]:8010",
)
BAD = (
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example:80",
    "http://localhost@evil.example",
    "http://127.0.0.1@evil.example",
    "http://paper-api.alpaca.markets",
    "https://paper-api.alpaca.markets.evil.example",
    "https://paper-api.alpaca.markets@evil.example",
    "https://user:password@paper-api.alpaca.markets",
    "https://evil.example/paper-api.alpaca.markets",
    "https://evil.example?paper-api.alpaca.markets",
    "https://evil.example#paper-api.alpaca.markets",
    "https://evil.example\\@paper-api.alpaca.markets",
    "https://paper-api.alpaca.markets\\.evil.example",
    "https://paper-api.alpaca.markets.",
    "https://paper-api.alpaca.markets:8443",
    "https://paper-api.alpaca.markets/proxy",
    "https://xpaper-api.alpaca.markets",
    "https://alpaca.markets",
    "ftp://localhost",
    "http://0.0.0.0",
    "http://127.0.0.1.:80",
    "http://2130706433",
    "http://localhost:99999",
    "http://[",
    "",
)


@pytest.mark.parametrize("url", GOOD)
def test_keys_may_go_to_the_broker_and_to_this_machine(url: str) -> None:
    assert keys_refused(url, TRADING) is None


@pytest.mark.parametrize("url", BAD)
def test_keys_go_nowhere_else(url: str) -> None:
    refused = keys_refused(url, TRADING)
    assert refused is not None
    assert "password@" not in refused


def test_data_come_from_the_broker_as_well() -> None:
    assert [keys_refused(f"https://{host}", DATA) for host in DATA] == [None, None]
    assert keys_refused("http://evil.example", DATA) == (
        "must be https://data.alpaca.markets or https://data.sandbox.alpaca.markets, or an address of this machine; "
        "its host was 'evil.example'"
    )
    assert keys_refused("https://paper-api.alpaca.markets", DATA) is not None


@pytest.mark.parametrize(
    "url", ["https://api.alpaca.markets", "https://API.alpaca.markets:443/v2", "http://u@api.alpaca.markets"]
)
def test_the_live_account_is_known_however_it_is_written(url: str) -> None:
    assert is_live(url)
    assert keys_refused(url, TRADING) is not None
