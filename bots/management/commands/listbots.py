from typing import Any

from django.core.management.base import BaseCommand

from bots.models import Bot


class Command(BaseCommand):
    help = "List the bots."

    def handle(self, *args: Any, **options: Any) -> None:
        bots = Bot.objects.existing()
        if not bots:
            self.stdout.write("There are no bots yet: manage.py createbot --file bot.json")
        for bot in bots:
            reason = f"  ({bot.status_reason})" if bot.status_reason else ""
            symbols = ", ".join(bot.symbols)
            self.stdout.write(f"{bot.pk:>4}  {bot.status:<8}  {bot.name:<24}  {bot.capital:>14,.2f}  {symbols}{reason}")
