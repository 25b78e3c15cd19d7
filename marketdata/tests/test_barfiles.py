"""Bars from files: taken whole or refused with every fault named; what is written is read back the same."""

import gzip
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from engine.core.schedule import NEW_YORK
from engine.core.types import Bars
from marketdata.barfiles import BarFileError, bar_file_read, bar_files, bars_read, bars_write
from marketdata.calendar import sessions_between
from marketdata.clock import real_now
from marketdata.models import Bar, Coverage
from marketdata.selectors import bars_between
from marketdata.tests.factories import SymbolFactory

HEADER = "timestamp,open,high,low,close,volume\n"
GOOD = HEADER + (
    "2019-02-13T14:30:00Z,10,11,9,10.5,100\n"
    "2019-02-13T14:31:00+00:00,10.5,11,10,10.25,200\n"
    "2019-02-13T09:33:00-05:00,10.25,10.5,10,10.1,0\n"
)


def file_of(folder: Path, text: str, name: str = "AAA.csv") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["AAA.csv", "AAA.csv.gz", "aaa.CSV"])
def test_a_good_file(tmp_path: Path, name: str) -> None:
    bars = bars_read(file_of(tmp_path, GOOD, name), "1Min")

    assert (bars.symbol, bars.timeframe, len(bars)) == ("AAA", "1Min", 3)
    assert bars.start.tolist() == [1550068200, 1550068260, 1550068380]
    assert (bars.end - bars.start).tolist() == [60, 60, 60]
    assert bars.session.tolist() == [date(2019, 2, 13).toordinal()] * 3
    assert bars.close.tolist() == [10.5, 10.25, 10.1]
    assert bars.volume.tolist() == [100.0, 200.0, 0.0]


def test_bars_outside_the_regular_session_are_left_out(tmp_path: Path) -> None:
    early = GOOD.replace(HEADER, HEADER + "2019-02-13T13:00:00Z,10,11,9,10.5,100\n").replace("+00:00", "Z")
    bars = bars_read(file_of(tmp_path, early.replace("09:33:00-05:00", "21:00:00Z")), "1Min")

    assert bars.start.tolist() == [1550068200, 1550068260]


def session_text(hours: float, days: int = 2, first: int = 13) -> str:
    """Full sessions from 2019-02-13 on, their times so many hours off; with `days` beyond 25 summer time begins."""
    sessions = sessions_between(date(2019, 2, first), date(2019, 2, first) + timedelta(days=days - 1))
    starts = [session.open + timedelta(minutes=minute) for session in sessions for minute in range(390)]
    return HEADER + "".join(f"{at + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ},10,11,9,10.5,100\n" for at in starts)


def newyork_as_utc(days: int) -> str:
    sessions = sessions_between(date(2019, 2, 13), date(2019, 2, 13) + timedelta(days=days - 1))
    starts = [session.open + timedelta(minutes=minute) for session in sessions for minute in range(390)]
    rows = (f"{at.astimezone(NEW_YORK):%Y-%m-%dT%H:%M:%S}Z,10,11,9,10.5,100\n" for at in starts)
    return HEADER + "".join(rows)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        (session_text(-1), "1 h later"),
        (session_text(2), "2 h earlier"),
        (newyork_as_utc(2), "New York's, and not UTC"),
        (newyork_as_utc(40), "New York's, and not UTC"),
    ],
)
def test_minutes_by_another_clock_are_refused_though_some_lie_in_the_session(
    tmp_path: Path, text: str, clock: str
) -> None:
    with pytest.raises(BarFileError, match=f"bars lie outside the regular session, .* if the times were {clock}"):
        bars_read(file_of(tmp_path, text), "1Min")


def test_minutes_before_the_open_and_after_the_close_are_no_fault(tmp_path: Path) -> None:
    text = session_text(0, days=1)
    early, late = "2019-02-13T{}Z,10,11,9,10.5,100\n".format, "2019-02-13T22:00:00Z,10,11,9,10.5,100\n"
    path = file_of(tmp_path, text.replace(HEADER, HEADER + early("12:00:00") + early("14:29:00")) + late)
    read = bar_file_read(path, "1Min")
    assert (len(read.bars), read.left_out) == (390, 3)


