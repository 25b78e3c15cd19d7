"""All indicators as people choose from them, ready for JSON."""

from dataclasses import asdict
from functools import cache
from typing import Any

from engine.core.indicators import REGISTRY
from engine.core.indicators.custom import function_outputs
from engine.core.indicators.functions import FUNCTIONS
from engine.core.schema import parameters_schema

CUSTOM_HELP = (
    "Any function of pandas-ta, under a name of your own, with rules for when it votes. A rule compares the function's "
    "columns, open, high, low, close, volume and numbers with < <= > >=, calculates with + - * / and parentheses, "
    "joins with and, or, not, and knows crosses_above(a, b) and crosses_below(a, b). It votes on every bar on which "
    "the rule holds, and never where a number it needs is missing."
)
CUSTOM_EXAMPLE = {"ADX": {"pandas_ta": "adx", "length": 14, "buy": "ADX_14 > 25"}}


@cache
def indicator_catalogue() -> dict[str, Any]:
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
                "asks": [asdict(asked) for asked in kind.asks],
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
