"""`manage.py up`: the whole product, one command, one address."""

# Before Django's own imports: it installs the reactor.
from tradingbot.runtime import embedded  # isort: skip

import logging
import signal
import socket
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from engine.ballast import ballast_start
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError, BrokerUnauthorized
from engine.live.account import account_refresh
from engine.live.orders import ENTRY_GOOD_FOR
from engine.live.reconcile import recover, recovery_required
from engine.services import account_error, broker_account
from marketdata.calendar import session_by_library
from marketdata.clock import market_clock, real_now
from tradingbot.celery import app
from tradingbot.runtime.backtests import backtests_start
from tradingbot.runtime.data_dir import DataDirInUse, data_dir_choose, data_dir_is_used, data_dir_lock
from tradingbot.runtime.exchange import ExchangeFailed, ExchangeProcess
from tradingbot.runtime.first_start import admin_ensure, demo_bots_ensure
from tradingbot.runtime.lockstep import lockstep_start
from tradingbot.runtime.migrating import database_migrate
from tradingbot.runtime.prepare import history_read, symbols_read
from tradingbot.runtime.process import process_start
from tradingbot.runtime.stream_lease import StreamLease
from tradingbot.runtime.streams import streams_start
from tradingbot.runtime.sweeper import Sweeper

log = logging.getLogger(__name__)

# With this seed the first demo bot buys within three bars of the start.
DEMO_SEED = 246
DEMO_SPEED = "10"