def test_a_file_read_without_options_says_whose_they_are(tmp_path: Path) -> None:
    with pytest.raises(BarFileError) as caught:
        bars_read(file_of(tmp_path, GOOD.replace("Z,", ",").replace("+00:00", "").replace("-05:00", "")), "1Min")
    zones = "--timezone America/New_York or --timezone UTC takes them"
    assert caught.value.problems == [
        f"AAA.csv: row 2: '2019-02-13T14:30:00' has no time zone; {zones}",
        "AAA.csv: these options are import_bars': import it with them, and export_bars writes a file that needs none",
    ]


def test_few_trades_before_the_open_are_no_clock(tmp_path: Path) -> None:
    # An hour later all would lie in the session; but not from its open on.
    times = [f"2019-02-13T{14 + place // 20:02}:{place % 20 * 3 + (place % 3 == 0):02}:00Z" for place in range(5, 120)]
    path = file_of(tmp_path, HEADER + "".join(f"{at},10,11,9,10.5,100\n" for at in times))
    read = bar_file_read(path, "1Min")
    assert (len(read.bars), read.left_out) == (110, 5)


@pytest.mark.parametrize("stamp", ["2019-02-{}T00:00:00Z", "2019-02-{}T05:00:00Z", "2019-02-{}T00:00:00-05:00"])
def test_daily_bars_at_midnight_are_of_the_day_they_name(tmp_path: Path, stamp: str) -> None:
    text = HEADER + "".join(f"{stamp.format(day)},10,11,9,10.5,100\n" for day in (12, 13))
    bars = bars_read(file_of(tmp_path, text), "1Day")
    assert [date.fromordinal(day) for day in bars.session.tolist()] == [date(2019, 2, 12), date(2019, 2, 13)]


def test_daily_bars_by_date(tmp_path: Path) -> None:
    text = "date,open,high,low,close,volume,adj_close\n2019-02-13,10,11,9,10.5,100,5\n2019-02-14,10,11,9,10.5,100,5\n"
    bars = bars_read(file_of(tmp_path, text), "1Day")

    assert bars.start.tolist() == [1550034000, 1550120400]
    assert bars.end.tolist() == [1550091600, 1550178000]


ROW = "2019-02-13T14:31:00Z,{},{},{},{},{}\n"
FIRST = HEADER + "2019-02-13T14:30:00Z,10,11,9,10.5,100\n"
FAULTS = [
    ("", "cannot be read"),
    (HEADER, "it holds no bars"),
    ("timestamp,open,high,low,close\n2019-02-13T14:30:00Z,1,1,1,1\n", "the columns volume are missing"),
    ("open,high,low,close,volume\n1,1,1,1,1\n", "the columns timestamp are missing"),
    (FIRST + ROW.format("NaN", 11, 9, 10, 1), "row 3: open was 'NaN', not a number"),
    (FIRST + ROW.format(10, 11, 9, "ten", 1), "row 3: close was 'ten', not a number"),
    (FIRST + ROW.format(10, "inf", 9, 10, 1), "row 3: high was 'inf', not a number"),
    (FIRST + ROW.format(10, 11, 9, 10, ""), "row 3: volume was '', not a number"),
    (FIRST + ROW.format(10, 11, 0, 10, 1), "row 3: low was 0, but a price is above zero"),
    (FIRST + ROW.format(-10, 11, -10, 10, 1), "row 3: open was -10, but a price is above zero"),
    (FIRST + ROW.format(10, 9.5, 9, 10, 1), "row 3: high 9.5 is below another price of its bar"),
    (FIRST + ROW.format(10, 11, 10.2, 10.1, 1), "row 3: low 10.2 is above the open or the close"),
    (FIRST + ROW.format(10, 11, 9, 10, -1), "row 3: volume was -1, but it cannot be negative"),
    (FIRST + "2019-02-13T14:30:00Z,10,11,9,10.5,100\n", "row 3: 2019-02-13 14:30:00 UTC is there twice"),
    (
        FIRST + "2019-02-12T14:30:00Z,10,11,9,10.5,100\n" + ROW.format(10, 11, 9, 10, 1),
        "row 3: 2019-02-12 14:30:00 UTC comes after",
    ),
    (FIRST + "2019-02-13T14:31:10Z,10,11,9,10.5,100\n", "row 3: 2019-02-13 14:31:10 UTC is not the start of a minute"),
    (FIRST + "yesterday,10,11,9,10.5,100\n", "row 3: 'yesterday' is not a time"),
    (FIRST.replace("Z,", ","), "row 2: '2019-02-13T14:30:00' has no time zone"),
    (GOOD.replace("+00:00", ""), "row 3: '2019-02-13T14:31:00' has no offset, but others have"),
    (FIRST.replace("14:30", "09:30"), "it looks like New York time given as UTC"),
    (FIRST.replace("volume\n", "volume,symbol\n").replace("100\n", "100,BBB\n"), "bars of BBB, not only of AAA"),
]


