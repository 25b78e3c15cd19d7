"""The shapes of what is answered and sent about bots."""

from typing import Annotated, Any, NotRequired

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from bots.changes import ConfigChange
from bots.models import Bot
from engine.core.config_payloads import CONFIG_SENT, CONFIG_STORED, StoredConfig
from engine.core.payloads import DateTimeText, object_of, one_of
from engine.core.schema import BotField

# What each bot has of its own: no part of a template.
OWN_FIELDS = ("name", "symbols")

_TEMPLATE = {name: part for name, part in CONFIG_STORED.items() if name not in OWN_FIELDS}
_TEMPLATE_SENT = {name: part for name, part in CONFIG_SENT["properties"].items() if name not in OWN_FIELDS}
_TEMPLATE_NEEDS = [name for name in CONFIG_SENT["required"] if name not in OWN_FIELDS]

TemplateConfig = Annotated[dict[str, Any], WithJsonSchema(object_of(_TEMPLATE))]
TemplateConfigSent = Annotated[dict[str, Any], WithJsonSchema(object_of(_TEMPLATE_SENT, _TEMPLATE_NEEDS))]
BOT_ACTIONS = ("start", "pause", "stop")
MOST_BOTS = 500

BotStatus = Annotated[str, one_of(Bot.Status.values)]


class BotVersionPayload(TypedDict):
    number: int
    changed_by: str | None
    created_at: DateTimeText
    config: StoredConfig
    changes: list[ConfigChange]


class BotTemplate(TypedDict):
    name: str
    description: str
    config: TemplateConfig


class SavedTemplatePayload(TypedDict):
    """A template somebody keeps. One with problems was right in an earlier version, and is not in this one."""

    id: int
    name: str
    description: str
    config: dict[str, Any]
    problems: Annotated[list[str], Field(description="What is wrong with it; empty where a bot can be made of it")]
    by: str
    updated_at: DateTimeText


class SavedTemplateWanted(TypedDict):
    name: str
    description: NotRequired[str]
    config: TemplateConfigSent


class SavedTemplateChange(TypedDict):
    """At least one of them; what is left out stays."""

    name: NotRequired[str]
    description: NotRequired[str]
    config: NotRequired[TemplateConfigSent]


class BotSchema(TypedDict):
    """What a form for bots is made of."""

    schema: dict[str, Any]
    fields: list[BotField]
    templates: list[BotTemplate]


class BotStop(TypedDict):
    close_positions: NotRequired[bool]


class BotsAction(TypedDict):
    """What many bots are to do."""

    action: Annotated[str, one_of(BOT_ACTIONS)]
    bots: Annotated[list[int], Field(description=f"Their numbers, 1 to {MOST_BOTS}")]
    close_positions: NotRequired[bool]


class BotRollback(TypedDict):
    to: int
    version: Annotated[int, Field(description="The version that was seen")]
