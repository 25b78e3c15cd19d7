"""What is wrong with a configuration, said so that a person can put it right."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

_MESSAGES = {
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "decimal_max_places": "must have at most {decimal_places} decimal places",
}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field.

    Attributes:
        field: The field's dotted path.
        message: What is wrong.
        value: What was given, short enough to be shown.
        range: What would be right.
        nearest: The known name that is closest to the one given.
    """

    field: str
    message: str
    value: Any = None
    range: str | None = None
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f" (did you mean {self.nearest}?)" if self.nearest and "did you mean" not in self.message else ""
        return f"{self.field}: {self.message}{hint}"


class ConfigError(ValueError):
    """A configuration that cannot be used; `errors` names every fault."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))


def faults_raised(*faults: FieldError) -> PydanticCustomError:
    """Return the error a model's validator raises where it knows which of the model's fields are wrong."""
    text = "; ".join(f"{fault.field} {fault.message}" for fault in faults)
    return PydanticCustomError("faults", "{text}", {"text": text, "faults": faults})


def field_errors(model: type[BaseModel], error: Any, prefix: str = "") -> list[FieldError]:
    """Turn one of pydantic's errors into what is wrong with one field, or with each of several.

    Args:
        model: The model that was validated.
        error: One row of pydantic's `ValidationError.errors()`.
        prefix: The path of the model inside the whole configuration.
    """
    if error["type"] != "faults":
        return [_field_error(model, error, prefix)]
    above = [str(shown(step)) for step in (prefix, *error["loc"]) if step]
    faults: tuple[FieldError, ...] = error["ctx"]["faults"]
    return [replace(fault, field=".".join([*above, fault.field]), value=shown(fault.value)) for fault in faults]


def _field_error(model: type[BaseModel], error: Any, prefix: str) -> FieldError:
    path = [str(part) for part in error["loc"]]
    owner, info = _walk(model, path)
    field = ".".join(str(shown(part)) for part in [prefix, *path] if part)
    value = error.get("input")
    nearest = None
    message = error["msg"].removeprefix("Value error, ")
    bounds = _bounds(info)
    if known := _MESSAGES.get(error["type"]):
        message = known.format(**error.get("ctx", {}))
    if error["type"] == "extra_forbidden":
        nearest = nearest_word(path[-1][:80], list(owner.model_fields))
        message = "is not a setting" + (f"; did you mean {nearest}?" if nearest else "")
        bounds = None
    elif error["type"] == "missing":
        message, value = "is required", None
    elif error["type"] == "literal_error":
        allowed = list(get_args(info.annotation))
        bounds, nearest = ", ".join(allowed), nearest_word(str(value), allowed)
        message = f"must be one of {bounds}"
    elif bounds and error["type"] in ("too_short", "too_long", "string_too_short", "string_too_long"):
        message = f"must have {bounds}"
    elif bounds and error["type"] in ("greater_than_equal", "less_than_equal"):
        message = f"must be between {bounds.replace(' to ', ' and ')}"
    return FieldError(field or "", message, shown(value), bounds, nearest)


def _walk(model: type[BaseModel], path: Sequence[str]) -> tuple[type[BaseModel], Any]:
    info = None
    for part in path:
        info = model.model_fields.get(part)
        if info is None:
            break
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return model, info


def _bounds(info: Any) -> str | None:
    if info is None:
        return None
    low = next((item.ge for item in info.metadata if getattr(item, "ge", None) is not None), None)
    high = next((item.le for item in info.metadata if getattr(item, "le", None) is not None), None)
    if low is not None and high is not None:
        return f"{low} to {high}"
    shortest = next((item.min_length for item in info.metadata if hasattr(item, "min_length")), None)
    longest = next((item.max_length for item in info.metadata if hasattr(item, "max_length")), None)
    what = "characters" if info.annotation in (str, str | None) else "entries"
    return f"{shortest} to {longest} {what}" if shortest is not None and longest is not None else None


def nearest_word(word: str, known: Sequence[str]) -> str | None:
    """Return the known word that is most like the one given, whatever its case; None where none is near."""
    by_case = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), list(by_case), n=1, cutoff=0.5)
    return by_case[found[0]] if found else None


def unknown_fields(data: Mapping[str, Any], known: Sequence[str]) -> list[FieldError]:
    """Return an error for each name in a body that is not known there."""
    right = ", ".join(known)
    return [
        FieldError(shown(name), "is not known here", shown(data[name]), right, nearest_word(name, known))
        for name in data
        if name not in known
    ]


def shown(value: Any) -> Any:
    """Return what was given, short enough to be shown and such that JSON can carry it."""
    if value is None or isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
