from typing import Any

from django.core.management.base import BaseCommand

from research.job import backtests_run


class Command(BaseCommand):
    help = "Run every backtest people have asked for that waits, then end. `up` does this by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{backtests_run()} backtest(s) run")
