import math
from argparse import ArgumentTypeError
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import available_timezones

from django.core.management.base import BaseCommand, CommandError, CommandParser

from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.core.config import SYMBOL
from engine.core.field_errors import nearest_word
from engine.core.schedule import NEW_YORK
from engine.core.timeframes import SECONDS
from engine.core.types import Bars
from marketdata.backfill import bars_fetch
from marketdata.barcolumns import columns_parse
from marketdata.barfiles import BarFileError, bar_file_read, bar_paths
from marketdata.barformats import FORMATS, Reading
from marketdata.bartimes import zone_known
from marketdata.calendar import last_close, last_closed_minute, sessions_between
from marketdata.clock import market_now, real_now
from marketdata.imports import bars_import, bars_joined, bars_report, price_fault
from marketdata.models import Symbol
from marketdata.selectors import bars_between

# Seconds; and the bytes of a file that takes longer to read.
PROGRESS_EVERY, LARGE = 1.0, 10_000_000


class Command(BaseCommand):
    help = (
        "Take bars over from files (CSV, plain, gzipped or zipped, or Parquet; one symbol each, or folders of them) or "
        "from the broker. All files or none: a fault in one is named with the option that takes it, and nothing is "
        "stored. --check says exactly what would happen. A second time changes nothing."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told_at = monotonic()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders")
        parser.add_argument("--timeframe", choices=list(SECONDS), default="1Min")
        parser.add_argument("--symbol", help="of the one file given, where its name does not say or it holds several")
        parser.add_argument("--check", action="store_true", help="say what would happen; store nothing")
        parser.add_argument(
            "--format", choices=sorted(FORMATS), default="", help="the vendor, where columns do not tell"
        )
        parser.add_argument(
            "--timezone", metavar="ZONE", default="", help="of times without an offset: America/New_York"
        )
        parser.add_argument(
            "--ignore-offset", action="store_true", help="with --timezone: of times with an offset, too"
        )
        parser.add_argument("--columns", metavar="NAME=COLUMN,...", default="", help="as volume=Vol,close=Adj Close")
        parser.add_argument("--dates", choices=["dmy", "mdy"], default="", help="day or month first, in 03/01/2012")
        parser.add_argument("--stamp", choices=["start", "end"], default="", help="what a time is of its bar")
        parser.add_argument("--decimal", choices=["point", "comma"], default="", help="before the decimals of prices")
        parser.add_argument(
            "--scale", type=_scale, help="dollars in one unit of a price; 1 takes odd prices as they are"
        )
        parser.add_argument("--alpaca", action="store_true", help="ask the broker instead of reading files")
        parser.add_argument("--symbols", metavar="A,B", help="with --alpaca")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help="with --alpaca")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help="with --alpaca")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["alpaca"]:
            if options["paths"] or not (options["symbols"] and options["first"] and options["last"]):
                raise CommandError("--alpaca needs --symbols, --from and --to, and no files")
            if options["timeframe"] not in ("1Min", "1Day"):
                raise CommandError("--alpaca takes 1Min or 1Day; bars between are built from minutes")
            self._from_broker(options)
            return
        if not options["paths"]:
            raise CommandError("name files or folders to read, or ask the broker with --alpaca")
        if options["symbol"] and (len(options["paths"]) > 1 or options["paths"][0].is_dir()):
            raise CommandError("--symbol is for one file; the others are named after their symbols")
        series = self._read(options, _reading(options))
        for bars in series:
            self.stdout.write("\n".join(bars_report(bars)))
        if options["timeframe"] not in ("1Min", "1Day"):
            self.stdout.write(
                f"bots and backtests build their {options['timeframe']} bars from minutes and do not look at these; "
                "export_bars does"
            )
        for found in bars_import(series, check=options["check"], progress=self._stored):
            words = ("would be new", "are already there") if options["check"] else ("new", "already there")
            self.stdout.write(
                f"{found.symbol}: {found.new:,} {words[0]}, {found.changed:,} replaced, {found.same:,} {words[1]}"
            )
        if options["check"]:
            self.stdout.write("checked; nothing was stored")

    def _read(self, options: dict[str, Any], reading: Reading) -> list[Bars]:
        """Every file, or every fault of every file. Files of one symbol that follow each other are one."""
        found: dict[str, list[Bars]] = {}
        problems: list[str] = []
        files: list[Path] = []
        for path in options["paths"]:
            try:
                files += bar_paths(path) if path.is_dir() else [path]
            except BarFileError as error:
                problems += error.problems
        for place, file in enumerate(files):
            large = file.is_file() and file.stat().st_size > LARGE
            self._progress(f"{file.name}: file {place + 1} of {len(files)}", at_once=large)
            try:
                symbol = options["symbol"].upper() if options["symbol"] else None
                read = bar_file_read(file, options["timeframe"], symbol, reading)
            except BarFileError as error:
                problems += error.problems
                continue
            bars = read.bars
            found.setdefault(bars.symbol, []).append(bars)
            if _is_to_come(bars):
                when = datetime.fromtimestamp(int(bars.end[-1]), UTC)
                problems.append(f"{file.name}: it reaches to {when:%Y-%m-%d %H:%M} UTC, which is still to come")
            if reading.scale is None and (fault := price_fault(bars)):
                problems.append(f"{file.name}: {fault}")
            if read.notes:
                self.stdout.write(f"{file.name}: {'; '.join(read.notes)}")
            if read.left_out:
                self.stdout.write(f"{file.name}: {read.left_out:,} bars outside the regular session are left out")
        series = []
        for name, parts in found.items():
            try:
                series.append(bars_joined(parts))
            except ValueError as error:
                problems.append(f"{name} is in more than one file, and {error}")
        if problems:
            raise CommandError("nothing was stored:\n" + "\n".join(f"  {problem}" for problem in problems))
        return series

    def _stored(self, symbol: str, done: int, of: int) -> None:
        self._progress(f"{symbol}: {done:,} of {of:,} bars stored")

    def _progress(self, text: str, at_once: bool = False) -> None:
        """Once a second of long work, beside the answer."""
        now = monotonic()
        if at_once or now - self._told_at >= PROGRESS_EVERY:
            self._told_at = now
            self.stderr.write(text)

    def _from_broker(self, options: dict[str, Any]) -> None:
        symbols = [name.strip().upper() for name in options["symbols"].split(",")]
        if wrong := [name for name in symbols if not SYMBOL.fullmatch(name)]:
            raise CommandError(f"{', '.join(map(repr, wrong))} is not a stock symbol")
        known = list(Symbol.objects.values_list("symbol", flat=True))
        if strange := [_hinted(name, known) for name in symbols if known and name not in known]:
            raise CommandError(f"nothing was stored: the broker does not know {', '.join(strange)}")
        sessions = sessions_between(options["first"], options["last"])
        if not sessions:
            raise CommandError(f"the market was closed from {options['first']} to {options['last']}")
        timeframe = options["timeframe"]
        try:
            now = market_now()
            if options["last"] > now.astimezone(NEW_YORK).date():
                day = f"{now:%Y-%m-%d %H:%M} UTC in the market"
                raise CommandError(f"nothing was stored: --to {options['last']} is still to come, it is {day}")
            until = min(sessions[-1].close, last_close(now) if timeframe == "1Day" else last_closed_minute(now))
            start = sessions[0].open.replace(hour=0, minute=0) if timeframe == "1Day" else sessions[0].open
            if start >= until:
                raise CommandError(f"{sessions[0].day} is not over yet: it is {now:%Y-%m-%d %H:%M} UTC in the market")
            bars_fetch(broker_connect(), symbols, timeframe, start, until)
        except BrokerError as error:
            raise CommandError(f"the broker did not answer: {error}") from None
        without: list[str] = []
        for symbol in symbols:
            bars = bars_between(symbol, timeframe, start, until)
            if len(bars):
                self.stdout.write("\n".join(bars_report(bars)))
            else:
                without.append(symbol)
        if without:
            raise CommandError(f"the broker has no such bars of {', '.join(without)}; those of the others are stored")


