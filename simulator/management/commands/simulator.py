"""`manage.py simulator`: a local exchange that speaks Alpaca's language."""

import argparse
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from engine.core.matching import Charges
from simulator.bar_files import ReplayError
from simulator.journal import JournalError
from simulator.matching_engine import Terms
from simulator.options import OptionError, Options, parse_at, parse_number, parse_speed
from simulator.rate_limit import limit_at
from simulator.server import check_port, serve
from simulator.simulation import Simulation

_DESCRIPTION = """\
Run the bundled exchange: Alpaca's trading and market-data interfaces over recorded or synthetic prices.

Everything is on one port: /v2 (trading REST), /v2/stocks and /v1/corporate-actions (market data), the WebSockets
/stream (trade updates) and /v2/iex, /v2/sip (market data), and /sim, the simulator's own interface:

  GET/POST /sim/clock    {"frozen": true} {"speed": 60} {"step_seconds": 60} {"step_to": "2019-02-13T14:31:00Z"}
  GET/POST /sim/faults   {"faults": [{"effect": "status", "method": "POST", "path": "/v2/orders", "status": 504}]}
  GET/POST /sim/halts    {"symbol": "AAPL", "halted": true}
  POST     /sim/reset    {"at": "2019-02-13T09:31", "seed": 7}: a new account
  GET      /sim/state    counts;  GET /sim/ledger: all orders, fills and positions

docs/simulator.md shows how another program is pointed at it.
"""


class Command(BaseCommand):
    help = _DESCRIPTION
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # The description keeps its lines.
        return super().create_parser(
            prog_name, subcommand, formatter_class=argparse.RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        where = parser.add_argument_group("where it listens and keeps things")
        where.add_argument("--host", default="127.0.0.1")
        where.add_argument("--port", type=int, default=settings.SIMULATOR_PORT)
        where.add_argument(
            "--hosts",
            default="",
            metavar="NAMES",
            help="more names it is called by; /sim refuses others",
        )
        where.add_argument("--key", default=settings.SIMULATOR_KEY, help="the API key it expects")
        where.add_argument("--secret", default=settings.SIMULATOR_SECRET, help="and its secret")
        where.add_argument("--journal", type=Path, metavar="FILE", help="where the account lives; continued if there")
        where.add_argument("--fsync", action="store_true", help="wait for the disk at every journal entry")
        where.add_argument("--log", type=Path, metavar="FILE", help="write every request and answer, a JSON line each")
        market = parser.add_argument_group("the market")
        market.add_argument(
            "--replay", type=Path, metavar="DIR", help="SYMBOL.csv, .csv.gz or .parquet of minute bars; else synthetic"
        )
        market.add_argument("--seed", type=int, help="of the synthetic market and of every chance (1)")
        market.add_argument("--spread", default="0.02", help="between bid and ask, dollars (0.02)")
        market.add_argument("--late-trades", default="0", help="chance of an updated bar after each minute, 0 to 1")
        clock = parser.add_argument_group("the clock")
        clock.add_argument("--at", metavar="TIME", help="New York time to begin at, such as 2019-02-13T09:31")
        clock.add_argument("--speed", default="10", help="market seconds per real second (10), real, or lockstep")
        clock.add_argument("--frozen", action="store_true", help="stand still until released at /sim/clock")
        clock.add_argument("--no-skip-closed", action="store_true", help="let closed hours pass like open ones")
        trading = parser.add_argument_group("trading")
        trading.add_argument("--slippage-bps", default="0", help="of market orders and stops, in basis points (0)")
        trading.add_argument(
            "--within-bar", action="store_true", help="slippage stays inside the bar, and stops pay none"
        )
        trading.add_argument("--partial-fills", default="0", help="chance of a partial fill, 0 to 1; paper has 0.1")
        trading.add_argument("--volume-cap", help="share of a bar's volume that orders may take, 0 to 1; else no limit")
        trading.add_argument("--latency-ms", default="0", help="market milliseconds from acceptance to the market (0)")
        limits = parser.add_argument_group("limits and faults")
        limits.add_argument(
            "--rate-limit",
            type=int,
            help="requests a minute; 0 for no limit (200, as many more as the clock runs fast; none in lockstep)",
        )
        limits.add_argument("--free-plan", action="store_true", help="one data stream, 30 symbols, old SIP prices only")
        limits.add_argument("--faults", type=Path, metavar="FILE", help='faults to begin with: {"faults": [...]}')

    def handle(self, **given: Any) -> None:
        try:
            check_port(given["host"], given["port"])
            serve(Simulation(options_from(given)), given["host"], given["port"], self._announce)
        except (OptionError, ReplayError, JournalError) as error:
            raise CommandError(str(error)) from error

    def _announce(self, url: str) -> None:
        self.stdout.write(f"simulator listening on {url}")
        self.stdout.flush()


def options_from(given: dict[str, Any]) -> Options:
    """Raises OptionError."""
    if not 0 < given["port"] < 65_536:
        raise OptionError(f"--port was {given['port']}; it must be between 1 and 65535.")
    if given["seed"] is not None and given["seed"] < 0:
        raise OptionError(f"--seed was {given['seed']}; it must be 0 or more.")
    if given["rate_limit"] is not None and given["rate_limit"] < 0:
        raise OptionError(f"--rate-limit was {given['rate_limit']}; it must be 0 or more.")
    at = parse_at(given["at"]) if given["at"] else None
    real, speed = given["speed"] == "real", parse_speed(given["speed"])
    return Options(
        replay=given["replay"],
        at=at,
        seed=given["seed"],
        speed=speed,
        real_time=real and at is None,
        frozen=given["frozen"],
        skip_closed=not (real or given["no_skip_closed"]),
        journal=given["journal"],
        fsync=given["fsync"],
        terms=Terms(
            charges=Charges(
                slippage=parse_number("--slippage-bps", given["slippage_bps"], 0, 1000) / 10_000,
                within_bar=given["within_bar"],
            ),
            partial_fills=float(parse_number("--partial-fills", given["partial_fills"], 0, 1)),
            volume_cap=_optional("--volume-cap", given["volume_cap"]),
            latency=float(parse_number("--latency-ms", given["latency_ms"], 0, 120_000)) / 1000,
        ),
        spread=parse_number("--spread", given["spread"], 0, 10),
        late_trades=float(parse_number("--late-trades", given["late_trades"], 0, 1)),
        rate_limit=(limit_at(speed) if given["rate_limit"] is None else given["rate_limit"]) or None,
        free_plan=given["free_plan"],
        log=given["log"],
        faults=given["faults"],
        hosts=tuple(name.strip().lower() for name in [*given["hosts"].split(","), given["host"]] if name.strip()),
        key=given["key"],
        secret=given["secret"],
    )


def _optional(name: str, text: str | None) -> Decimal | None:
    return None if text is None else parse_number(name, text, 0, 1)
