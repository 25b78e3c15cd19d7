"""Requests run short: who goes first, what the broker says is believed, and no process takes what another has used."""

from typing import Any

import pytest
from django.core.cache import cache
from redis.exceptions import RedisError

from engine.brokers import budget as budget_module
from engine.brokers.budget import Budget, Lane

NOW = 1_800_000_000.0  # the first second of a minute


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [NOW]
    monkeypatch.setattr(budget_module.time, "time", lambda: now[0])
    return now


def spend(budget: Budget, lane: Lane, count: int) -> int:
    """How many of so many requests may go."""
    return sum(budget.wait(lane) == 0 for _ in range(count))


def test_each_lane_leaves_room_for_those_before_it(clock: list[float]) -> None:
    budget = Budget("trading:lanes")
    assert spend(budget, Lane.ENTRY, 500) == 120
    assert spend(budget, Lane.RECONCILE, 500) == 30
    assert spend(budget, Lane.EXIT, 500) == 50
    assert budget.wait(Lane.EXIT) == 60.0
    clock[0] += 60
    assert spend(budget, Lane.EXIT, 500) == 200


def test_two_processes_share_it(clock: list[float]) -> None:
    first, second = Budget("trading:shared"), Budget("trading:shared")
    assert spend(first, Lane.EXIT, 150) == 150
    assert spend(second, Lane.EXIT, 500) == 50
    assert spend(first, Lane.EXIT, 1) == 0


def test_a_process_that_has_just_begun_goes_by_the_limit_that_others_were_told(clock: list[float]) -> None:
    """After a kill, with 300 requests made in this minute, the books could not be compared before the next."""
    before = Budget("trading:begun")
    for minute in range(5):
        clock[0] = NOW + 60 * minute
        before.told(headers(1000, 700, clock[0] + 60), 200)
        assert spend(Budget("trading:begun"), Lane.RECONCILE, 500) == 450
    before.told(headers(100, 100, clock[0] + 60), 200)
    assert spend(Budget("trading:begun"), Lane.EXIT, 1) == 0


def test_trading_and_data_are_counted_apart(clock: list[float]) -> None:
    assert spend(Budget("trading:apart"), Lane.EXIT, 500) == 200
    assert spend(Budget("data:apart"), Lane.DATA, 500) == 190


def headers(limit: int, remaining: int, reset: float) -> dict[str, str]:
    return {"X-RateLimit-Limit": f"{limit}", "X-RateLimit-Remaining": f"{remaining}", "X-RateLimit-Reset": f"{reset}"}


def test_the_broker_s_word_is_believed(clock: list[float]) -> None:
    budget = Budget("trading:told")
    budget.told(headers(1000, 10, NOW + 20), 200)
    assert budget.standing == budget_module.Standing(1000, 990, NOW + 20)
    assert spend(budget, Lane.EXIT, 100) == 10
    budget.told(headers(1000, 0, NOW + 90), 200)
    assert budget.wait(Lane.EXIT) == 90.0
    clock[0] += 90
    assert budget.wait(Lane.EXIT) == 0
    # From now on its minutes end where the broker's do.
    assert budget.standing.reset == NOW + 150


WORDS = [(headers(200, 0, NOW + 42), 42.0), ({}, 5.0), ({"X-RateLimit-Reset": "soon"}, 5.0)]


@pytest.mark.parametrize(("told", "waits"), WORDS, ids=["until the reset", "no word", "no number"])
def test_after_a_429_nobody_asks_before_it_is_over(clock: list[float], told: dict[str, str], waits: float) -> None:
    budget, other = Budget("trading:429"), Budget("trading:429")
    budget.told(told, 429)
    assert [each.wait(Lane.EXIT) for each in (budget, other)] == [waits, waits]
    clock[0] += waits
    assert other.wait(Lane.EXIT) == 0


def test_without_the_shared_count_each_goes_by_its_own(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise RedisError("away")

    for name in ("get", "set", "add", "incr"):
        monkeypatch.setattr(cache, name, away)
    budget = Budget("trading:away")
    assert spend(budget, Lane.EXIT, 500) == 200
    budget.told({}, 429)
    assert budget.wait(Lane.EXIT) > 0