@pytest.mark.parametrize(("text", "named"), FAULTS, ids=[named for _, named in FAULTS])
def test_a_fault_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(BarFileError) as caught:
        bars_read(file_of(tmp_path, text), "1Min")

    assert any(named in problem for problem in caught.value.problems)
    assert all(problem.startswith("AAA.csv: ") for problem in caught.value.problems)


def test_every_fault_is_named_and_many_are_counted(tmp_path: Path) -> None:
    text = HEADER + "".join(f"2019-02-13T14:{30 + n // 2}:00Z,0,11,9,10.5,1\n" for n in range(30))
    with pytest.raises(BarFileError) as caught:
        bars_read(file_of(tmp_path, text), "1Min")

    # 15 twice, 30 without an open price.
    assert len(caught.value.problems) == 21
    assert caught.value.problems[-1] == "AAA.csv: and 55 more"


def test_a_day_without_a_session_is_named(tmp_path: Path) -> None:
    text = "date,open,high,low,close,volume\n2019-02-16,10,11,9,10.5,100\n"
    with pytest.raises(BarFileError, match="the market was closed on 2019-02-16"):
        bars_read(file_of(tmp_path, text), "1Day")


def test_names_of_files(tmp_path: Path) -> None:
    with pytest.raises(BarFileError, match="there is no such folder"):
        bar_files(tmp_path / "no")
    with pytest.raises(BarFileError, match=r"it holds no SYMBOL\.csv"):
        bar_files(tmp_path)
    file_of(tmp_path, GOOD, "AAA.csv")
    file_of(tmp_path, GOOD, "BRK.B.csv.gz")
    assert list(bar_files(tmp_path)) == ["AAA", "BRK.B"]
    file_of(tmp_path, GOOD, "AAA.csv.gz")
    with pytest.raises(BarFileError, match="are both of AAA"):
        bar_files(tmp_path)


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "parquet"])
@pytest.mark.parametrize("timeframe", ["1Min", "1Day"])
def test_what_is_written_is_read_back(tmp_path: Path, suffix: str, timeframe: str) -> None:
    daily = timeframe == "1Day"
    start = np.array([1550034000, 1550120400] if daily else [1550068200, 1550068260])
    end = np.array([1550091600, 1550178000]) if daily else start + 60
    day = np.array([date(2019, 2, 13).toordinal(), date(2019, 2, 14 if daily else 13).toordinal()])
    prices = np.array([[10.1, 20.000001], [11.0, 21.0], [9.5, 19.25], [10.7, 20.5], [100.0, 0.5]])
    bars = Bars("AAA", timeframe, start, end, day, *prices)
    path = tmp_path / f"AAA.{suffix}"
    bars_write(bars, path)
    written = path.read_bytes()
    again = bars_read(path, timeframe)
    bars_write(again, path)

    assert path.read_bytes() == written
    for name in ("start", "end", "session", "open", "high", "low", "close", "volume"):
        assert getattr(again, name).tolist() == getattr(bars, name).tolist()


@pytest.mark.django_db
def test_a_second_import_changes_nothing_and_says_so(tmp_path: Path) -> None:
    path = file_of(tmp_path, GOOD)
    said = [StringIO(), StringIO(), StringIO()]
    call_command("import_bars", path, stdout=said[0])
    call_command("import_bars", path, stdout=said[1])
    file_of(tmp_path, GOOD.replace("10.25,200", "10.3,200"))
    call_command("import_bars", path, stdout=said[2])

    assert "AAA: 3 new, 0 replaced, 0 already there" in said[0].getvalue()
    assert "387 minutes have no bar" in said[0].getvalue()
    assert "AAA: 0 new, 0 replaced, 3 already there" in said[1].getvalue()
    assert "AAA: 0 new, 1 replaced, 2 already there" in said[2].getvalue()
    assert Bar.objects.count() == 3
    # A file says nothing of what it leaves out.
    assert not Coverage.objects.exists()


