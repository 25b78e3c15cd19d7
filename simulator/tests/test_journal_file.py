"""The journal's file, without a server around it."""

import json
import resource
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from simulator.journal import Journal, JournalError, JournalFull
from simulator.options import Options, parse_at
from simulator.simulation import Simulation
from simulator.submission import submit

ORDER = {"symbol": "AAPL", "qty": "3", "side": "buy", "type": "market", "time_in_force": "gtc"}


@pytest.fixture
def options(tmp_path):
    return Options(at=parse_at("2026-11-19T09:31"), seed=7, frozen=True, journal=tmp_path / "journal.jsonl")


def open_simulation(options):
    return Simulation(options, real=lambda: 1_795_000_000.0)


@pytest.fixture
def written(options):
    """A closed journal of three orders and a day, and what it must bring back."""
    simulation = open_simulation(options)
    for symbol in ("AAPL", "MSFT", "KO"):
        submit(simulation.exchange, ORDER | {"symbol": symbol})
        simulation.step(simulation.exchange.now + timedelta(hours=8))
    simulation.close()
    state = content(simulation)
    simulation.journal.close()
    return state


def content(simulation):
    exchange = simulation.exchange
    return {
        "now": simulation.clock.now(),
        "orders": [order.to_record() for order in exchange.book.orders.values()],
        "fills": exchange.ledger.fills,
        "cash": exchange.ledger.cash,
        "last_equity": exchange.ledger.last_equity,
        "ids": exchange.ids.count,
    }


def test_it_brings_everything_back(options, written):
    again = open_simulation(replace(options, at=None, seed=None))
    assert content(again) == written
    assert (
        again.journal.entries == 5
    )  # three orders, the close of the session, and the fill of the order that waited for the next


def test_a_torn_line_is_cut_off(options, written):
    whole = options.journal.read_bytes()
    options.journal.write_bytes(whole + whole.splitlines(keepends=True)[2][:40])
    again = open_simulation(options)
    assert content(again) == written
    submit(again.exchange, ORDER)
    assert all(json.loads(line) for line in options.journal.read_text().splitlines())


def opened(path, content):
    """The journal of this content; what it read and what it left of the file."""
    path.write_bytes(content)
    journal = Journal(path)
    return journal, journal.records, path.read_bytes()


def test_a_journal_cut_at_any_byte_goes_on_with_the_changes_that_are_whole(options, written):
    whole = options.journal.read_bytes()
    ends = [number for number, byte in enumerate(whole, start=1) if byte == 10]
    for end in range(ends[-4], len(whole)):
        good = max(length for length in ends if length <= end)
        journal, records, left = opened(options.journal, whole[:end])
        assert left == whole[:good]
        assert records == [json.loads(line) for line in whole[:good].splitlines()[1:]]
        journal.change(datetime.fromisoformat("2026-11-20T16:00:00-05:00"), {"count": 9})
        journal.close()
        again, records, left = opened(options.journal, options.journal.read_bytes())
        assert left[:good] == whole[:good]
        assert records[-1]["count"] == 9
        again.close()


GARBAGE = [
    b"\0" * 5000,
    b"\0\n\0\n",
    b'{"at":',
    b"\xff\xfe\n{}\n",
    b"7\nnull\n[]\n",
    b'{"at":"yesterday"}\n',
    b"\n\n\n",
]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_at_the_end_is_cut_off(options, written, garbage):
    whole = options.journal.read_bytes()
    journal, _, left = opened(options.journal, whole + garbage)
    assert left == whole
    journal.close()
    assert content(open_simulation(options)) == written


@pytest.mark.parametrize("end", [0, 1, 9, 10, 40])
def test_a_journal_whose_first_line_is_torn_begins_again(options, written, end):
    journal, records, left = opened(options.journal, options.journal.read_bytes()[:end])
    assert (journal.header, records, left) == (None, [], b"")
    journal.close()


@pytest.mark.parametrize(
    "text", ["my notes", '{"market":"synthetic","seed":7,"start":"2026-11-19","version":2}\n', "{}\n"]
)
def test_one_line_that_is_no_journal_is_left_alone(options, text):
    options.journal.write_text(text)
    with pytest.raises(JournalError, match="is not a journal of this version"):
        Journal(options.journal)
    assert options.journal.read_text() == text


