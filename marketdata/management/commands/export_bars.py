from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from engine.core.schedule import NEW_YORK
from engine.core.timeframes import SECONDS
from marketdata.barfiles import bars_write
from marketdata.models import Bar
from marketdata.selectors import bars_between


class Command(BaseCommand):
    help = "Write the stored bars as files that import_bars reads, one a symbol; the same bars make the same bytes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--symbols", metavar="A,B", help="default: all that have bars")
        parser.add_argument("--timeframe", choices=list(SECONDS), default="1Min")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", default=date(1990, 1, 1))
        parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", default=date(2100, 1, 1))
        parser.add_argument("--format", choices=["csv", "csv.gz", "parquet"], default="csv.gz")

    def handle(self, *args: Any, **options: Any) -> None:
        timeframe = options["timeframe"]
        stored = Bar.objects.filter(timeframe=timeframe).order_by("symbol").values_list("symbol", flat=True).distinct()
        given = options["symbols"]
        symbols = [name.strip().upper() for name in given.split(",")] if given else list(stored)
        since = datetime.combine(options["first"], time(), NEW_YORK).astimezone(UTC)
        until = datetime.combine(options["last"], time(), NEW_YORK).astimezone(UTC) + timedelta(days=1)
        series = [bars_between(symbol, timeframe, since, until) for symbol in symbols]
        if empty := [bars.symbol for bars in series if not len(bars)]:
            names = ", ".join(empty)
            raise CommandError(f"nothing was written: no {timeframe} bars of {names} are stored for these days")
        if not series:
            raise CommandError(f"nothing was written: no {timeframe} bars are stored")
        try:
            options["folder"].mkdir(parents=True, exist_ok=True)
            for bars in series:
                path = options["folder"] / f"{bars.symbol}.{options['format']}"
                bars_write(bars, path)
                self.stdout.write(f"{path}: {len(bars):,} bars")
        except OSError as error:
            raise CommandError(f"{options['folder']} cannot be written to: {error.strerror}") from None
