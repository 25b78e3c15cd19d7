"""The table of `BotConfig` as a JSON schema and as a list of form fields."""

from collections.abc import Iterator
from decimal import Decimal
from types import NoneType
from typing import Annotated, Any, Literal, NotRequired, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typing_extensions import TypedDict

from engine.core.config import BotConfig
from engine.core.payloads import Scalar, one_of

_TYPES: dict[Any, str] = {int: "integer", Decimal: "number", float: "number", bool: "boolean", str: "string"}


class ChoiceSaid(TypedDict):
    """One choice of a field in words."""

    title: str
    help: str
    needs: str
    short: str


class BotField(TypedDict):
    """A field of a bot's configuration as a form shows it."""

    name: str
    label: str
    group: Annotated[str, one_of(("basics", "window", "signal", "risk", "symbols", "indicators"))]
    unit: str | None
    help: str
    type: Annotated[str, one_of(("number", "integer", "boolean", "string", "enum", "symbols", "indicators"))]
    minimum: float | None
    maximum: float | None
    default: Scalar
    choices: list[str] | None
    choices_said: dict[str, ChoiceSaid] | None
    required: bool
    nullable: bool


class ParameterSchema(TypedDict):
    """One of an indicator's parameters as a JSON schema."""

    type: str
    description: str
    minimum: NotRequired[float]
    maximum: NotRequired[float]
    nullable: bool
    default: Scalar


class ParametersSchema(TypedDict):
    """An indicator's parameters as a flat JSON schema."""

    type: Literal["object"]
    properties: dict[str, ParameterSchema]
    additionalProperties: bool


def bot_schema() -> dict[str, Any]:
    """Return the configuration as a JSON schema, risk_management inside it."""
    return _object(BotConfig)


def bot_fields() -> list[BotField]:
    """Return every field with what a form needs to show it; the fields of risk_management have dotted names."""
    return [_form_field(name, info) for name, info in _fields(BotConfig)]


def parameters_schema(kind: type[BaseModel], leave_out: tuple[str, ...] = ()) -> ParametersSchema:
    """Return an indicator's parameters as a flat JSON schema."""
    properties = {
        name: cast(ParameterSchema, _property(info))
        for name, info in kind.model_fields.items()
        if name not in leave_out
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _fields(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, info in model.model_fields.items():
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _fields(inner, f"{prefix}{name}.")
        else:
            yield prefix + name, info


def _object(model: type[BaseModel]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        inner: Any = info.annotation
        nested = isinstance(inner, type) and issubclass(inner, BaseModel)
        properties[name] = _object(inner) if nested else _property(info)
    required = [name for name, info in model.model_fields.items() if info.is_required()]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _property(info: FieldInfo) -> dict[str, Any]:
    kind = _kind(info)
    json_type = {"enum": "string", "symbols": "array", "indicators": "object"}.get(kind, kind)
    found: dict[str, Any] = {"type": json_type, "description": info.description or ""}
    if kind == "symbols":
        found["items"] = {"type": "string"}
    if choices := _choices(info):
        found["enum"] = choices
    for ours, theirs in (("ge", "minimum"), ("le", "maximum")):
        if (bound := _metadata(info, ours)) is not None:
            found[theirs] = _plain(bound)
    for ours, suffix in (("min_length", "min"), ("max_length", "max")):
        if (bound := _metadata(info, ours)) is not None:
            found[suffix + {"string": "Length", "array": "Items", "object": "Properties"}[json_type]] = bound
    found["nullable"] = _is_nullable(info)
    if info.default is not PydanticUndefined:
        found["default"] = _plain(info.default)
    return found


def _form_field(name: str, info: FieldInfo) -> BotField:
    extra: dict[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    return {
        "name": name,
        "label": info.title or "",
        "group": extra["group"],
        "unit": extra["unit"],
        "help": info.description or "",
        "type": _kind(info),
        "minimum": _plain(_metadata(info, "ge")),
        "maximum": _plain(_metadata(info, "le")),
        "default": None if info.is_required() else _plain(info.default),
        "choices": _choices(info),
        "choices_said": extra.get("choices_said"),
        "required": info.is_required(),
        "nullable": _is_nullable(info),
    }


def _kind(info: FieldInfo) -> str:
    if _choices(info):
        return "enum"
    inner = _inner(info)
    origin = get_origin(inner)
    return {tuple: "symbols", dict: "indicators"}.get(origin) or _TYPES[inner]


def _inner(info: FieldInfo) -> Any:
    """Return the type itself, without its annotations and without None."""
    inner: Any = info.annotation
    while True:
        options = [option for option in get_args(inner) if option is not NoneType]
        # Annotated[X, ...] and X | None both carry X first.
        if get_origin(inner) in (tuple, dict, Literal) or not options:
            return inner
        inner = options[0]


def _choices(info: FieldInfo) -> list[str] | None:
    inner = _inner(info)
    return list(get_args(inner)) if get_origin(inner) is Literal else None


def _is_nullable(info: FieldInfo) -> bool:
    return NoneType in get_args(info.annotation)


def _metadata(info: FieldInfo, name: str) -> Any:
    """Return a bound of the field, wherever pydantic keeps it."""
    return next((bound for item in info.metadata if (bound := getattr(item, name, None)) is not None), None)


def _plain(value: Any) -> Any:
    """Return a number as JSON writes it; whole numbers have no decimal point."""
    if isinstance(value, Decimal | float):
        return int(value) if value == int(value) else float(value)
    return value
