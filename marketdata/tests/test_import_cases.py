"""What data vendors and tools hand people: taken with the right values, or refused with the option that takes it."""

import re
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from engine.core.tests.samples import SHARED_DATA
from marketdata.models import Bar

CASES = SHARED_DATA.parent / "cases" / "import"
OPEN, CLOSING = "2016-04-18 13:30", "2016-04-18 19:59"
# One session of AAPL: its first bar, its last, how many.
SESSION = (390, OPEN, 108.655, CLOSING, 107.48)
WEEKS = (4290, OPEN, 108.655, "2016-05-02 19:59", 93.65)
YEAR = (250, "2012-01-03 05:00", 411.23, "2012-12-31 05:00", 532.1729)

TAKEN = [
    ("yf_ticker_history_daily/AAPL.csv", ["--timeframe", "1Day"], YEAR, "read as yfinance"),
    (
        "ny_offsets_across_dst/AAPL.csv",
        [],
        (2340, "2016-02-26 14:30", 112.085, "2016-04-19 19:59", 106.91),
        "the times name their offset",
    ),
    ("alpaca_py_parquet_index/AAPL.parquet", [], SESSION, "the times name their offset"),
    ("databento_raw/AAPL.csv", [], SESSION, "prices × 1e-09"),
    ("databento_pretty_ts_int_px/AAPL.csv", [], SESSION, "prices × 1e-09"),
    (
        "five_minute/AAPL.csv",
        ["--timeframe", "5Min"],
        (858, OPEN, 108.795, "2016-05-02 19:55", 93.65),
        "5Min",
    ),
    ("end_stamped/AAPL.csv", ["--stamp", "end"], WEEKS, "each time is the end of its bar"),
    ("daily_eu_dates/AAPL.csv", ["--timeframe", "1Day"], YEAR, "dates are day/month/year"),
    ("daily_us_dates/AAPL.csv", ["--timeframe", "1Day"], YEAR, "dates are month/day/year"),
    ("polygon_flat/AAPL.csv.gz", [], SESSION, "nanoseconds since 1970"),
    ("tradingview_unix/AAPL.csv", [], SESSION, "seconds since 1970"),
    ("tradingview_iso/AAPL.csv", [], SESSION, "read as tradingview"),
    ("binance/AAPL.csv", ["--format", "binance"], SESSION, "milliseconds since 1970"),
    ("alphavantage_daily/AAPL.csv", ["--timeframe", "1Day"], YEAR, "newest first: sorted"),
    ("kibot/AAPL.csv", ["--format", "kibot"], SESSION, "times are of America/New_York"),
    ("lean_zip/20160418_trade.zip", ["--format", "lean"], SESSION, "prices × 0.0001"),
    ("semicolon_comma/AAPL.csv", [], SESSION, "decimal comma"),
    ("csv_zip/AAPL.csv.zip", [], WEEKS, "the times name their offset"),
    ("dup_columns_Volume_volume/AAPL.csv", ["--columns", "volume=Volume"], SESSION, "volume from 'Volume'"),
]
REFUSED: list[tuple[str, list[str], str]] = [
    ("five_minute/AAPL.csv", [], "the bars are 5 minutes apart, not 1 minute; --timeframe 5Min takes them"),
    ("end_stamped/AAPL.csv", [], "--stamp end takes them"),
    ("binance/AAPL.csv", [], "--format binance takes it"),
    ("kibot/AAPL.csv", [], "--format kibot takes it"),
    ("lean_zip/20160418_trade.zip", [], "--format lean takes it"),
    (
        "dup_columns_Volume_volume/AAPL.csv",
        [],
        "AAPL.csv: 'Volume' and 'volume' are both the volume; --columns volume=Volume takes the first",
    ),
    ("gz_corrupt/AAPL.csv.gz", [], "AAPL.csv.gz: it cannot be read: its gzip is damaged"),
    (
        "tiny_price/AAPL.csv",
        [],
        "AAPL.csv: 1,560 prices are below 0.000001, the smallest that can be stored (row 2: open was 4e-07)",
    ),
]


def case(name: str) -> Path:
    path = CASES / name
    if not path.is_file():
        pytest.skip("the case is not here")
    return path


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "options", "bars", "told"), TAKEN, ids=[row[0] for row in TAKEN])
def test_a_case_is_taken_and_said_how(name: str, options: list[str], bars: tuple, told: str) -> None:
    checked, said = StringIO(), StringIO()
    call_command("import_bars", case(name), *options, "--check", stdout=checked)
    assert not Bar.objects.exists()
    call_command("import_bars", case(name), *options, stdout=said)

    rows = list(Bar.objects.filter(symbol="AAPL").order_by("start"))
    first, last = rows[0], rows[-1]
    count, since, opening, until, closing = bars
    assert len(rows) == Bar.objects.count() == count
    assert (first.start, float(first.close)) == (at(since), opening)
    assert (last.start, float(last.close)) == (at(until), closing)
    assert told in checked.getvalue()
    assert f"New York time: open {float(first.open):g}, high {float(first.high):g}, low " in checked.getvalue()
    # The check says what the import says, and what would become of the bars.
    would = f"AAPL: {count:,} would be new, 0 replaced, 0 are already there"
    assert (
        checked.getvalue()
        .replace(would, f"AAPL: {count:,} new, 0 replaced, 0 already there")
        .replace("checked; nothing was stored\n", "")
        == said.getvalue()
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "options", "named"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_case_is_refused_in_one_line_with_what_takes_it(name: str, options: list[str], named: str) -> None:
    for check in (["--check"], []):
        with pytest.raises(CommandError, match=re.escape(named)) as caught:
            call_command("import_bars", case(name), *options, *check, stdout=StringIO())
        assert str(caught.value).count("\n") == 1
    assert not Bar.objects.exists()


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
