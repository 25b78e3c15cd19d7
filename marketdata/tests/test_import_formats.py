"""Each vendor's columns, made of three minutes or days of AAA; each option; and what no option takes."""

import gzip
import io
import re
import zipfile
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from marketdata.barfiles import BarFileError, bar_file_read
from marketdata.barformats import FORMATS, Reading
from marketdata.models import Bar

# 2019-02-13 14:30, 14:31 and 14:33 UTC; 2019-02-12, 13 and 14 at New York's midnight.
MINUTES = [1550068200, 1550068260, 1550068380]
DAYS = [1549947600, 1550034000, 1550120400]
CLOSES = [10.5, 10.25, 10.1]

VENDORS: list[tuple[str, str, str, str, list[str]]] = [
    (
        "alpaca",
        "1Min",
        "symbol,timestamp,open,high,low,close,volume,trade_count,vwap",
        "AAA,2019-02-13 14:{}:00+00:00,{},100,9,10.2",
        ["30", "31", "33"],
    ),
    (
        "alphavantage",
        "1Day",
        "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient",
        "2019-02-{},{},5.25,100,0.0,1.0",
        ["12", "13", "14"],
    ),
    ("binance", "1Min", "", "{},{},100,1550068259999,0,10,0,0,0", ["1550068200000", "1550068260000", "1550068380000"]),
    (
        "databento",
        "1Min",
        "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol",
        "{}000000000,33,2,38,{},100,AAA",
        ["1550068200", "1550068260", "1550068380"],
    ),
    (
        "eodhd",
        "1Min",
        "Timestamp,Gmtoffset,Datetime,Open,High,Low,Close,Volume",
        "{},0,2019-02-13 14:30:00,{},100",
        ["1550068200", "1550068260", "1550068380"],
    ),
    (
        "ib",
        "1Min",
        ",date,open,high,low,close,volume,average,barCount",
        "0,2019-02-13 09:{}:00-05:00,{},100,10.2,9",
        ["30", "31", "33"],
    ),
    (
        "intrinio",
        "1Min",
        "time,open,high,low,close,volume,close_time,interval,trade_count,average",
        "2019-02-13T14:{}:00.000Z,{},100,2019-02-13T14:34:00.000Z,1m,9,10.2",
        ["30", "31", "33"],
    ),
    ("kibot", "1Min", "", "02/13/2019,09:{},{},100", ["30", "31", "33"]),
    ("kibot", "1Day", "", "02/{}/2019,{},100", ["12", "13", "14"]),
    ("lean", "1Day", "", "201902{} 00:00,{},100", ["12", "13", "14"]),
    (
        "metatrader",
        "1Day",
        "<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>",
        "2019.02.{}\t{}\t9\t100\t1",
        ["12", "13", "14"],
    ),
    ("nasdaq", "1Day", "Date,Close/Last,Volume,Open,High,Low", "02/{}/2019,{}", ["14", "13", "12"]),
    ("ninjatrader", "1Min", "", "20190213 14{}00;{};100", ["31", "32", "34"]),
    ("ninjatrader", "1Day", "", "201902{};{};100", ["12", "13", "14"]),
    (
        "polygon",
        "1Min",
        "ticker,volume,open,close,high,low,window_start,transactions",
        "AAA,100,{},{}000000000,9",
        ["1550068200", "1550068260", "1550068380"],
    ),
    (
        "sierrachart",
        "1Day",
        "Date, Time, Open, High, Low, Last, Volume, NumberOfTrades, BidVolume, AskVolume",
        "2019/2/{}, 00:00:00, {}, 100, 9, 50, 50",
        ["12", "13", "14"],
    ),
    (
        "stooq",
        "1Day",
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
        "AAA.US,D,201902{},000000,{},100,0",
        ["12", "13", "14"],
    ),
    (
        "tiingo",
        "1Day",
        "date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,divCash,splitFactor",
        "2019-02-{}T00:00:00.000Z,{},100,5,5,5,5,200,0.0,1.0",
        ["12", "13", "14"],
    ),
    (
        "tradestation",
        "1Min",
        '"Date","Time","Open","High","Low","Close","Volume","OpenInt"',
        "02/13/2019,{},{},100,0",
        ["931", "932", "934"],
    ),
    (
        "tradingview",
        "1Min",
        "time,open,high,low,close,Volume,Volume MA",
        "2019-02-13T09:{}:00-05:00,{},100,100",
        ["30", "31", "33"],
    ),
    ("twelvedata", "1Min", "datetime;open;high;low;close;volume", "2019-02-13 09:{}:00;{};100", ["30", "31", "33"]),
    (
        "yfinance",
        "1Day",
        "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits",
        "2019-02-{} 00:00:00-05:00,{},100,0.0,0.0",
        ["12", "13", "14"],
    ),
]
# Open, high, low and close of the three bars.
PRICES = [(10, 11, 9, 10.5), (10.5, 11, 10, 10.25), (10.25, 10.5, 10, 10.1)]