@pytest.mark.django_db
def test_one_bad_file_keeps_all_out(tmp_path: Path) -> None:
    file_of(tmp_path, GOOD, "AAA.csv")
    file_of(tmp_path, GOOD.replace("10.5,11,10,", "0,11,10,"), "BBB.csv")
    file_of(tmp_path, HEADER, "CCC.csv")

    with pytest.raises(CommandError) as caught:
        call_command("import_bars", tmp_path)

    assert "BBB.csv: row 3: open was 0" in str(caught.value)
    assert "CCC.csv: it holds no bars" in str(caught.value)
    assert not Bar.objects.exists()


@pytest.mark.django_db
def test_bars_still_to_come_are_refused(tmp_path: Path) -> None:
    tomorrow = real_now().date() + timedelta(days=1)
    [coming, *_] = sessions_between(tomorrow, tomorrow + timedelta(days=10))
    text = HEADER + f"{coming.open:%Y-%m-%dT%H:%M:%SZ},10,11,9,10.5,100\n"
    with pytest.raises(CommandError, match=f"it reaches to {coming.day} .* UTC, which is still to come"):
        call_command("import_bars", file_of(tmp_path, text))
    assert not Bar.objects.exists()


@pytest.mark.django_db
def test_check_stores_nothing(tmp_path: Path) -> None:
    said = StringIO()
    call_command("import_bars", file_of(tmp_path, GOOD, "odd name.csv"), "--symbol", "aaa", "--check", stdout=said)

    assert "AAA: 3 1Min bars in 1 sessions" in said.getvalue()
    assert not Bar.objects.exists()


@pytest.mark.django_db
def test_exported_bars_import_to_the_same_bytes(tmp_path: Path) -> None:
    call_command("import_bars", file_of(tmp_path, GOOD), stdout=StringIO())
    call_command("export_bars", tmp_path / "one", stdout=StringIO())
    Bar.objects.all().delete()
    call_command("import_bars", tmp_path / "one", stdout=StringIO())
    call_command("export_bars", tmp_path / "two", stdout=StringIO())

    assert (tmp_path / "one" / "AAA.csv.gz").read_bytes() == (tmp_path / "two" / "AAA.csv.gz").read_bytes()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "name files or folders"),
        (["--alpaca"], "--alpaca needs --symbols, --from and --to"),
        (["--alpaca", "--symbols", "a b", "--from", "2019-02-13", "--to", "2019-02-13"], "'A B' is not a stock symbol"),
        (["--alpaca", "--symbols", "A", "--from", "2019-02-16", "--to", "2019-02-17"], "the market was closed"),
    ],
)
def test_arguments_that_cannot_work(arguments: list[str], named: str) -> None:
    with pytest.raises(CommandError, match=named):
        call_command("import_bars", *arguments)


@pytest.mark.django_db
def test_nothing_to_export_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no 1Min bars of AAA are stored"):
        call_command("export_bars", tmp_path / "out", "--symbols", "AAA")
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("trading")
def test_bars_from_the_broker_are_confirmed(trading: object) -> None:
    said = StringIO()
    day = bars_between_last_session()
    call_command("import_bars", "--alpaca", "--symbols", "AAPL", "--from", day, "--to", day, stdout=said)

    assert "AAPL: 390 1Min bars in 1 sessions" in said.getvalue()
    row = Coverage.objects.get(symbol="AAPL", timeframe="1Min")
    assert len(bars_between("AAPL", "1Min", row.since, row.until)) >= 390


@pytest.mark.usefixtures("trading")
@pytest.mark.parametrize(
    ("symbols", "last", "named"),
    [
        ("AAPL,AAPLL", "2026-06-01", "nothing was stored: the broker does not know AAPLL .did you mean AAPL"),
        ("AAPL", "2090-06-01", "nothing was stored: --to 2090-06-01 is still to come"),
    ],
)
def test_what_the_broker_cannot_have_is_asked_of_it_by_nobody(symbols: str, last: str, named: str) -> None:
    SymbolFactory.create(symbol="AAPL")
    before = Bar.objects.count()
    with pytest.raises(CommandError, match=named):
        call_command("import_bars", "--alpaca", "--symbols", symbols, "--from", "2026-06-01", "--to", last)
    assert Bar.objects.count() == before


def bars_between_last_session() -> str:
    from marketdata.calendar import sessions_back
    from marketdata.clock import market_now

    return sessions_back(market_now(), 2)[0].day.isoformat()