@pytest.mark.parametrize("room", [0, 1, 30, 300])
def test_what_cannot_be_written_whole_is_cut_back_and_nothing_follows_it(options, written, room):
    simulation = open_simulation(options)
    before = options.journal.read_bytes()
    with files_at_most(len(before) + room):
        for _ in range(2):
            with pytest.raises(JournalFull, match="cannot be written: File too large"):
                submit(simulation.exchange, ORDER)
        assert options.journal.read_bytes() == before
    # Space is back, but what is in memory never happened.
    with pytest.raises(JournalFull):
        simulation.close()
    assert options.journal.read_bytes() == before
    simulation.journal.close()
    again = open_simulation(options)
    assert content(again) == written
    submit(again.exchange, ORDER)
    assert all(json.loads(line) for line in options.journal.read_text().splitlines())


@contextmanager
def files_at_most(size):
    """No file of this process may grow beyond that: what is written there is torn, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_every_cut_leaves_a_state_that_was(options, written):
    """However much of the file survives, whole changes are back and nothing else is."""
    whole = options.journal.read_bytes()
    for end in range(whole.index(b"\n") + 1, len(whole), 197):
        options.journal.write_bytes(whole[:end])
        again = open_simulation(options)
        records = [order.to_record() for order in again.exchange.book.orders.values()]
        assert [record["id"] for record in records] == [order["id"] for order in written["orders"][: len(records)]]
        assert {fill.order_id for fill in again.exchange.ledger.fills} <= {record["id"] for record in records}
        again.journal.close()


def test_a_damaged_line_is_named(options, written):
    lines = options.journal.read_text().splitlines()
    lines[3] = lines[3][:-20]
    options.journal.write_text("\n".join(lines) + "\n")
    with pytest.raises(JournalError, match="line 4 is damaged"):
        open_simulation(options)


def test_what_is_no_journal_is_left_alone(options):
    options.journal.write_text("my notes\n\nmore\n")
    with pytest.raises(JournalError):
        open_simulation(options)
    assert options.journal.read_text() == "my notes\n\nmore\n"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 8}, "was written with seed 7, but asked for was 8: use --new or another --data directory."),
        (
            {"at": parse_at("2026-11-18T09:31")},
            "was written with start 2026-11-19T14:31:00+00:00, but asked for was 2026-11-18T14:31:00+00:00: use --new",
        ),
    ],
)
def test_a_journal_of_another_market_is_one_clear_error(options, written, changes, message):
    with pytest.raises(JournalError) as failure:
        open_simulation(replace(options, **changes))
    assert message in str(failure.value)


def test_two_simulators_do_not_share_a_journal(options):
    first = open_simulation(options)
    with pytest.raises(JournalError, match="in use by another simulator"):
        open_simulation(options)
    first.journal.close()


def test_a_reset_begins_a_new_journal(options, written):
    simulation = open_simulation(options)
    simulation.reset(datetime.fromisoformat("2026-11-12T09:31:00-05:00"), 9, True)
    submit(simulation.exchange, ORDER)
    state = content(simulation)
    simulation.journal.close()
    assert content(open_simulation(replace(options, at=None, seed=None))) == state
    assert len(state["orders"]) == 1


def test_a_running_clock_never_shows_an_earlier_time_after_a_crash(options):
    real = [1_795_000_000.0]
    running = replace(options, frozen=False, speed=60.0)
    simulation = Simulation(running, real=lambda: real[0])
    for step in range(200):
        real[0] += 0.37
        simulation.sync()
        shown = simulation.clock.now()
        if step % 20 == 0:
            copy = options.journal.with_name("copy.jsonl")
            copy.write_bytes(options.journal.read_bytes())
            again = Simulation(replace(running, journal=copy), real=lambda: real[0])
            assert shown <= again.clock.now() <= shown + timedelta(seconds=60 * 1.3)
            again.journal.close()
    simulation.journal.close()


def test_two_thousand_orders_come_back(options):
    simulation = open_simulation(options)
    for _ in range(1_000):
        submit(simulation.exchange, ORDER | {"qty": 1, "symbol": "KO"})
        submit(simulation.exchange, ORDER | {"qty": 1, "symbol": "KO", "side": "sell"})
    simulation.journal.close()
    again = open_simulation(options)
    assert content(again) == content(simulation)
    assert len(again.exchange.ledger.fills) == 2_000
