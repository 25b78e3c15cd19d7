"""Files of bars as they come: packed, damaged, several of one symbol, and what is told while they are taken."""

import gzip
import io
import zipfile
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from marketdata.barfiles import BarFileError, bar_file_read
from marketdata.barformats import Reading
from marketdata.models import Bar
from marketdata.tests.test_import_formats import DAYS, MINUTES, file_of
from marketdata.tests.test_import_options import FULL, HEADER, minutes_text

GOOD = HEADER + "2019-02-13T14:30:00Z,10,11,9,10.5,100\n"


def zipped(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "named"),
    [
        ("AAA.csv.gz", gzip.compress(GOOD.encode(), mtime=0)[:-9], "it cannot be read: its gzip is damaged"),
        ("AAA.csv.gz", b"no gzip", "it cannot be read: its gzip is damaged"),
        ("AAA.zip", zipped(AAA_csv=GOOD)[:-30], "it cannot be read as a zip"),
        ("AAA.zip", zipped(AAA_csv=GOOD, BBB_csv=GOOD), "the zip holds 2 files; unpack it and name those wanted"),
        ("AAA.parquet", b"no parquet", "it cannot be read"),
        ("AAA.csv", b"\xff\xfe\xff", "it cannot be read"),
        ("AAA.csv", b"timestamp,open\xff\n", "it cannot be read"),
        ("AAA.xlsx", b"", "it is none of .csv"),
    ],
)
def test_a_damaged_file_is_one_line(tmp_path: Path, name: str, data: bytes, named: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(BarFileError) as caught:
        bar_file_read(path, "1Min")
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(f"{name}: {named}")


@pytest.mark.parametrize("name", ["AAA.csv", "AAA.csv.gz", "AAA.csv.zip", "AAA.zip", "AAA.parquet", "AAA.txt"])
def test_every_packing(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    frame = pd.read_csv(io.StringIO(GOOD), parse_dates=["timestamp"])
    if name.endswith(".parquet"):
        # As pandas keeps it: the times in the index.
        frame.set_index("timestamp").to_parquet(path)
    elif name.endswith(".zip"):
        path.write_bytes(zipped(AAA_csv=GOOD))
    else:
        path.write_bytes(gzip.compress(GOOD.encode()) if name.endswith(".gz") else GOOD.encode())
    bars = bar_file_read(path, "1Min").bars
    assert (bars.symbol, bars.start.tolist(), bars.close.tolist()) == ("AAA", MINUTES[:1], [10.5])


def test_symbols_and_times_in_the_index_of_a_parquet_file(tmp_path: Path) -> None:
    frame = pd.DataFrame({"open": 10.0, "high": 11.0, "low": 9.0, "close": [10.5, 10.25], "volume": [100, 200]})
    times = pd.to_datetime(["2019-02-13 14:30", "2019-02-13 14:31"], utc=True)
    frame.index = pd.MultiIndex.from_product([["AAA"], times], names=["symbol", "timestamp"])
    frame.to_parquet(tmp_path / "AAA.parquet")
    bars = bar_file_read(tmp_path / "AAA.parquet", "1Min").bars
    assert (bars.start.tolist(), bars.close.tolist(), bars.volume.tolist()) == (MINUTES[:2], [10.5, 10.25], [100, 200])
    frame.index = times.tz_localize(None)
    frame.to_parquet(tmp_path / "AAA.parquet")
    with pytest.raises(BarFileError, match="row 2: '2019-02-13 14:30:00' has no time zone"):
        bar_file_read(tmp_path / "AAA.parquet", "1Min")


def test_what_yfinances_download_writes(tmp_path: Path) -> None:
    text = "Price,Close,High,Low,Open,Volume\nTicker,AAA,AAA,AAA,AAA,AAA\nDate,,,,,\n2019-02-13,10.5,11,9,10,100\n"
    bars = bar_file_read(file_of(tmp_path, text), "1Day").bars
    assert (bars.start.tolist(), bars.open.tolist(), bars.close.tolist()) == (DAYS[1:2], [10], [10.5])
    with pytest.raises(BarFileError, match="it holds bars of AAA, not only of BBB; --symbol AAA takes those of AAA"):
        bar_file_read(file_of(tmp_path, text, "BBB.csv"), "1Day")


@pytest.mark.django_db
def test_a_price_far_off_what_is_stored_is_refused(tmp_path: Path) -> None:
    call_command("import_bars", file_of(tmp_path, GOOD), stdout=StringIO())
    later = GOOD.replace("14:30", "14:31").replace("10,11,9,10.5", "10000,11000,9000,10500")
    with pytest.raises(CommandError, match=r"1,000 times off the stored 10\.5 of 2019-02-13 14:30; --scale 1 takes"):
        call_command("import_bars", file_of(tmp_path, later), stdout=StringIO())
    assert Bar.objects.count() == 1
    call_command("import_bars", file_of(tmp_path, later), "--scale", "1", stdout=StringIO())
    assert [float(bar.close) for bar in Bar.objects.order_by("start")] == [10.5, 10500]


@pytest.mark.django_db
def test_files_of_one_symbol_that_follow_each_other_are_one(tmp_path: Path) -> None:
    for day, name in ((13, "20190213_trade.zip"), (14, "20190214_trade.zip")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(f"201902{day}_aaa_minute_trade.csv", "34200000,100000,110000,90000,105000,100\n")
    said = StringIO()
    call_command("import_bars", tmp_path, "--format", "lean", stdout=said)
    assert "AAA: 2 new, 0 replaced, 0 already there" in said.getvalue()
    assert [f"{bar.start:%d %H:%M} {bar.close:.2f}" for bar in Bar.objects.order_by("start")] == [
        "13 14:30 10.50",
        "14 14:30 10.50",
    ]
    twice = tmp_path / "twice"
    twice.mkdir()
    file_of(twice, GOOD)
    (twice / "AAA.csv.gz").write_bytes(gzip.compress(GOOD.encode()))
    with pytest.raises(CommandError, match="AAA is in more than one file, and two files hold bars of 2019-02-13 14:30"):
        call_command("import_bars", twice, stdout=StringIO())


@pytest.mark.django_db
def test_the_check_says_what_the_import_would_do(tmp_path: Path) -> None:
    call_command("import_bars", file_of(tmp_path, GOOD), stdout=StringIO())
    said = StringIO()
    more = GOOD.replace("10.5,100", "10.4,100") + "2019-02-13T14:31:00Z,10,11,9,10.5,100\n"
    call_command("import_bars", file_of(tmp_path, more), "--check", stdout=said)
    assert "AAA: 1 would be new, 1 replaced, 0 are already there" in said.getvalue()
    assert [float(bar.close) for bar in Bar.objects.all()] == [10.5]


@pytest.mark.django_db
def test_long_work_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketdata.management.commands.import_bars.PROGRESS_EVERY", 0.0)
    monkeypatch.setattr("marketdata.imports.ROWS_AT_ONCE", 200)
    told = StringIO()
    path = file_of(tmp_path, minutes_text(FULL, "%Y-%m-%dT%H:%M:%S%z"))
    call_command("import_bars", path, stdout=StringIO(), stderr=told)
    assert told.getvalue().splitlines() == [
        "AAA.csv: file 1 of 1",
        "AAA: 200 of 390 bars stored",
        "AAA: 390 of 390 bars stored",
    ]


@pytest.mark.django_db
def test_bars_between_minutes_and_days_are_exported_again(tmp_path: Path) -> None:
    text = minutes_text(FULL[::60], "%Y-%m-%dT%H:%M:%S%z")
    call_command("import_bars", file_of(tmp_path, text), "--timeframe", "1Hour", stdout=StringIO())
    call_command("export_bars", tmp_path / "out", "--timeframe", "1Hour", "--format", "csv", stdout=StringIO())
    bars = bar_file_read(tmp_path / "out" / "AAA.csv", "1Hour").bars
    assert (bars.end - bars.start).tolist() == [3600] * 6 + [1800]
    assert np.array_equal(bars.start, MINUTES[0] + 3600 * np.arange(7))


def with_early_hours(late: int) -> str:
    """Three days from 08:00 to 17:00 New York time, a tenth as much traded outside the session; times so late."""
    days = [
        pd.date_range(f"2019-02-{day} 08:00", periods=540, freq="min", tz="America/New_York") for day in (12, 13, 14)
    ]
    rows = []
    for at in (at for day in days for at in day):
        minute = at.hour * 60 + at.minute - 570
        volume = 5000 if minute == 0 else 1000 if 0 < minute < 390 else 100
        rows.append(f"{at + pd.Timedelta(minutes=late):%Y-%m-%dT%H:%M:%S%z},10,11,9,10.5,{volume}\n")
    return HEADER + "".join(rows)


def test_ends_are_told_by_the_volume_of_the_open_where_there_are_early_hours(tmp_path: Path) -> None:
    read = bar_file_read(file_of(tmp_path, with_early_hours(0)), "1Min")
    assert (len(read.bars), read.left_out, read.bars.volume[0]) == (1170, 450, 5000)
    late = file_of(tmp_path, with_early_hours(1))
    with pytest.raises(BarFileError, match="what trades at the open is in the bar behind it; --stamp end takes them"):
        bar_file_read(late, "1Min")
    read = bar_file_read(late, "1Min", reading=Reading(stamp="end"))
    assert (len(read.bars), read.left_out, read.bars.volume[0]) == (1170, 450, 5000)


def test_the_end_of_a_half_day_is_its_close(tmp_path: Path) -> None:
    # The day after Thanksgiving closes at 13:00: its last hour is half of one.
    ends = ["10:30", "11:30", "12:30", "13:00"]
    text = HEADER + "".join(f"2019-11-29T{at}:00-05:00,10,11,9,10.5,100\n" for at in ends)
    bars = bar_file_read(file_of(tmp_path, text), "1Hour", reading=Reading(stamp="end")).bars
    assert (bars.end - bars.start).tolist() == [3600, 3600, 3600, 1800]
    assert bars.start[0] == pd.Timestamp("2019-11-29 14:30", tz="UTC").timestamp()