class Command(BaseCommand):
    help = "Start everything: the page, the bots and, without Alpaca keys, the bundled exchange."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", metavar="DIR", help="where everything is kept (var/simulator)")
        parser.add_argument("--new", action="store_true", help="insist on a directory without any data")
        parser.add_argument("--replay", metavar="DIR", help="exchange: replay the minute bars in this folder")
        parser.add_argument("--at", metavar="TIME", help="exchange: New York time to begin at, as 2019-02-13T09:31")
        parser.add_argument("--speed", help=f"exchange: market seconds a real second, or lockstep ({DEMO_SPEED})")
        parser.add_argument("--seed", help="exchange: of the synthetic market")
        parser.add_argument("--slippage-bps", help="exchange: slippage of market orders and stops, basis points")
        parser.add_argument("--within-bar", action="store_true", help="exchange: slippage stays inside the bar")

    def handle(self, **options: Any) -> None:
        # A shell script that starts us in the background hands SIGINT down ignored; Ctrl-C must work all the same.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._choose_data_dir(options)
        simulated = settings.MARKET_MODE == "simulator"
        steering = ("replay", "at", "speed", "seed", "slippage_bps", "within_bar")
        if not simulated and any(options[name] for name in steering):
            names = ", ".join(f"--{name.replace('_', '-')}" for name in steering)
            raise CommandError(f"{names} steer the exchange; unset the keys.")
        for name, port in [("PORT", settings.PORT)] + [("SIMULATOR_PORT", settings.SIMULATOR_PORT)] * simulated:
            _require_free(name, port)
        try:
            self._lock = data_dir_lock(settings.DATA_DIR)
        except DataDirInUse as error:
            raise CommandError(str(error)) from None
        ballast_start()
        backup = database_migrate()
        if backup is not None:
            self.stdout.write(f"the database was brought up to date; what it was before is in {backup}")
        self._password = _admin(settings.VAR_DIR / "initial-admin-password")
        exchange = self._exchange_start(options) if simulated else None
        try:
            self._run(exchange, lockstep=options["speed"] == "lockstep")
        finally:
            if exchange is not None:
                exchange.stop()

    def _choose_data_dir(self, options: dict[str, Any]) -> None:
        chosen = options["data"] or (settings.VAR_DIR / "replay" if options["replay"] else None)
        data_dir_choose(Path(chosen) if chosen is not None else None)
        if options["new"] and data_dir_is_used(settings.DATA_DIR):
            raise CommandError(f"--new: {settings.DATA_DIR} holds data already; remove it or give another --data.")

    def _exchange_start(self, options: dict[str, Any]) -> ExchangeProcess:
        journal = settings.DATA_DIR / "exchange.journal"
        given = ["--speed", options["speed"] or DEMO_SPEED]
        for name in ("replay", "at", "seed", "slippage_bps"):
            if options[name]:
                given += [f"--{name.replace('_', '-')}", options[name]]
        if options["within_bar"]:
            given.append("--within-bar")
        if not journal.exists() and not options["seed"]:
            given += ["--seed", str(DEMO_SEED)]
        exchange = ExchangeProcess(given, journal)
        self._speed = given[1]
        return exchange

    def _exchange_wait(self, exchange: ExchangeProcess) -> None:
        try:
            exchange.wait_ready(self.stderr.write)
        except ExchangeFailed as error:
            raise CommandError(f"{error}; see above.") from None
        self._warn_of_speed(self._speed)

    def _run(self, exchange: ExchangeProcess | None, *, lockstep: bool) -> None:
        # What takes time and needs no exchange, while that comes up.
        from tradingbot.asgi import application

        import_module(settings.ROOT_URLCONF)
        session_by_library(real_now().date())
        process_start(serves_http=True)
        if exchange is not None:
            self._exchange_wait(exchange)
        recovery_required()
        self._prepare(started=exchange is not None)
        worker = embedded.worker_start(app)
        backtests_start()
        beat, sweeper = None, Sweeper()
        if lockstep:
            lockstep_start()
        else:
            sweeper.start()
            beat = embedded.beat_start(app)
            streams_start(app)
            threading.Thread(target=StreamLease().keep, name="stream-lease", daemon=True).start()
        if exchange is not None:
            follow = _recover if lockstep else _recover_and_release
            threading.Thread(target=exchange.watch, args=[follow], name="exchange", daemon=True).start()
        embedded.web_serve(application, self._say_where)
        sweeper.stop()
        embedded.work_stop(worker, beat)

    def _prepare(self, *, started: bool) -> None:
        """Before anything runs: the books agree with the broker's, and there are bars to look at."""
        try:
            symbols_read()
            demo_bots_ensure(started=started)
            if not recover():
                self.stderr.write("The books do not agree with the broker yet; no bot trades before they do.")
            history_read()
        except BrokerUnauthorized as error:
            account_refresh()
            self.stderr.write(f"{error}. Everything else is up; no bot can trade.")
        except BrokerError as error:
            account_error(f"the broker does not answer: {error}", unauthorized=False)
            self.stderr.write(f"The broker does not answer ({error}); it is asked again every second.")

    def _warn_of_speed(self, given: str) -> None:
        """given: what the exchange took"""
        speed = 1.0 if given in ("real", "lockstep") else float(given)
        good_for = ENTRY_GOOD_FOR.total_seconds()
        if speed > good_for:
            self.stderr.write(
                f"--speed {given}: a decision to buy is good for {good_for:.0f} seconds of the market, "
                f"{good_for / speed:.2g} here. Many will be too old before they are sent; "
                f"at {good_for:.0f} or less, and in lockstep, none is."
            )

    def _say_where(self) -> None:
        self.stdout.write(f"\ntradingbot is up: http://{settings.HOST}:{settings.PORT}/")
        if self._password:
            self.stdout.write(f"  user admin, password {self._password}  (kept in var/initial-admin-password)")
        self.stdout.write("  Ctrl-C stops it.\n")
        self.stdout.flush()


def _admin(kept: Path) -> str | None:
    try:
        return admin_ensure(kept)
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from None


def _recover(died: bool) -> None:
    """Of an exchange that is back from the dead the books are compared first. Raises DatabaseError."""
    close_old_connections()
    if died:
        recovery_required()


def _recover_and_release(died: bool) -> None:
    """Let the exchange's clock go on; where the books could not be compared, the sweeper does it, and none trades.

    Raises BrokerError and DatabaseError: then it is to be called again.
    """
    _recover(died)
    if broker_account().recovered_at is None:
        try:
            recover()
        except Exception:
            log.exception("the books could not be compared; the sweeper tries it again")
    broker_connect().steer_clock(frozen=False)
    market_clock.refresh()


def _require_free(name: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, port))
        except OSError:
            raise CommandError(f"port {port} is taken; choose another with {name}=… .") from None
