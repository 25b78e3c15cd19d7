"""Each option of an import: a refused file names the one that takes it; what no option takes is one clear line."""

import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from marketdata.models import Bar
from marketdata.tests.test_import_formats import file_of

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
        "days as minutes, with offsets",
        DAILY
        + "".join(
            f"{day:%Y-%m-%d}T00:00:00-05:00,10,11,9,10.5,100\n" for day in pd.bdate_range("2019-02-20", periods=25)
        ),
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
    (
        "no names",
        "2019-02-13T14:30:00Z,10,11,9,10.5,100,77\n",
        [],
        ["--columns", "timestamp,open,high,low,close,volume,-"],
        1,
        "13 14:30",
    ),
    (
        "no names, date and time apart",
        "20190213,0930,10,11,9,10.5,100\n",
        ["--timezone", "America/New_York"],
        ["--columns", "date,time,open,high,low,close,volume"],
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
    (
        HEADER.replace("close", "Adj Close") + "2019-02-13T14:30:00Z,10,11,9,10.5,100\n",
        [],
        "--columns 'close=Adj Close' takes 'Adj Close' for it",
    ),
    (HEADER, ["--columns", "volum=Vol"], "'volum=Vol' is not NAME=COLUMN with one of"),
    (HEADER, ["--columns", "volume=volumee"], "there is no column 'volumee' (did you mean volume?)"),
    (HEADER + "2019-02-13T14:30:00Z,10,5,11,2,9,0,10,5,100\n", [], "row 2 has 10 values, but there are 6 columns"),
    ("02/13/2019,10,11,9\n", ["--format", "kibot"], "row 1 has 4 columns, but --format kibot has 7 or 6"),
    (HEADER, ["--columns", "timestamp,open,hihg"], "'hihg' is not NAME=COLUMN with one of"),
    (HEADER, ["--columns", "timestamp,open,open"], "--columns: open is there twice"),
    (HEADER, ["--columns", "timestamp,open,high,low,close,volume"], "row 1 names its columns; --columns NAME=COLUMN"),
    ("20190213,10,11,9,10.5\n", ["--columns", "date,open,high,low,close,volume"], "row 1 has 5 columns, not 6"),
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