def vendor_text(name: str, header: str, line: str, marks: Sequence[str]) -> str:
    prices = PRICES if marks[0] < marks[-1] else PRICES[::-1]
    rows = [_line(name, line, mark, bar) for mark, bar in zip(marks, prices, strict=True)]
    return "".join(f"{row}\n" for row in ([header] if header else []) + rows)


def _line(name: str, line: str, mark: str, prices: tuple[float, float, float, float]) -> str:
    opening, high, low, close = prices
    if name == "nasdaq":
        return line.format(mark, f"${close:.2f},100,${opening:.2f},${high:.2f},${low:.2f}")
    if name == "tiingo":
        return line.format(mark, f"{close},{high},{low},{opening}")
    if name == "polygon":
        return line.format(f"{opening},{close},{high},{low}", mark)
    unit = {"lean": 10_000, "databento": 10**9}.get(name)
    numbers = [str(round(price * unit)) if unit else str(price) for price in prices]
    separator = "\t" if name == "metatrader" else ";" if name in ("ninjatrader", "twelvedata") else ","
    return line.format(mark, separator.join(numbers))


def file_of(folder: Path, text: str, name: str = "AAA.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("row", VENDORS, ids=[f"{row[0]} {row[1]}" for row in VENDORS])
def test_a_vendors_columns(tmp_path: Path, row: tuple[str, str, str, str, list[str]]) -> None:
    name, timeframe, header, line, marks = row
    path = file_of(tmp_path, vendor_text(name, header, line, marks))
    read = bar_file_read(path, timeframe, reading=Reading(format=name))

    assert read.bars.start.tolist() == (DAYS if timeframe == "1Day" else MINUTES)
    assert read.bars.close.tolist() == CLOSES
    assert read.bars.open.tolist() == [10, 10.5, 10.25]
    assert read.bars.high.tolist() == [11, 11, 10.5]
    assert read.bars.low.tolist() == [9, 10, 10]
    assert read.bars.volume.tolist() == [100, 100, 100]
    assert read.notes[0] == f"read as {name} ({FORMATS[name].title})"
    if FORMATS[name].told_by and header and name != "metatrader":
        # By its columns, too.
        assert bar_file_read(path, timeframe).notes == read.notes


def test_every_format_is_tried() -> None:
    assert {row[0] for row in VENDORS} == set(FORMATS)


HEADER = "timestamp,open,high,low,close,volume\n"
FULL = pd.date_range("2019-02-13 09:30", periods=390, freq="min", tz="America/New_York")


def minutes_text(
    stamps: Sequence[pd.Timestamp], written: str, bar: str = "10,11,9,10.5,100", header: str = HEADER
) -> str:
    return header + "".join(f"{at.strftime(written)},{bar}\n" for at in stamps)


DAILY = "date,open,high,low,close,volume\n"
# What is refused, the option that its refusal names, how many bars that takes and the first of them in UTC.
ASKED: list[tuple[str, str, list[str], list[str], int, str]] = [
    ("no zone", minutes_text(FULL, "%Y-%m-%d %H:%M:%S"), [], ["--timezone", "America/New_York"], 390, "13 14:30"),
    (
        "no zone, UTC",
        minutes_text(FULL.tz_convert("UTC"), "%Y-%m-%d %H:%M:%S"),
        [],
        ["--timezone", "UTC"],
        390,
        "13 14:30",
    ),
    (
        "no zone, Chicago",
        minutes_text(FULL.tz_convert("America/Chicago"), "%m/%d/%Y %I:%M %p"),
        [],
        ["--timezone", "America/Chicago"],
        390,
        "13 14:30",
    ),
    (
        "New York as UTC",
        minutes_text(FULL, "%Y-%m-%dT%H:%M:%SZ"),
        [],
        ["--timezone", "America/New_York", "--ignore-offset"],
        390,
        "13 14:30",
    ),
    (
        "two hours off",
        minutes_text(FULL.tz_convert("UTC") + pd.Timedelta(hours=2), "%Y-%m-%dT%H:%M:%SZ"),
        [],
        ["--timezone", "Etc/GMT-2", "--ignore-offset"],
        390,
        "13 14:30",
    ),
    (
        "ends",
        minutes_text(FULL + pd.Timedelta(minutes=1), "%Y-%m-%dT%H:%M:%S%z"),
        [],
        ["--stamp", "end"],
        390,
        "13 14:30",
    ),
    (
        "hours that end at the close",
        minutes_text(
            [*(FULL[:6:1][0] + pd.Timedelta(hours=hour) for hour in range(1, 7)), FULL[-1] + pd.Timedelta(minutes=1)],
            "%Y-%m-%dT%H:%M:%S%z",
        ),
        ["--timeframe", "1Hour"],
        ["--stamp", "end"],
        7,
        "13 14:30",
    ),
    ("a quarter", minutes_text(FULL[::15], "%Y-%m-%dT%H:%M:%S%z"), [], ["--timeframe", "15Min"], 26, "13 14:30"),
    (
        "minutes as days",
        minutes_text(FULL, "%Y-%m-%dT%H:%M:%S%z"),
        ["--timeframe", "1Day"],
        ["--timeframe", "1Min"],
        390,
        "13 14:30",
    ),
    (
        "days as minutes",
        DAILY
        + "".join(f"{day:%Y-%m-%d}T00:00:00Z,10,11,9,10.5,100\n" for day in pd.bdate_range("2019-02-20", periods=25)),
        [],
        ["--timeframe", "1Day"],
        25,
        "20 05:00",
    ),
    (
        "either day",
        DAILY + "".join(f"0{month}/05/2019,10,11,9,10.5,100\n" for month in (2, 3, 4)),
        ["--timeframe", "1Day"],
        ["--dates", "mdy"],
        3,
        "05 05:00",
    ),
    (
        "thousands or decimals",
        "timestamp;open;high;low;close;volume\n2019-02-13T14:30:00Z;1,125;1,250;1,000;1,125;100\n",
        [],
        ["--decimal", "point"],
        1,
        "13 14:30",
    ),
    (
        "another unit",
        HEADER + "2019-02-13T14:30:00Z,108890000000,108920000000,108650000000,108655000000,100\n",
        [],
        ["--scale", "1e-09"],
        1,
        "13 14:30",
    ),
    (
        "a jump",
        HEADER + "2019-02-13T14:30:00Z,10,11,9,10.5,100\n2019-02-13T14:31:00Z,10500,10600,10400,10500,100\n",
        [],
        ["--scale", "1"],
        2,
        "13 14:30",
    ),
    (
        "several symbols",
        "symbol," + HEADER + "AAA,2019-02-13T14:30:00Z,10,11,9,10.5,100\nBBB,2019-02-13T14:30:00Z,10,11,9,10.5,100\n",
        [],
        ["--symbol", "AAA"],
        1,
        "13 14:30",
    ),
    (
        "Adj",
        HEADER.replace("close", "settle") + "2019-02-13T14:30:00Z,10,11,9,10.5,100\n",
        [],
        ["--columns", "close=settle"],
        1,
        "13 14:30",
    ),
    ("kibot", "02/13/2019,09:30,10,11,9,10.5,100\n", [], ["--format", "kibot"], 1, "13 14:30"),
    ("ninjatrader", "20190213 143100;10;11;9;10.5;100\n", [], ["--format", "ninjatrader"], 1, "13 14:30"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("row", ASKED, ids=[row[0] for row in ASKED])
def test_a_refusal_names_the_option_that_takes_the_file(
    tmp_path: Path, row: tuple[str, str, list[str], list[str], int, str]
) -> None:
    _, text, options, takes, count, first = row
    path = file_of(tmp_path, text)
    with pytest.raises(CommandError, match=re.escape(" ".join(takes))) as caught:
        call_command("import_bars", path, *options, "--check", stdout=StringIO())
    assert str(caught.value).count("\n") == 1
    call_command("import_bars", path, *options, *takes, stdout=StringIO())

    bars = Bar.objects.filter(symbol="AAA").order_by("start")
    assert len(bars) == Bar.objects.count() == count
    assert f"{bars[0].start:%Y-%m-%d %H:%M}"[8:] == first


NOT_TAKEN: list[tuple[str, list[str], str]] = [
    (HEADER, ["--timezone", "America/NewYork"], "there is no such zone (did you mean America/New_York?)"),
    (HEADER, ["--ignore-offset"], "--ignore-offset needs --timezone"),
    (HEADER, ["--columns", "volum=Vol"], "'volum=Vol' is not NAME=COLUMN with one of"),
    (HEADER, ["--columns", "volume=volumee"], "there is no column 'volumee' (did you mean volume?)"),
    ("1.5,2,3,4,5,6,7\n", [], "it has no column names; write a line of names first, or name a --format without them"),
    ("02/13/2019,10,11,9\n", ["--format", "kibot"], "row 1 has 4 columns, but --format kibot has 7 or 6"),
    (HEADER.replace("open", "volume"), [], "the column volume is there twice; name each once"),
    (
        HEADER + "2019-02-13T14:30:00Z,10,11,9,10.5,1e15\n",
        [],
        "1 volumes are above 999,999,999,999,999, the largest that can be stored (row 2: volume was 1e+15)",
    ),
    (
        HEADER + "2019-02-13T14:30:00Z,1e9,1e9,1e9,1e9,1\n",
        ["--scale", "1"],
        "4 prices are above 999,999,999, the largest that can be stored (row 2: open was 1e+09)",
    ),
    (
        DAILY + "13/02/2019,10,11,9,10.5,100\n",
        ["--timeframe", "1Day", "--dates", "mdy"],
        "row 2: '13/02/2019' is no date by mdy; --dates dmy takes it",
    ),
    (
        DAILY + "13/02/2019,10,11,9,10.5,100\n02/14/2019,10,11,9,10.5,100\n",
        ["--timeframe", "1Day"],
        "row 3: '02/14/2019' is not a time",
    ),
    (
        HEADER + "2019-03-10 02:30:00,10,11,9,10.5,100\n",
        ["--timezone", "America/New_York"],
        "row 2: '2019-03-10 02:30:00' is there twice or never in America/New_York, where the clock changes",
    ),
    (
        DAILY
        + "".join(f"{day:%Y-%m-%d},10,11,9,10.5,100\n" for day in pd.date_range("2019-02-18", periods=12, freq="7D")),
        ["--timeframe", "1Day"],
        "the bars are 7 days apart, not 1 day; there are 1Min, 5Min, 15Min, 1Hour, 1Day",
    ),
    (
        HEADER + "2019-02-13T14:32:00Z,10,11,9,10.5,100\n",
        ["--timeframe", "5Min"],
        "row 2: a 5Min bar begins a whole number of steps after the open, not at 09:32:00 New York time",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "options", "named"), NOT_TAKEN, ids=[row[2][:40] for row in NOT_TAKEN])
def test_what_no_option_takes_is_named(tmp_path: Path, text: str, options: list[str], named: str) -> None:
    for check in (["--check"], []):
        with pytest.raises(CommandError, match=re.escape(named)):
            call_command("import_bars", file_of(tmp_path, text), *options, *check, stdout=StringIO())
    assert not Bar.objects.exists()


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
        ("AAA.csv.gz", gzip.compress(GOOD.encode())[:-9], "it cannot be read: its gzip is damaged"),
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
