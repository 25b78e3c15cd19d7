from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from bots.reference import configuration_text, indicators_text


class Command(BaseCommand):
    help = "Writes docs/configuration.md and docs/indicators.md from the tables in the code."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, text in (("configuration", configuration_text()), ("indicators", indicators_text())):
            path = settings.BASE_DIR / "docs" / f"{name}.md"
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"docs/{name}.md")
