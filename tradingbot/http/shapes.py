"""OpenAPI 3.0 schemas of the types that answers are made of.

pydantic describes the types in the words of JSON Schema; here are those that OpenAPI 3.0 has others for.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import core_schema

from engine.core.payloads import Shape, object_of

PLACE = "#/components/schemas/"


def shapes_of(types: Mapping[str, Any]) -> dict[str, Shape]:
    """Return the schema of each type by its name.

    Types refer to each other by these names; a type inside another that has no name here is written out in its place.
    """
    mode: JsonSchemaMode = "serialization"
    adapters = [(name, mode, TypeAdapter(kind)) for name, kind in types.items()]
    places, found = TypeAdapter.json_schemas(adapters, ref_template="{model}", schema_generator=_OpenApi)
    definitions: dict[str, Shape] = found["$defs"]
    names = {place["$ref"]: name for (name, _), place in places.items()}
    return {names[key]: _resolved(shape, names, definitions) for key, shape in definitions.items() if key in names}


def nullable(shape: Shape) -> Shape:
    """Return the schema of what may be null as well."""
    if "$ref" in shape:
        return {"nullable": True, "allOf": [shape]}
    return {"nullable": True, **shape} if "oneOf" in shape else shape | {"nullable": True}


class _OpenApi(GenerateJsonSchema):
    """Titles and descriptions of classes are for those who read the code."""

    def sort(self, value: Any, parent_key: str | None = None) -> Any:
        return value

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def typed_dict_schema(self, schema: core_schema.TypedDictSchema) -> Shape:
        found = super().typed_dict_schema(schema)
        return object_of(found["properties"], found.get("required", []))

    def nullable_schema(self, schema: core_schema.NullableSchema) -> Shape:
        return nullable(self.generate_inner(schema["schema"]))

    def union_schema(self, schema: core_schema.UnionSchema) -> Shape:
        found = super().union_schema(schema)
        return {"oneOf": found["anyOf"]}

    def literal_schema(self, schema: core_schema.LiteralSchema) -> Shape:
        return {"type": "string", "enum": list(schema["expected"])}


def _resolved(shape: Any, names: Mapping[str, str], definitions: Mapping[str, Shape]) -> Any:
    if isinstance(shape, list):
        return [_resolved(part, names, definitions) for part in shape]
    if not isinstance(shape, dict):
        return shape
    if isinstance(key := shape.get("$ref"), str):
        return {"$ref": PLACE + names[key]} if key in names else _resolved(definitions[key], names, definitions)
    found = {key: _resolved(part, names, definitions) for key, part in shape.items()}
    if found.get("nullable") is True and "allOf" in found:
        return nullable(*found["allOf"])
    return found
