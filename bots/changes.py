"""What is different about two configurations."""

from collections.abc import Iterator, Mapping
from typing import Any

from typing_extensions import TypedDict

MISSING = object()


class ConfigChange(TypedDict):
    """A setting by its dotted name, with its values before and after."""

    field: str
    before: Any
    after: Any


def config_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ConfigChange]:
    """Every setting that differs, by its dotted name; None stands for one that is not there.

    >>> config_changes({"risk": {"stop_loss": 0.02}, "capital": "1"}, {"risk": {"stop_loss": 0.03}, "capital": "1"})
    [{'field': 'risk.stop_loss', 'before': 0.02, 'after': 0.03}]
    """
    old, new = dict(_flat(before)), dict(_flat(after))
    names = [*new, *(name for name in old if name not in new)]
    return [
        {"field": name, "before": old.get(name), "after": new.get(name)}
        for name in names
        if old.get(name, MISSING) != new.get(name, MISSING)
    ]


def _flat(config: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in config.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
