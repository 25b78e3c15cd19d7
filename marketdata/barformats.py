"""What data vendors and tools call their columns, and what their files do not say themselves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

NEW_YORK = "America/New_York"
PRICES = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True)
class Format:
    """How one vendor writes bars.

    told_by: columns that no other vendor has together; empty where a file must be named by --format
    header: the columns of a file that does not name them, one tuple for each number of columns there may be
    line: what the first line of such a file looks like
    timezone: of times without an offset; empty where the vendor does not fix it
    stamp: whether a time is the start or the end of its bar
    scale: dollars in one unit of a price
    source: where the vendor says so
    remark: what a person should know of its prices
    """

    name: str
    title: str
    source: str
    told_by: frozenset[str] = frozenset()
    header: tuple[tuple[str, ...], ...] = ()
    line: str = ""
    timezone: str = ""
    stamp: str = "start"
    dates: str = ""
    scale: float = 1.0
    remark: str = ""


@dataclass(frozen=True)
class Reading:
    """How a file is to be read where it does not say so itself; what is empty is recognised or asked for.

    columns: the file's column by ours (timestamp, date, time, open, high, low, close, volume, symbol)
    header: ours in the order of a file that does not name its columns, - for one that is not read
    timezone: IANA name, of times without an offset; ignore_offset: of times with one, too
    dates: dmy or mdy; stamp: start or end; decimal: comma or point
    scale: dollars in one unit of a price; said, prices are stored however odd they look
    select: of a file of several symbols take the one asked for
    """

    format: str = ""
    timezone: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    dates: str = ""
    stamp: str = ""
    decimal: str = ""
    scale: float | None = None
    ignore_offset: bool = False
    select: bool = False


_KLINES = ("open_time", "open", "high", "low", "close", "volume", "close_time")
_BINANCE = (*_KLINES, "quote_volume", "count", "taker_buy_volume", "taker_buy_quote_volume", "ignore")
_TIMED = ("timestamp", "open", "high", "low", "close", "volume")

FORMATS: Mapping[str, Format] = {
    found.name: found
    for found in (
        Format(
            "alpaca",
            "Alpaca, alpaca-py",
            "https://docs.alpaca.markets/reference/stockbars",
            told_by=frozenset({"timestamp", "open", "trade_count", "vwap"}),
        ),
        Format(
            "alphavantage",
            "Alpha Vantage",
            "https://www.alphavantage.co/documentation/",
            told_by=frozenset({"timestamp", "dividend_amount", "split_coefficient"}),
            timezone=NEW_YORK,
        ),
        Format(
            "binance",
            "Binance klines",
            "https://github.com/binance/binance-public-data",
            told_by=frozenset({"open_time", "close_time", "quote_volume"}),
            header=(_BINANCE,),
            line=r"\d{13,16},[\d.]+,[\d.]+,[\d.]+,[\d.]+,[\d.]+,\d{13,16},",
        ),
        Format(
            "databento",
            "Databento OHLCV",
            "https://databento.com/docs/schemas-and-data-formats/ohlcv",
            told_by=frozenset({"rtype", "publisher_id", "instrument_id"}),
            # Of prices without a point; with pretty_px they are dollars.
            scale=1e-9,
        ),
        Format(
            "eodhd",
            "EODHD",
            "https://eodhd.com/financial-apis/intraday-historical-data-api",
            told_by=frozenset({"timestamp", "gmtoffset", "datetime"}),
            timezone="UTC",
        ),
        Format(
            "ib",
            "Interactive Brokers by ib_async or ib_insync",
            "https://ib-api-reloaded.github.io/ib_async/api.html",
            told_by=frozenset({"date", "average", "barcount"}),
            # The zone is the one chosen at the login to TWS.
        ),
        Format(
            "intrinio",
            "Intrinio",
            "https://docs.intrinio.com/documentation/web_api/get_security_interval_prices_v2",
            told_by=frozenset({"time", "close_time", "interval", "trade_count"}),
        ),
        Format(
            "kibot",
            "Kibot",
            "http://www.kibot.com/Data_Format.aspx",
            header=(("date", "time", *PRICES), ("date", *PRICES)),
            line=r"\d{1,2}/\d{1,2}/\d{4},(\d{1,2}:\d\d,)?[\d.]+,[\d.]+,[\d.]+,[\d.]+,\d+$",
            timezone=NEW_YORK,
            dates="mdy",
            remark="adjusted for splits and dividends, unless bought without",
        ),
        Format(
            "lean",
            "QuantConnect LEAN",
            "https://github.com/QuantConnect/Lean/blob/master/Data/equity/readme.md",
            header=(_TIMED,),
            line=r"(\d{1,8}|\d{8} \d\d:\d\d),\d+,\d+,\d+,\d+,\d+$",
            timezone=NEW_YORK,
            scale=1e-4,
        ),
        Format(
            "metatrader",
            "MetaTrader 5",
            "https://www.metatrader5.com/en/terminal/help/trading_advanced/history",
            told_by=frozenset({"<date>", "<tickvol>", "<vol>", "<spread>"}),
            remark="volumes from <VOL>, which many brokers leave at 0",
            # The zone is the one of the broker's server.
        ),
        Format(
            "nasdaq",
            "nasdaq.com, historical quotes",
            "https://www.nasdaq.com/market-activity/quotes/historical",
            told_by=frozenset({"date", "close/last"}),
            dates="mdy",
        ),
        Format(
            "ninjatrader",
            "NinjaTrader",
            "https://ninjatrader.com/support/helpGuides/nt8/importing.htm",
            header=(_TIMED,),
            line=r"\d{8}( \d{6})?;[\d.]+;[\d.]+;[\d.]+;[\d.]+;\d+$",
            timezone="UTC",
            stamp="end",
        ),
        Format(
            "polygon",
            "Polygon (Massive) flat files",
            "https://polygon.io/docs/flat-files/stocks/minute-aggregates",
            told_by=frozenset({"ticker", "window_start", "transactions"}),
        ),
        Format(
            "sierrachart",
            "Sierra Chart",
            "https://www.sierrachart.com/index.php?page=doc/TextCSVDataFormat.html",
            told_by=frozenset({"date", "time", "last", "bidvolume", "askvolume"}),
            # The zone is the one of the chart.
        ),
        Format(
            "stooq",
            "Stooq, MetaStock ASCII",
            "https://stooq.com/db/h/",
            told_by=frozenset({"<ticker>", "<per>", "<date>", "<time>"}),
            remark="Stooq's are adjusted for splits",
            # Stooq's zone differs by market and package.
        ),
        Format(
            "tiingo",
            "Tiingo",
            "https://www.tiingo.com/documentation/end-of-day",
            told_by=frozenset({"date", "adjclose", "divcash", "splitfactor"}),
        ),
        Format(
            "tradestation",
            "TradeStation",
            "https://help.tradestation.com/09_05/eng/tradestationhelp/symlist/ascii_3rd_party_data_guidelines.htm",
            told_by=frozenset({"date", "time", "openint"}),
            timezone=NEW_YORK,
            stamp="end",
        ),
        Format(
            "tradingview",
            "TradingView",
            "https://www.tradingview.com/support/",
            told_by=frozenset({"time", "volume ma"}),
        ),
        Format(
            "twelvedata",
            "Twelve Data",
            "https://twelvedata.com/docs#time-series",
            header=(),
            # In the zone of the exchange unless another was asked for; its columns are everybody's.
            timezone=NEW_YORK,
        ),
        Format(
            "yfinance",
            "yfinance",
            "https://ranaroussi.github.io/yfinance/reference/api/yfinance.Ticker.html",
            told_by=frozenset({"dividends", "stock splits"}),
            remark="adjusted for splits and dividends, unless asked for with auto_adjust=False",
        ),
    )
}

# Any of these is taken for ours, the first before the others.
NAMES: Mapping[str, tuple[str, ...]] = {
    "timestamp": ("timestamp", "ts_event", "window_start", "open_time", "datetime", "date/time", "gmt time", "t"),
    "date": ("date",),
    "time": ("time",),
    "open": ("open", "o"),
    "high": ("high", "h"),
    "low": ("low", "l"),
    "close": ("close", "close/last", "last", "c"),
    "volume": ("volume", "vol", "v"),
    "symbol": ("symbol", "ticker"),
}


def column_plain(name: str) -> str:
    """A column's name as vendors mean it.

    >>> column_plain(" <CLOSE> "), column_plain("4. close")
    ('close', 'close')
    """
    return re.sub(r"^\d+\.\s*", "", name.strip().casefold()).strip("<>")


def format_recognise(columns: list[str]) -> Format | None:
    """The vendor whose columns these are, None where several or none have such."""
    there = {name.strip().casefold() for name in columns}
    fitting = [found for found in FORMATS.values() if found.told_by and found.told_by <= there]
    return max(fitting, key=lambda found: len(found.told_by), default=None)


def formats_of_line(line: str) -> list[str]:
    """The formats without column names whose files begin with such a line."""
    return [found.name for found in FORMATS.values() if found.line and re.match(found.line, line)]
