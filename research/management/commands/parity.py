from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import fmean
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bots.selectors import BotNotFound, bot_find
from engine.backtest.history import HistoryError
from engine.backtest.parity import Parity, parity_check
from engine.backtest.recording import SHIPPED, RecordingError, recording_read, recording_write
from engine.backtest.result import Costs
from research.recordings import recording_of

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Replay what a bot did through the backtest and compare every decision and every fill; fails where they "
        "differ. Without arguments, a session that ships with the product; with --bot, what this installation's bot "
        "did. Identical fills need a market without latency, slippage and partial fills (up --speed lockstep); "
        "of a session at real speed, orders less than a minute apart are the same, and it is said how far apart."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="a recording (default: the one that ships)")
        parser.add_argument("--bot", help="number or name of a bot of this installation")
        parser.add_argument(
            "--from", dest="first", type=date.fromisoformat, metavar="DAY", help="first day, with --bot"
        )
        parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help="its last day")
        parser.add_argument(
            "--slippage", type=Decimal, default=Decimal(0), help="what the market charged, a fraction of the price"
        )
        parser.add_argument("--record", type=Path, metavar="FILE", help="keep what --bot did as a recording")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["bot"]) != bool(options["first"]) or (options["record"] and not options["bot"]):
            raise CommandError("--bot needs --from (and --to, if it is more than a day); --record needs --bot")
        try:
            if options["bot"]:
                first = options["first"]
                recording = recording_of(bot_find(options["bot"]), first, options["last"] or first)
            else:
                recording = recording_read(options["file"] or SHIPPED)
        except (BotNotFound, HistoryError, RecordingError) as error:
            raise CommandError(str(error)) from None
        if options["record"]:
            recording_write(recording, options["record"])
            self.stdout.write(f"recorded in {options['record']}")
        try:
            costs = Costs(slippage=options["slippage"])
        except ValueError as error:
            raise CommandError(str(error)) from None
        found = parity_check(recording, costs)
        self.stdout.write(f"{found.decisions} decisions in {found.rows} rows and {found.fills} fills compared")
        self._say(found)
        if not found.holds:
            raise CommandError(f"{len(found.differences)} difference(s) between live and backtest")
        agree = "live and backtest agree"
        self.stdout.write(f"{agree} but for the seconds" if any(found.delays) else agree)

    def _say(self, found: Parity) -> None:
        for line in found.differences[:SHOWN]:
            self.stdout.write(f"  {line}")
        if len(found.differences) > SHOWN:
            self.stdout.write(f"  and {len(found.differences) - SHOWN} more")
        later = [abs(delay) for delay in found.delays if delay]
        if later:
            self.stdout.write(
                f"  {len(later)} of {len(found.delays)} orders filled seconds apart: "
                f"{fmean(later):.1f} s on average, {max(later):.1f} s at most"
            )
        apart = [abs(gap) for gap in found.gaps if gap]
        if apart:
            self.stdout.write(
                f"  {len(apart)} of {len(found.gaps)} fills at another price: "
                f"{fmean(apart):.4%} apart on average, {max(apart):.4%} at most"
            )