def _reading(options: dict[str, Any]) -> Reading:
    """The options of how to read a file. Raises CommandError."""
    zone = options["timezone"]
    if zone and not zone_known(zone):
        nearest = nearest_word(zone, sorted(available_timezones()))
        hint = f" (did you mean {nearest}?)" if nearest else ""
        raise CommandError(f"--timezone {zone}: there is no such zone{hint}; as America/New_York or UTC")
    if options["ignore_offset"] and not zone:
        raise CommandError("--ignore-offset needs --timezone, the zone the times are of instead")
    try:
        columns, header = columns_parse(options["columns"]) if options["columns"] else ({}, ())
    except ValueError as error:
        raise CommandError(f"--columns: {error}") from None
    return Reading(
        format=options["format"],
        timezone=zone,
        columns=columns,
        header=header,
        dates=options["dates"],
        stamp=options["stamp"],
        decimal=options["decimal"],
        scale=options["scale"],
        ignore_offset=options["ignore_offset"],
        select=bool(options["symbol"]),
    )


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = 0.0
    if not 0 < scale < math.inf:
        raise ArgumentTypeError(f"{text!r} is not a number above zero, as 1e-9")
    return scale


def _hinted(name: str, known: list[str]) -> str:
    nearest = nearest_word(name, known)
    return f"{name} (did you mean {nearest}?)" if nearest else name


def _is_to_come(bars: Bars) -> bool:
    """Whether the last of them is not over yet. A simulated market may be ahead of the day."""
    end = datetime.fromtimestamp(int(bars.end[-1]), UTC)
    if end <= real_now():
        return False
    try:
        return end > market_now()
    except BrokerError:
        return True
