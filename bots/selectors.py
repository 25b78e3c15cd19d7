"""Finding bots."""

from difflib import get_close_matches

from bots.changes import config_changes
from bots.models import Bot
from bots.payloads import BotVersionPayload


class BotNotFound(LookupError):
    """No bot of that name or number."""


def bot_find(name_or_number: str) -> Bot:
    """A bot by its number or its name. Raises BotNotFound naming the nearest."""
    bots = Bot.objects.existing()
    found = bots.filter(name=name_or_number).first()
    if found is None and name_or_number.isascii() and name_or_number.isdigit() and len(name_or_number) < 18:
        found = bots.filter(pk=int(name_or_number)).first()
    if found is None:
        near = get_close_matches(name_or_number, bots.values_list("name", flat=True), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "; manage.py listbots shows them"
        raise BotNotFound(f"there is no bot {name_or_number!r}{hint}")
    return found


def bot_versions(bot: Bot) -> list[BotVersionPayload]:
    """Every state of a bot's configuration, newest first, with what it changed about the one before. JSON-ready."""
    versions = list(bot.versions.select_related("changed_by").order_by("-number"))
    before = [*(version.config for version in versions[1:]), None]
    return [
        {
            "number": version.number,
            "changed_by": version.changed_by.get_username() if version.changed_by else None,
            "created_at": version.created_at.isoformat(),
            "config": version.config,
            "changes": config_changes(older, version.config) if older is not None else [],
        }
        for version, older in zip(versions, before, strict=True)
    ]
