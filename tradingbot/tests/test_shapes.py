"""What a type is in the words of OpenAPI 3.0."""

from typing import Any, Literal, NotRequired

import pytest
from typing_extensions import TypedDict

from engine.core.payloads import DECIMAL, DecimalText, Mode, Scalar, object_of
from tradingbot.http.shapes import shapes_of


class Inner(TypedDict):
    """This is for those who read the code."""

    amount: DecimalText


INNER = object_of({"amount": DECIMAL})
REFERENCE = {"$ref": "#/components/schemas/Inside"}
KINDS: list[tuple[Any, dict[str, Any]]] = [
    (int, {"type": "integer"}),
    (float | None, {"type": "number", "nullable": True}),
    (DecimalText | None, {**DECIMAL, "nullable": True}),
    (list[str], {"type": "array", "items": {"type": "string"}}),
    (dict[str, bool], {"type": "object", "additionalProperties": {"type": "boolean"}}),
    (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
    (Scalar, {"nullable": True, "oneOf": [{"type": "number"}, {"type": "string"}, {"type": "boolean"}]}),
    (Mode, {"type": "string", "enum": ["simulator", "paper"]}),
    (Any, {}),
    (Inner, INNER),
    (Inner | None, {**INNER, "nullable": True}),
]


def shape_of(kind: Any, **named: Any) -> Any:
    """The schema of a key of this type."""

    class Outer(TypedDict):
        field: kind

    shape = shapes_of({"Outer": Outer, **named})["Outer"]
    assert shape == object_of(shape["properties"], ["field"])
    return shape["properties"]["field"]


@pytest.mark.parametrize(("kind", "shape"), KINDS, ids=str)
def test_a_type_has_one_shape(kind: Any, shape: dict[str, Any]) -> None:
    assert shape_of(kind) == shape


def test_a_type_with_a_name_is_referred_to_by_it() -> None:
    assert shape_of(Inner, Inside=Inner) == REFERENCE
    assert shape_of(Inner | None, Inside=Inner) == {"nullable": True, "allOf": [REFERENCE]}
    assert shape_of(list[Inner], Inside=Inner) == {"type": "array", "items": REFERENCE}


def test_what_may_be_absent_is_not_required() -> None:
    class Partly(TypedDict):
        here: int
        perhaps: NotRequired[int]

    assert shapes_of({"Partly": Partly})["Partly"]["required"] == ["here"]
