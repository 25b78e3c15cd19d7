"""Answers that say something else than the truth: a field that is wrong, a row too many, or what was so a while ago."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Alteration:
    """What a fault does to the JSON of a real answer.

    name: the field that is changed in every row that has it, or in those that `where` picks; None for no field
    value: what it says then; remove: it is not there at all
    where: fields and values a row must have
    insert: a row put in front of a list
    """

    name: str | None = None
    value: Any = None
    remove: bool = False
    where: dict[str, Any] = field(default_factory=dict)
    insert: dict[str, Any] | None = None

    def of(self, body: Any) -> Any:
        """The altered answer; the one given stays as it is."""
        body = copy.deepcopy(body)
        if self.insert is not None and isinstance(body, list):
            body.insert(0, self.insert)
        if self.name is not None:
            for row in list(_objects(body)):
                if self.name in row and all(row.get(key) == value for key, value in self.where.items()):
                    if self.remove:
                        del row[self.name]
                    else:
                        row[self.name] = self.value
        return body


def _objects(body: Any) -> Iterator[dict[str, Any]]:
    """The answer's objects, those inside of others too."""
    if isinstance(body, dict):
        yield body
    parts = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    for part in parts:
        yield from _objects(part)
