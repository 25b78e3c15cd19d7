"""All indicators as people choose from them, ready for JSON."""

from functools import cache
from typing import Annotated

from typing_extensions import TypedDict

from engine.core.indicators import REGISTRY
from engine.core.indicators.custom import function_outputs
from engine.core.indicators.functions import FUNCTIONS
from engine.core.payloads import Pane, Scalar, one_of
from engine.core.schema import ParametersSchema, parameters_schema

CUSTOM_HELP = (
    "Any function of pandas-ta, under a name of your own, with rules for when it votes. A rule compares the function's "
    "columns, open, high, low, close, volume and numbers with < <= > >=, calculates with + - * / and parentheses, "
    "joins with and, or, not, and knows crosses_above(a, b) and crosses_below(a, b). It votes on every bar on which "
    "the rule holds, and never where a number it needs is missing."
)
CUSTOM_EXAMPLE: dict[str, dict[str, Scalar]] = {"ADX": {"pandas_ta": "adx", "length": 14, "buy": "ADX_14 > 25"}}


class AskedPayload(TypedDict):
    """What an indicator waits for; see `Asks`."""

    buys: str
    stands: str
    given: str | None


class IndicatorPayload(TypedDict):
    """A built-in indicator; `warmup` is in bars, with the default parameters."""

    name: str
    title: str
    group: Annotated[str, one_of(("momentum", "trend", "volume"))]
    help: str
    votes: bool
    pane: Pane
    lines: list[str]
    warmup: int
    asks: list[AskedPayload]
    parameters: ParametersSchema


class CustomFunction(TypedDict):
    """A function of pandas-ta with its default parameters and the columns they make."""

    name: str
    title: str
    group: str
    parameters: dict[str, float]
    outputs: list[str]


class CustomFunctions(TypedDict):
    """The functions of pandas-ta and how an indicator is made of one."""

    help: str
    functions: list[CustomFunction]
    example: dict[str, dict[str, Scalar]]


class IndicatorCatalogue(TypedDict):
    """All indicators that people choose from."""

    indicators: list[IndicatorPayload]
    custom: CustomFunctions


@cache
def indicator_catalogue() -> IndicatorCatalogue:
    """Return the built-in indicators and the functions of pandas-ta; the first call computes their columns' names."""
    return {
        "indicators": [
            {
                "name": kind.label,
                "title": kind.title,
                "group": kind.group,
                "help": kind.help,
                "votes": kind.votes,
                "pane": kind.pane,
                "lines": list(kind.lines),
                "warmup": kind().warmup(),
                "asks": [{"buys": asked.buys, "stands": asked.stands, "given": asked.given} for asked in kind.asks],
                "parameters": parameters_schema(kind),
            }
            for kind in REGISTRY.values()
        ],
        "custom": {
            "help": CUSTOM_HELP,
            "functions": [
                {
                    "name": function.name,
                    "title": function.title,
                    "group": function.group,
                    "parameters": dict(function.parameters),
                    "outputs": list(function_outputs(function.name, tuple(function.parameters.items()))),
                }
                for function in sorted(FUNCTIONS.values(), key=lambda function: function.name)
            ],
            "example": CUSTOM_EXAMPLE,
        },
    }
