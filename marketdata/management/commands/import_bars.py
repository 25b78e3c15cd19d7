from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from engine.brokers.connect import broker_connect
from engine.brokers.port import BrokerError
from engine.core.config import SYMBOL
from engine.core.field_errors import nearest_word
from engine.core.schedule import NEW_YORK
from engine.core.types import Bars
from marketdata.backfill import bars_fetch
from marketdata.barfiles import BarFileError, bar_file_read, bar_files
from marketdata.calendar import last_close, last_closed_minute, sessions_between
from marketdata.clock import market_now, real_now
from marketdata.imports import bars_import, bars_report
from marketdata.models import Symbol
from marketdata.selectors import bars_between


class Command(BaseCommand):
    help = (
        "Take bars over from files (CSV, CSV.gz or Parquet, one symbol each, or folders of them) or from the broker. "
        "All files or none: a fault in one is named and nothing is stored. A second time changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders")
        parser.add_argument("--timeframe", choices=["1Min", "1Day"], default="1Min")
        parser.add_argument("--symbol", help="of the one file given, where its name does not say")
        parser.add_argument("--check", action="store_true", help="only report; store nothing")
        parser.add_argument("--alpaca", action="store_true", help="ask the broker instead of reading files")
        parser.add_argument("--symbols", metavar="A,B", help="with --alpaca")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help="with --alpaca")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help="with --alpaca")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["alpaca"]:
            if options["paths"] or not (options["symbols"] and options["first"] and options["last"]):
                raise CommandError("--alpaca needs --symbols, --from and --to, and no files")
            self._from_broker(options)
            return
        if not options["paths"]:
            raise CommandError("name files or folders to read, or ask the broker with --alpaca")
        if options["symbol"] and (len(options["paths"]) > 1 or options["paths"][0].is_dir()):
            raise CommandError("--symbol is for one file; the others are named after their symbols")
        series = self._read(options)
        for bars in series:
            self.stdout.write("\n".join(bars_report(bars)))
        if options["check"]:
            self.stdout.write("checked; nothing was stored")
            return
        for found in bars_import(series):
            self.stdout.write(
                f"{found.symbol}: {found.new:,} new, {found.changed:,} replaced, {found.same:,} already there"
            )

    def _read(self, options: dict[str, Any]) -> list[Bars]:
        """Every file, or every fault of every file."""
        series: list[Bars] = []
        problems: list[str] = []
        for path in options["paths"]:
            try:
                files = bar_files(path) if path.is_dir() else {options["symbol"]: path}
            except BarFileError as error:
                problems += error.problems
                continue
            for symbol, file in files.items():
                try:
                    bars, left_out = bar_file_read(file, options["timeframe"], symbol.upper() if symbol else None)
                except BarFileError as error:
                    problems += error.problems
                    continue
                series.append(bars)
                if _is_to_come(bars):
                    when = datetime.fromtimestamp(int(bars.end[-1]), UTC)
                    problems.append(f"{file.name}: it reaches to {when:%Y-%m-%d %H:%M} UTC, which is still to come")
                if left_out:
                    self.stdout.write(f"{file.name}: {left_out:,} bars outside the regular session are left out")
        names = [bars.symbol for bars in series]
        problems += [f"{name} is in more than one file" for name in sorted({n for n in names if names.count(n) > 1})]
        if problems:
            raise CommandError("nothing was stored:\n" + "\n".join(f"  {problem}" for problem in problems))
        return series

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
