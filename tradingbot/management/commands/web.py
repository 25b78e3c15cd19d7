"""`manage.py web`: one web process, of any number."""

# Before Django's own imports: it installs the reactor.
from tradingbot.runtime import embedded  # isort: skip

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tradingbot.runtime.process import REDIS_MISSING, process_start


class Command(BaseCommand):
    help = "Serve the page, the API and the socket on HOST and PORT. Needs REDIS_URL."

    def handle(self, **options: Any) -> None:
        if not settings.REDIS_URL:
            raise CommandError(REDIS_MISSING)
        process_start(serves_http=True)
        from tradingbot.asgi import application

        embedded.web_serve(application, self._say_where)

    def _say_where(self) -> None:
        self.stdout.write(f"web is up: http://{settings.HOST}:{settings.PORT}/")
        self.stdout.flush()
