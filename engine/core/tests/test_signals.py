"""Votes into one signal."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.signals import signal, signals

# Votes in order, states in order, min_votes, and the signal in the modes majority, any, all and every.
TRUTH = [
    ([1], [1], 1, (1, 1, 1, 1)),
    ([-1], [-1], 1, (-1, -1, -1, -1)),
    ([0], [1], 1, (0, 0, 0, 0)),
    ([1, 0], [1, 0], 1, (1, 1, 0, 0)),
    ([1, 0], [1, 1], 1, (1, 1, 1, 0)),
    ([1, 0], [1, -1], 1, (1, 1, 0, 0)),
    ([1, 1], [1, 1], 1, (1, 1, 1, 1)),
    ([1, 1, -1], [1, 1, -1], 1, (1, 0, 0, 0)),
    ([1, -1], [1, -1], 1, (0, 0, 0, 0)),
    ([1, -1, -1], [1, -1, -1], 1, (-1, 0, 0, 0)),
    ([1, 0, 0], [1, 1, 1], 2, (0, 0, 1, 0)),
    ([1, 1, 0], [1, 1, 1], 2, (1, 1, 1, 0)),
    ([1, 1, 0], [1, 1, -1], 2, (1, 1, 0, 0)),
    ([1, 1, 1], [1, 1, 1], 4, (0, 0, 1, 1)),
    ([-1, -1, 0], [-1, -1, -1], 3, (0, 0, -1, 0)),
    ([-1, -1, -1], [-1, -1, -1], 3, (-1, -1, -1, -1)),
    ([], [], 1, (0, 0, 0, 0)),
]
MODES = ("majority", "any", "all", "every")


@pytest.mark.parametrize(("votes", "states", "min_votes", "expected"), TRUTH)
def test_truth_table(votes: list[int], states: list[int], min_votes: int, expected: tuple[int, ...]) -> None:
    by_key, states_by_key = (dict(zip("abc", values, strict=False)) for values in (votes, states))
    assert tuple(signal(by_key, states_by_key, mode, min_votes) for mode in MODES) == expected


SIDES = st.sampled_from([-1, 0, 1])


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(SIDES, SIDES)), st.sampled_from(MODES), st.integers(1, 6))
def test_selling_mirrors_buying(given: dict[str, tuple[int, int]], mode: str, min_votes: int) -> None:
    votes = {key: vote for key, (vote, _) in given.items()}
    states = {key: vote or state for key, (vote, state) in given.items()}
    mirrored = signal(
        {key: -vote for key, vote in votes.items()}, {key: -state for key, state in states.items()}, mode, min_votes
    )
    assert mirrored == -signal(votes, states, mode, min_votes)


def test_no_mode_buys_without_a_single_buy_vote() -> None:
    for votes in product((-1, 0), repeat=3):
        for states in product((-1, 0, 1), repeat=3):
            for mode in MODES:
                both = [dict(zip("abc", values, strict=True)) for values in (votes, states)]
                assert signal(both[0], both[1], mode, 1) <= 0


SERIES = st.lists(st.tuples(st.sampled_from([-1, 0, 1]), st.sampled_from([-1, 0, 1])), min_size=6, max_size=6)


@given(st.lists(SERIES, min_size=0, max_size=4), st.sampled_from(MODES), st.integers(1, 3))
def test_whole_series_are_answered_bar_by_bar(
    indicators: list[list[tuple[int, int]]], mode: str, min_votes: int
) -> None:
    votes = {str(key): np.array([vote for vote, _ in bars], np.int8) for key, bars in enumerate(indicators)}
    states = {str(key): np.array([state for _, state in bars], np.int8) for key, bars in enumerate(indicators)}

    expected = [
        signal(
            {key: int(series[bar]) for key, series in votes.items()},
            {key: int(series[bar]) for key, series in states.items()},
            mode,
            min_votes,
        )
        for bar in range(6)
    ]
    assert signals(votes, states, mode, min_votes, 6).tolist() == expected
