"""Each vendor's columns, made of three minutes or days of AAA; each option; and what no option takes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from marketdata.barfiles import bar_file_read
from marketdata.barformats import FORMATS, Reading

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
    assert not FORMATS[name].remark or read.notes[1] == FORMATS[name].remark
    if FORMATS[name].told_by and header and name != "metatrader":
        # By its columns, too.
        assert bar_file_read(path, timeframe).notes == read.notes


def test_every_format_is_tried() -> None:
    assert {row[0] for row in VENDORS} == set(FORMATS)


def test_the_documentation_has_each_format_and_option() -> None:
    text = (Path(__file__).parents[2] / "docs" / "imports.md").read_text()
    for found in FORMATS.values():
        row = f"| `{found.name}` | [{found.title}]({found.source}) | {'by its columns' if found.told_by else 'no'} | "
        assert row + f"{found.timezone or 'asked for'} |" in text
        assert found.remark in text
    for option in (
        "timeframe",
        "symbol",
        "check",
        "timezone",
        "ignore-offset",
        "columns",
        "dates",
        "stamp",
        "decimal",
        "scale",
    ):
        assert f"--{option}" in text


# What else these vendors write: minutes where days were tried, and other notations; with the options they need.
VARIANTS: list[tuple[str, str, str, list[str], dict[str, Any]]] = [
    (
        "databento with dollars",
        "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume",
        "{},33,2,38,{},100",
        ["1550068200000000000", "1550068260000000000", "1550068380000000000"],
        {},
    ),
    (
        "binance since 2025",
        "",
        "{},{},100,1550068259999999,0,10,0,0,0",
        ["1550068200000000", "1550068260000000", "1550068380000000"],
        {"format": "binance"},
    ),
    (
        "ib with a zone",
        "date,open,high,low,close,volume,average,barCount",
        "20190213 09:{}:00 US/Eastern,{},100,10.2,9",
        ["30", "31", "33"],
        {},
    ),
    ("lean by its name", "", "{},{},100", ["34200000", "34260000", "34380000"], {"format": "lean"}),
    (
        "metatrader",
        "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>",
        "2019.02.13\t16:{}:00\t{}\t9\t100\t1",
        ["30", "31", "33"],
        {"timezone": "Europe/Helsinki"},
    ),
    (
        "sierrachart",
        "Date, Time, Open, High, Low, Last, Volume, NumberOfTrades, BidVolume, AskVolume",
        "2019/2/13, 09:{}:00.0, {}, 100, 9, 50, 50",
        ["30", "31", "33"],
        {"timezone": "America/New_York"},
    ),
    (
        "stooq",
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
        "AAA.US,1,20190213,15{}00,{},100,0",
        ["30", "31", "33"],
        {"timezone": "Europe/Warsaw"},
    ),
    ("one letter", "t,o,h,l,c,v", "2019-02-13T14:{}:00Z,{},100", ["30", "31", "33"], {}),
    (
        "a header told as kibot",
        "Date,Time,Open,High,Low,Close,Volume",
        "2/13/2019,9:{} AM,{},100",
        ["30", "31", "33"],
        {"format": "kibot"},
    ),
]


@pytest.mark.parametrize("row", VARIANTS, ids=[row[0] for row in VARIANTS])
def test_another_notation_of_a_vendor(tmp_path: Path, row: tuple[str, str, str, list[str], dict[str, Any]]) -> None:
    name, header, line, marks, options = row
    kind = "lean" if name.startswith("lean") else "metatrader" if name == "metatrader" else ""
    day = "20190213_aaa_minute_trade.csv" if kind == "lean" else "AAA.csv"
    read = bar_file_read(
        file_of(tmp_path, vendor_text(kind, header, line, marks), day), "1Min", reading=Reading(**options)
    )
    assert read.bars.symbol == "AAA"
    assert read.bars.start.tolist() == MINUTES
    assert read.bars.close.tolist() == CLOSES
    assert read.bars.volume.tolist() == [100, 100, 100]
