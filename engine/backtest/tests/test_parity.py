"""Live and backtest decide the same; and a recording that says otherwise is caught."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from engine.backtest.parity import Recording, parity_check
from engine.backtest.recording import SHIPPED, RecordingError, recording_read, recording_write
from engine.core.money import booked
from engine.core.timeframes import bars_slice

# Which way slippage moves the price of what fills.
SLIPS = {"entry": 1, "exit": -1, "stop": -1, "target": 0}


@pytest.fixture(scope="module")
def shipped() -> Recording:
    return recording_read(SHIPPED)


def test_the_shipped_session_is_decided_and_filled_again(shipped: Recording) -> None:
    found = parity_check(shipped)

    assert found.differences == []
    assert found.rows == len(shipped.decisions)
    assert found.fills == len(shipped.fills)
    assert {fill.role for fill in shipped.fills} == {"entry", "exit", "stop", "target"}
    reasons = {row.reason for row in shipped.decisions if row.action == "sell"}
    assert reasons == {"signal", "trailing_stop", "window_end"}


def test_another_decision_is_noticed(shipped: Recording) -> None:
    place = next(place for place, row in enumerate(shipped.decisions) if row.action == "buy")
    wrong = replace(shipped.decisions[place], action="hold")
    decisions = [*shipped.decisions[:place], wrong, *shipped.decisions[place + 1 :]]

    found = parity_check(replace(shipped, decisions=decisions))

    assert len(found.differences) == 1
    assert f"{wrong.symbol} from" in found.differences[0]
    assert "action was hold live, buy in the backtest" in found.differences[0]


def test_another_price_is_noticed_and_measured(shipped: Recording) -> None:
    fill = replace(shipped.fills[0], price=shipped.fills[0].price * Decimal("1.01"))
    found = parity_check(replace(shipped, fills=[fill, *shipped.fills[1:]]))

    assert len(found.differences) == 1
    assert f"{fill.symbol} entry" in found.differences[0]
    assert [round(gap, 6) for gap in found.gaps if gap] == [0.01]


def test_orders_that_left_seconds_apart_are_the_same_and_it_is_said_by_how_much(
    shipped: Recording, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As at real speed: later, and at another price."""
    late = [
        replace(fill, at=fill.at + timedelta(seconds=2 + place % 3), price=fill.price * Decimal("1.0001"))
        for place, fill in enumerate(shipped.fills)
    ]
    recording = replace(shipped, fills=late)
    found = parity_check(recording)
    assert found.differences == []
    assert sorted(set(found.delays)) == [2, 3, 4]
    assert {round(gap, 6) for gap in found.gaps} == {0.0001}

    recording_write(recording, tmp_path / "late.json.gz")
    call_command("parity", tmp_path / "late.json.gz")
    said = capsys.readouterr().out
    assert f"{len(late)} of {len(late)} orders filled seconds apart: 3.0 s on average, 4.0 s at most" in said
    assert "live and backtest agree but for the seconds" in said


def test_a_market_with_slippage_is_replayed_with_the_same(shipped: Recording, tmp_path: Path) -> None:
    slipped = [
        replace(fill, price=booked(fill.price * (1 + Decimal("0.0005") * SLIPS[fill.role]))) for fill in shipped.fills
    ]
    recording_write(replace(shipped, fills=slipped), tmp_path / "slipped.json.gz")

    with pytest.raises(CommandError, match="difference"):
        call_command("parity", tmp_path / "slipped.json.gz")
    call_command("parity", tmp_path / "slipped.json.gz", "--slippage", "0.0005")


def test_another_number_of_shares_is_a_difference_however_few_seconds_apart(shipped: Recording) -> None:
    first = shipped.fills[0]
    fill = replace(first, at=first.at + timedelta(seconds=2), quantity=first.quantity + 1)
    [wrong] = parity_check(replace(shipped, fills=[fill, *shipped.fills[1:]])).differences
    assert f"{first.symbol} entry of {fill.quantity.normalize():f}" in wrong


def test_one_fill_that_is_missing_is_one_difference(shipped: Recording) -> None:
    [wrong] = parity_check(replace(shipped, fills=[*shipped.fills[:3], *shipped.fills[4:]])).differences
    assert "only the backtest had" in wrong


def test_a_missing_row_or_fill_is_noticed(shipped: Recording) -> None:
    symbol = shipped.decisions[-1].symbol
    found = parity_check(replace(shipped, decisions=shipped.decisions[:-1], fills=shipped.fills[1:]))

    assert any(line.startswith(f"{symbol} from") and "only the backtest decided" in line for line in found.differences)
    assert any("only the backtest had" in line for line in found.differences)


def test_rows_that_began_before_or_went_on_after_are_compared_for_the_time_between(shipped: Recording) -> None:
    day = timedelta(days=1)
    rows = list(shipped.decisions)
    for symbol in {row.symbol for row in rows}:
        mine = [place for place, row in enumerate(rows) if row.symbol == symbol]
        first, last = mine[0], mine[-1]
        rows[first] = replace(rows[first], first_at=rows[first].first_at - day, count=rows[first].count + 100)
        rows[last] = replace(rows[last], last_at=rows[last].last_at + day, count=rows[last].count + 100, values={})
    assert parity_check(replace(shipped, decisions=rows)).differences == []
    # What is known of them still has to be the same.
    [wrong] = parity_check(replace(shipped, decisions=[replace(rows[0], reason="vetoed"), *rows[1:]])).differences
    assert "reason was vetoed live" in wrong


def test_another_bar_is_noticed(shipped: Recording) -> None:
    symbol = shipped.fills[0].symbol
    bars = shipped.bars[symbol]
    moved = replace(bars, close=bars.close + 0.5)
    found = parity_check(replace(shipped, bars={**shipped.bars, symbol: moved}))

    assert any(line.startswith(f"{symbol} from") for line in found.differences)


def test_a_recording_is_read_as_it_was_written(shipped: Recording, tmp_path: Path) -> None:
    recording_write(shipped, tmp_path / "again.json.gz")

    assert (tmp_path / "again.json.gz").read_bytes() == SHIPPED.read_bytes()
    again = recording_read(tmp_path / "again.json.gz")
    assert again.decisions == shipped.decisions
    assert again.fills == shipped.fills


def test_a_file_that_is_no_recording_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json.gz").write_bytes(b"nonsense")
    with pytest.raises(RecordingError, match="is not a recording"):
        recording_read(tmp_path / "x.json.gz")


def test_the_command_fails_where_they_differ(shipped: Recording, tmp_path: Path) -> None:
    call_command("parity")
    late = [replace(fill, at=fill.at + timedelta(seconds=60)) for fill in shipped.fills]
    recording_write(replace(shipped, fills=late), tmp_path / "late.json.gz")

    with pytest.raises(CommandError, match="difference"):
        call_command("parity", tmp_path / "late.json.gz")


@pytest.mark.parametrize("arguments", [["--record", "x"], ["--bot", "1"], ["--from", "2026-01-05"]])
def test_arguments_that_miss_their_other_half(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="needs"):
        call_command("parity", *arguments)


def test_bars_that_end_early_are_no_silent_agreement(shipped: Recording) -> None:
    cut = {symbol: bars_slice(bars, slice(0, len(bars) - 200)) for symbol, bars in shipped.bars.items()}

    assert parity_check(replace(shipped, bars=cut)).differences
