"""What people note about a trade, and the tags they find it by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from engine.core.config import ConfigError
from engine.core.field_errors import FieldError, shown, unknown_fields
from trades.models import Trade, TradeNote
from trades.payloads import TradeNotePayload

FIELDS = ("text", "tags")
LONGEST = 2000
MOST_TAGS = 8
TAG = re.compile(r"[\w-]{1,24}")
TAG_RIGHT = "1 to 24 letters, digits, - and _"
_TAGS_RIGHT = f"at most {MOST_TAGS} tags of {TAG_RIGHT}"


@dataclass(frozen=True)
class Note:
    text: str
    tags: tuple[str, ...]


def note_read(data: Mapping[str, Any]) -> Note:
    """Read a note and its tags; tags are in small letters, each once, in their sequence.

    Raises:
        ConfigError: The data has faults; the error names every one.

    >>> note_read({"text": " too early ", "tags": ["News", "news"]})
    Note(text='too early', tags=('news',))
    """
    text, tags = data.get("text", ""), data.get("tags", [])
    errors = unknown_fields(data, FIELDS)
    if not set(data) & set(FIELDS):
        errors.append(FieldError("text", "is required: text, tags or both", None, "text, tags"))
    right = f"text of at most {LONGEST} characters"
    if not isinstance(text, str) or len(text) > LONGEST or "\0" in text:
        errors.append(FieldError("text", f"must be {right}", shown(text), right))
    if not isinstance(tags, list) or not all(isinstance(tag, str) and TAG.fullmatch(tag) for tag in tags):
        errors.append(FieldError("tags", f"must be {_TAGS_RIGHT}", shown(tags), _TAGS_RIGHT))
    elif len({tag.lower() for tag in tags}) > MOST_TAGS:
        errors.append(FieldError("tags", f"must be {_TAGS_RIGHT}", len(tags), _TAGS_RIGHT))
    if errors:
        raise ConfigError(errors)
    return Note(text.strip(), tuple(dict.fromkeys(tag.lower() for tag in tags)))


def note_set(*, trade: Trade, note: Note, by: str) -> TradeNote | None:
    """Note it about the trade, in place of what was noted before; an empty note without tags takes that away."""
    with transaction.atomic():
        if not note.text and not note.tags:
            TradeNote.objects.filter(trade=trade).delete()
            return None
        values = {"text": note.text, "tags": "".join(f"|{tag}" for tag in note.tags) + "|" * bool(note.tags), "by": by}
        kept, _ = TradeNote.objects.update_or_create(trade=trade, defaults=values)
    return kept


def note_payload(note: TradeNote | None) -> TradeNotePayload:
    """A note as the page gets it, JSON-ready; where there is none its text is empty."""
    if note is None:
        return {"text": "", "tags": [], "by": "", "at": None}
    return {"text": note.text, "tags": note.tag_list, "by": note.by, "at": note.at.isoformat()}
