"""A bot's configuration in the words of OpenAPI 3.0, derived from the JSON schema of `BotConfig`."""

from typing import Annotated, Any

from pydantic import WithJsonSchema

from engine.core.payloads import DECIMAL, Shape
from engine.core.schema import bot_schema

_PARAMETERS: Shape = {
    "type": "object",
    "additionalProperties": {
        "nullable": True,
        "oneOf": [{"type": "number"}, {"type": "string"}, {"type": "boolean"}],
    },
}


def _sent() -> Shape:
    schema = _without_needless_nullable(bot_schema())
    schema["properties"]["indicators"] |= {"additionalProperties": _PARAMETERS}
    return schema


def _without_needless_nullable(schema: Shape) -> Shape:
    found = {key: value for key, value in schema.items() if key != "nullable" or value}
    if "properties" in found:
        found["properties"] = {name: _without_needless_nullable(part) for name, part in found["properties"].items()}
    return found


def _stored() -> Shape:
    properties: Shape = CONFIG_SENT["properties"]
    risk: Shape = properties["risk_management"]
    return properties | {"capital": DECIMAL, "risk_management": risk | {"required": list(risk["properties"])}}


# As it is sent: what has a default may be left out.
CONFIG_SENT = _sent()
# The properties of it as it is answered: money as text, everything there.
CONFIG_STORED = _stored()

StoredConfig = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "properties": CONFIG_STORED})]
