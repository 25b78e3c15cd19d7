"""`manage.py prepare`: once, before web, worker, beat and stream start."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from engine.brokers.errors import BrokerError
from tradingbot.runtime.first_start import admin_ensure, demo_bots_ensure
from tradingbot.runtime.migrating import database_migrate
from tradingbot.runtime.prepare import broker_wait, symbols_read


class Command(BaseCommand):
    help = "Bring the database up to date, make the administrator and, the first time, the demo bots. Safe to repeat."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", type=float, default=60.0, help="seconds to wait for the broker (60)")

    def handle(self, **options: Any) -> None:
        backup = database_migrate()
        if backup is not None:
            self.stdout.write(f"the database was brought up to date; what it was before is in {backup}")
        try:
            password = admin_ensure(settings.DATA_DIR / "initial-admin-password")
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        if password:
            kept = settings.DATA_DIR / "initial-admin-password"
            self.stdout.write(f"user admin, password {password}  (kept in {kept})")
        try:
            broker_wait(options["wait"])
            count = symbols_read()
        except BrokerError as error:
            raise CommandError(f"the broker does not answer: {error}") from None
        # With keys nothing starts by itself.
        made = demo_bots_ensure(started=settings.MARKET_MODE == "simulator")
        self.stdout.write(f"ready: {count} symbols, {made} demo bots made")
