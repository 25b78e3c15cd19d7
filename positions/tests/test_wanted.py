"""What a person wants of a position is read strictly: nothing is guessed where money moves."""

from decimal import Decimal
from typing import Any

import pytest

from engine.core.field_errors import ConfigError
from positions.wanted import Levels, close_read, levels_read


@pytest.mark.parametrize(("given", "quantity"), [({}, None), ({"quantity": "4"}, 4), ({"quantity": 12}, 12)])
def test_shares_are_read(given: dict[str, Any], quantity: int | None) -> None:
    assert close_read(given) == quantity


@pytest.mark.parametrize(
    "wrong", [None, "0", 0, -1, "-1", "1.5", 1.0, True, "", " 4", "4 ", "١", "1e3", [], {}, "1000000"]
)
def test_other_quantities_are_refused(wrong: Any) -> None:
    with pytest.raises(ConfigError) as error:
        close_read({"quantity": wrong})
    [field] = error.value.errors
    assert (field.field, field.message) == (
        "quantity",
        "must be a whole number of shares from 1 to 999999; leave it out to sell all",
    )


@pytest.mark.parametrize("wrong", [[], "4", None, 4])
def test_a_body_is_an_object(wrong: Any) -> None:
    with pytest.raises(ConfigError, match="must be a JSON object"):
        close_read(wrong)


def test_an_unknown_field_is_named() -> None:
    with pytest.raises(ConfigError) as error:
        close_read({"quantaty": "4"})
    assert (error.value.errors[0].field, error.value.errors[0].nearest) == ("quantaty", "quantity")


@pytest.mark.parametrize(
    ("given", "levels"),
    [
        ({"stop_loss_price": "221.50"}, Levels(Decimal("221.50"), None)),
        ({"take_profit_price": 250}, Levels(None, Decimal(250))),
        ({"stop_loss_price": 0.1234}, Levels(Decimal("0.1234"), None)),
        ({"stop_loss_price": "9.5", "take_profit_price": "11"}, Levels(Decimal("9.5"), Decimal(11))),
    ],
)
def test_levels_are_read(given: dict[str, Any], levels: Levels) -> None:
    assert levels_read(given) == levels


@pytest.mark.parametrize(
    "wrong", [None, "0", 0, "-1", "NaN", "Infinity", "1e9", "12.345", "0.12345", True, "", "abc", [], {}, "9" * 30]
)
def test_other_prices_are_refused(wrong: Any) -> None:
    with pytest.raises(ConfigError) as error:
        levels_read({"stop_loss_price": wrong})
    [field] = error.value.errors
    assert field.field == "stop_loss_price"
    assert field.message.startswith("must be dollars above 0")


def test_one_of_the_two_is_required() -> None:
    with pytest.raises(ConfigError, match="is required: stop_loss_price or take_profit_price"):
        levels_read({})
