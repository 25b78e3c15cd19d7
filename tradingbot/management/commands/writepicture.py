import re
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

PAGE = settings.BASE_DIR / "docs" / "architecture.md"
PICTURE = re.compile(r"(?<=```mermaid\n)flowchart TD\n.*?(?=```)", re.DOTALL)


class Command(BaseCommand):
    help = "Writes the picture of the rooms in docs/architecture.md from the code; needs requirements-dev.txt."

    def handle(self, *args: Any, **options: Any) -> None:
        # grimp is a developer's.
        from tradingbot.rooms import picture

        PAGE.write_text(PICTURE.sub(lambda _: picture(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write("docs/architecture.md")
