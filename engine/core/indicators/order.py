"""Two parameters of which one must be below the other."""

from pydantic import BaseModel

from engine.core.field_errors import FieldError, faults_raised


def check_order(model: BaseModel, low: str, high: str, *, may_equal: bool = False) -> None:
    """Check that one number of a model is below another.

    Args:
        model: The model, with both numbers.
        low: The field that must be below `high`.
        high: The other field. It is the one that is wrong where a person has set it alone.
        may_equal: The two may be the same.

    Raises:
        PydanticCustomError: They are not; it names the field.
    """
    lower, upper = getattr(model, low), getattr(model, high)
    if lower < upper or (may_equal and lower == upper):
        return
    if high in model.model_fields_set and low not in model.model_fields_set:
        words = ("not be below", "at least") if may_equal else ("be above", "above")
        fault = FieldError(high, f"must {words[0]} {low} ({lower:g})", upper, f"{words[1]} {lower:g}")
    else:
        words = ("not be above", "at most") if may_equal else ("be below", "below")
        fault = FieldError(low, f"must {words[0]} {high} ({upper:g})", lower, f"{words[1]} {upper:g}")
    raise faults_raised(fault)
