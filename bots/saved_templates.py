"""Templates people keep: the configuration of a bot but for its name and symbols, under a name of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from bots.models import SavedTemplate
from bots.payloads import OWN_FIELDS, SavedTemplatePayload
from bots.services import NotAllowed
from bots.templates import bot_templates
from engine.core.config import BotConfig, ConfigError, config_parse
from engine.core.config_json import config_as_json
from engine.core.field_errors import FieldError, shown, unknown_fields

FIELDS = ("name", "description", "config")
LONGEST_NAME, LONGEST_DESCRIPTION = 80, 200
# Each is checked whenever they are listed.
MOST_TEMPLATES = 100
# Any that are allowed: a template has none of its own.
_ANY = {"name": "-", "symbols": ["A"]}


@dataclass(frozen=True)
class TemplateWanted:
    """What a person wants of a template; None leaves that as it is. config is complete, defaults written out."""

    name: str | None = None
    description: str | None = None
    config: Mapping[str, Any] | None = None


def template_read(data: Mapping[str, Any], *, whole: bool) -> TemplateWanted:
    """Read a template as it is sent; of a `whole` one the name and the configuration are required.

    Raises:
        ConfigError: The data has faults; the error names every one.
    """
    errors = unknown_fields(data, FIELDS)
    if whole:
        errors += [FieldError(field, "is required") for field in ("name", "config") if field not in data]
    elif not data:
        errors.append(FieldError("name", "is required: name, description or config", None, ", ".join(FIELDS)))
    name = _words(data, "name", 1, LONGEST_NAME, errors)
    if name is not None and name.casefold() in {built_in["name"].casefold() for built_in in bot_templates()}:
        errors.append(FieldError("name", "is the name of a built-in template", name))
    description = _words(data, "description", 0, LONGEST_DESCRIPTION, errors)
    config: dict[str, Any] | None = None
    if "config" in data:
        parsed, faults = _config_read(data["config"])
        errors += [replace(fault, field=f"config.{fault.field}".rstrip(".")) for fault in faults]
        if parsed is not None:
            config = {key: value for key, value in config_as_json(parsed).items() if key not in OWN_FIELDS}
    if errors:
        raise ConfigError(errors)
    return TemplateWanted(name, description, config)


def template_create(*, wanted: TemplateWanted, by: str) -> SavedTemplate:
    """Keep a whole template.

    Raises:
        ConfigError: Another one has its name already, whatever the case of its letters.
        NotAllowed: There are as many as there may be.
    """
    if SavedTemplate.objects.count() >= MOST_TEMPLATES:
        raise NotAllowed(f"there are {MOST_TEMPLATES} templates already; delete one first")
    values = _values(wanted) | {"by": by}
    try:
        with transaction.atomic():
            return SavedTemplate.objects.create(**values)
    except IntegrityError:
        raise _taken(wanted) from None


def template_update(*, template: SavedTemplate, wanted: TemplateWanted, by: str) -> SavedTemplate:
    """Rename, describe or overwrite a template. Of two who do it at once the last one is right.

    Raises:
        ConfigError: Another one has its name already.
        SavedTemplate.DoesNotExist: It was deleted meanwhile.
    """
    values = _values(wanted) | {"by": by, "updated_at": timezone.now()}
    try:
        with transaction.atomic():
            SavedTemplate.objects.filter(pk=template.pk).update(**values)
    except IntegrityError:
        raise _taken(wanted) from None
    template.refresh_from_db()
    return template


def template_payload(template: SavedTemplate) -> SavedTemplatePayload:
    """A template as the page gets it, JSON-ready, with what is wrong with it in this version."""
    _, faults = _config_read(template.config)
    return {
        "id": template.pk,
        "name": template.name,
        "description": template.description,
        "config": template.config if isinstance(template.config, dict) else {},
        "problems": [str(fault) for fault in faults],
        "by": template.by,
        "updated_at": template.updated_at.isoformat(),
    }


def _config_read(given: Any) -> tuple[BotConfig | None, list[FieldError]]:
    """Read a configuration without a name and symbols by the rules of a bot's."""
    if not isinstance(given, Mapping):
        return None, [FieldError("", "must be an object with a bot's settings", shown(given))]
    faults = [
        FieldError(field, "is each bot's own and no part of a template", shown(given[field]))
        for field in OWN_FIELDS
        if field in given
    ]
    try:
        return config_parse({**given, **_ANY}), faults
    except ConfigError as wrong:
        return None, [*faults, *wrong.errors]


def _words(data: Mapping[str, Any], field: str, least: int, most: int, errors: list[FieldError]) -> str | None:
    if field not in data:
        return None
    given = data[field]
    words = given.strip() if isinstance(given, str) else None
    if words is None or not least <= len(words) <= most or not words.isprintable():
        right = f"{least} to {most} printable characters"
        errors.append(FieldError(field, f"must be text of {right}", shown(given), right))
        return None
    return words


def _values(wanted: TemplateWanted) -> dict[str, Any]:
    values = {field: getattr(wanted, field) for field in FIELDS if getattr(wanted, field) is not None}
    return values | ({"key": wanted.name.casefold()} if wanted.name is not None else {})


def _taken(wanted: TemplateWanted) -> ConfigError:
    return ConfigError([FieldError("name", "is the name of another template already", wanted.name)])
