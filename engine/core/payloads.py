"""The types that JSON answers are made of: texts with a form, and values out of a list."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import WithJsonSchema
from typing_extensions import TypeAliasType

from engine.core.timeframes import SECONDS
from engine.core.types import Role, Side

# A schema in the words of OpenAPI 3.0.
Shape = dict[str, Any]
DECIMAL: Shape = {"type": "string", "format": "decimal"}


def object_of(properties: Mapping[str, Shape], required: Sequence[str] | None = None) -> Shape:
    """Return the schema of an object with exactly these properties, all of them required unless `required` says which.

    >>> object_of({"name": {"type": "string"}}, required=[])
    {'type': 'object', 'properties': {'name': {'type': 'string'}}, 'additionalProperties': False}
    """
    needed = list(properties if required is None else required)
    shape = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return shape | {"required": needed} if needed else shape


def one_of(words: Iterable[str]) -> WithJsonSchema:
    """Return the mark of a text that is one of these."""
    return WithJsonSchema({"type": "string", "enum": [str(word) for word in words]})


# A number of dollars or shares, or a fraction such as "0.02", in plain digits.
DecimalText = Annotated[str, WithJsonSchema(DECIMAL)]
# ISO 8601, in UTC.
DateTimeText = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
DateText = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]

SideText = Annotated[str, one_of(Side)]
RoleText = Annotated[str, one_of(Role)]
TimeframeText = Annotated[str, one_of(SECONDS)]

Scalar = float | str | bool | None
# The lines of each indicator, by its name and theirs, at one bar.
IndicatorValues = dict[str, dict[str, float]]

Mode = TypeAliasType("Mode", Annotated[str, one_of(("simulator", "paper"))])
Pane = TypeAliasType("Pane", Annotated[str, one_of(("price", "own"))])
