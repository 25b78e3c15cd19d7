"""`manage.py simulator`: a local exchange that speaks Alpaca's language."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from simulator.journal import JournalError
from simulator.options import OptionError, Options, parse_at, parse_slippage, parse_speed
from simulator.replay import ReplayError
from simulator.server import check_port, serve
from simulator.simulation import Simulation


class Command(BaseCommand):
    help = "Run the bundled exchange: Alpaca's trading and market-data interfaces over replayed or synthetic prices."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.SIMULATOR_PORT)
        parser.add_argument("--replay", type=Path, metavar="DIR", help="SYMBOL.csv[.gz] files; without it: synthetic")
        parser.add_argument("--at", metavar="TIME", help="New York time to begin at, such as 2019-02-13T09:31")
        parser.add_argument("--speed", default="10", help="market seconds per real second, real, or lockstep")
        parser.add_argument("--seed", type=int, help="of the synthetic market (1)")
        parser.add_argument("--journal", type=Path, metavar="FILE", help="where the account lives; continued if there")
        parser.add_argument("--fsync", action="store_true", help="wait for the disk at every journal entry")
        parser.add_argument("--slippage-bps", default="0", help="of market orders, in basis points")
        parser.add_argument("--frozen", action="store_true", help="stand still until released at /sim/clock")
        parser.add_argument("--no-skip-closed", action="store_true", help="let closed hours pass like open ones")
        parser.add_argument("--key", default=settings.SIMULATOR_KEY)
        parser.add_argument("--secret", default=settings.SIMULATOR_SECRET)

    def handle(self, **given: Any) -> None:
        try:
            check_port(given["host"], given["port"])
            simulation = Simulation(options_from(given))
        except (OptionError, ReplayError, JournalError) as error:
            raise CommandError(str(error)) from error
        serve(simulation, given["host"], given["port"], self._announce)

    def _announce(self, url: str) -> None:
        self.stdout.write(f"simulator listening on {url}")
        self.stdout.flush()


def options_from(given: dict[str, Any]) -> Options:
    """Raises OptionError."""
    if not 0 < given["port"] < 65_536:
        raise OptionError(f"--port was {given['port']}; it must be between 1 and 65535.")
    if given["seed"] is not None and given["seed"] < 0:
        raise OptionError(f"--seed was {given['seed']}; it must be 0 or more.")
    at = parse_at(given["at"]) if given["at"] else None
    real = given["speed"] == "real"
    return Options(
        replay=given["replay"],
        at=at,
        seed=given["seed"],
        speed=parse_speed(given["speed"]),
        real_time=real and at is None,
        frozen=given["frozen"],
        skip_closed=not (real or given["no_skip_closed"]),
        journal=given["journal"],
        fsync=given["fsync"],
        slippage=parse_slippage(given["slippage_bps"]),
        key=given["key"],
        secret=given["secret"],
    )
