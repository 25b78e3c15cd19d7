import json
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from bots.selectors import BotNotFound, bot_find
from engine.backtest.bias import lookahead_check, warmup_check
from engine.backtest.history import History, HistoryError, history_from_folder
from engine.backtest.html import FIGURES, report_html, shown
from engine.backtest.report import report_csv, report_json
from engine.backtest.result import COST_NUMBERS, Costs
from engine.backtest.run import backtest_run
from engine.core.config import BotConfig, ConfigError, config_parse
from marketdata.barfiles import BarFileError
from research.histories import history_from_store

# What the numbers are, for --help.
UNITS = {
    "commission_per_order": "dollars",
    "commission_per_share": "dollars",
    "commission_fraction": "fraction of what is traded",
    "commission_minimum": "dollars an order costs at least",
    "slippage": "fraction of the price that market orders and stops pay",
    "spread": "between bid and ask, fraction of the price; market orders and stops pay half of it",
    "volume_cap": "fraction of a bar's volume that an order may take; 0 for no limit",
}
TRADES_SHOWN = 10
# How many times the declared warm-up is loaded to see whether more history changes anything.
BIAS_WARMUP = 2


def _dollars(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None


_dollars.__name__ = "number"


class Command(BaseCommand):
    help = (
        "Run a bot, or a configuration, over history with the live bot's own decisions and the exchange's own "
        "matching. Bars come from this installation (manage.py import_bars adds to them) or from files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--bot", help="number or name of a bot")
        who.add_argument("--config", type=Path, metavar="FILE", help="a bot's configuration as JSON")
        parser.add_argument("--symbols", metavar="A,B", help="instead of those in the configuration")
        parser.add_argument("--from", dest="first", required=True, type=date.fromisoformat, metavar="DAY")
        parser.add_argument("--to", dest="last", required=True, type=date.fromisoformat, metavar="DAY")
        parser.add_argument("--bars", type=Path, metavar="DIR", help="CSV or Parquet files, one a symbol")
        parser.add_argument(
            "--minutes",
            type=Path,
            metavar="DIR",
            help="beside --bars, for a bot on daily bars: minutes its orders fill at",
        )
        parser.add_argument(
            "--out", type=Path, metavar="DIR", help="write report.html, report.json and CSV tables there"
        )
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON instead")
        parser.add_argument("--check-bias", action="store_true", help="check for look-ahead and warm-up bias instead")
        for name in COST_NUMBERS:
            parser.add_argument(
                f"--{name.replace('_', '-')}", type=_dollars, default=Decimal(0), metavar="NUMBER", help=UNITS[name]
            )
        parser.add_argument(
            "--within-bar",
            action="store_true",
            help="slippage and spread stay inside the bar's range, and stops pay none",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        config = _config(options)
        try:
            costs = Costs(**{name: options[name] for name in (*COST_NUMBERS, "within_bar")})
            history = _history(config, options)
        except BarFileError as error:
            raise CommandError("the bars cannot be used:\n" + "\n".join(f"  {one}" for one in error.problems)) from None
        except (HistoryError, ValueError) as error:
            raise CommandError(str(error)) from None
        except OperationalError as error:
            raise CommandError(
                f"the stored bars cannot be read ({error}); manage.py migrate makes the tables"
            ) from None
        progress = self._progress if sys.stderr.isatty() else None
        try:
            if options["check_bias"]:
                self._check_bias(config, history)
                return
            report = report_json(backtest_run(config, history, costs, progress=progress))
        except HistoryError as error:
            raise CommandError(str(error)) from None
        if options["out"]:
            _write(options["out"], report)
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=1))
        else:
            self._summary(report, options["out"])

    def _progress(self, part: float) -> None:
        self.stderr.write(f"\r{part:4.0%}", ending="" if part < 1 else "\n")

    def _summary(self, report: Mapping[str, Any], out: Path | None) -> None:
        self.stdout.write(
            f"{report['config']['name']}: {report['bars']:,} bars of {len(report['config']['symbols'])} symbol(s), "
            f"{report['from']} to {report['to']}, in {report['seconds']:.2f} s"
        )
        for label, name, kind in FIGURES:
            self.stdout.write(f"  {label:<32}{shown(report['metrics'][name], kind):>16}")
        trades = report["trades"]
        for trade in trades[-TRADES_SHOWN:]:
            when = (trade["exit_at"] or "still held")[:16].replace("T", " ")
            result = shown(trade["profit_loss"], "money")
            self.stdout.write(f"  {when:<17}{trade['symbol']:<6}{result:>12}  {trade['exit_sentence']}")
        if len(trades) > TRADES_SHOWN:
            self.stdout.write(f"  … the last {TRADES_SHOWN} of {len(trades)} trades; --out DIR or --json for all")
        for note in report["notes"]:
            self.stdout.write(f"  note: {note}")
        if out:
            self.stdout.write(f"  report: {out / 'report.html'}")

    def _check_bias(self, config: BotConfig, history: History) -> None:
        found = [*lookahead_check(config, history), *warmup_check(config, history)]
        for line in found:
            self.stdout.write(f"  {line}")
        if found:
            raise CommandError(f"{len(found)} sign(s) of bias")
        self.stdout.write("no look-ahead: cutting the future off changed no decision")
        self.stdout.write("no warm-up bias: more history changed no decision")


def _config(options: dict[str, Any]) -> BotConfig:
    try:
        data = bot_find(options["bot"]).config().model_dump(mode="json") if options["bot"] else _read(options["config"])
        if options["symbols"]:
            data = {**data, "symbols": [symbol.strip() for symbol in options["symbols"].split(",")]}
        return config_parse(data)
    except BotNotFound as error:
        raise CommandError(str(error)) from None
    except ConfigError as error:
        lines = "\n".join(f"  {line}" for line in error.errors)
        raise CommandError(f"the configuration cannot be used:\n{lines}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise CommandError(f"{path} is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise CommandError(f"{path} must hold an object with the bot's settings")
    return data


def _history(config: BotConfig, options: dict[str, Any]) -> History:
    days = (options["first"], options["last"])
    warmup = config.warmup() * (BIAS_WARMUP if options["check_bias"] else 1)
    if options["bars"]:
        minutes = options["minutes"]
        return history_from_folder(options["bars"], config.symbols, config.timeframe, *days, warmup, minutes)
    if options["minutes"]:
        raise CommandError("--minutes needs --bars: without it, the stored minutes are taken")
    return history_from_store(config.symbols, config.timeframe, *days, warmup)


def _write(folder: Path, report: Mapping[str, Any]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(json.dumps(report, indent=1))
        (folder / "report.html").write_text(report_html(report))
        for name, text in report_csv(report).items():
            (folder / name).write_text(text)
    except OSError as error:
        raise CommandError(f"{folder} cannot be written to: {error.strerror}") from None
