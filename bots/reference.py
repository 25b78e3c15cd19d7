"""docs/configuration.md and docs/indicators.md, written from the tables the product itself reads."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.core.catalogue import CUSTOM_EXAMPLE, CUSTOM_HELP, CustomFunctions, IndicatorPayload, indicator_catalogue
from engine.core.indicators import REGISTRY
from engine.core.indicators.at_rest import AT_REST
from engine.core.indicators.at_rest import OWN as NEUTRAL
from engine.core.indicators.functions import REFUSED
from engine.core.indicators.measured import ANCHORED, MOST_MEASURED
from engine.core.schema import bot_fields
from engine.core.signals import MODES

_NOTICE = "<!-- Written by `manage.py writedocs`; change the tables in `engine/core`, not this file. -->"

_CONVENTIONS = """\
## Against independently computed numbers

Two years of daily bars of SPY (502 sessions, 2017 and 2018), each indicator beside numbers computed elsewhere. The
largest difference over all bars on which both have a value:

| indicator | line | largest difference |
|---|---|---|
| RSI 14 | rsi | 4.3e-14 |
| SMA 20 | sma | 3.4e-13 dollars |
| EMA 20 | ema | 0 |
| MACD 12, 26, 9 | macd, signal, histogram | 2.2e-16 dollars, from bar 400 on |
| Stochastic 14, 3, 3 | k, d | 5.0e-14 |
| BollingerBands 20, 2 | lower, middle, upper | 1.1e-13 dollars |
| OBV 20 | obv | 0 |
| OBV 20 | average | 4.8e-7 of up to 2.7e9 shares |

Where conventions differ:

- **MACD**: both averages begin on the same bar here (TA-Lib), each on its own bar there. In the first bars the signal
  differs by up to 0.09 dollars; after the warm-up nothing is left of that.
- **OBV**: the sum begins with 0 at the first bar, as there. Their column `obv_sma5` holds the mean of 20 bars, whatever
  its name says. Only the distance of OBV from its own mean decides anything here, and that does not depend on where
  the sum began.
- **Stochastic**: in a range of nothing %K is 50 here, so that a price at rest does not vote. These bars have no such
  range.
- **BollingerBands**: the population deviation (divided by the number of bars) on both sides.

## Functions by name against the library's own call

`python -m benchmarks.functions_against_library`, with pandas-ta-classic 0.8.32: 207 functions with three sets of
parameters on 600 real minutes of each of seven stocks (AAPL, MSFT, SPY, QQQ, TSLA, PPLT, TZA), 3,308,688 values. 198
functions are the same to 1e-9 on every bar. The others differ where nothing moved and the library divides by nothing,
as told above, and for as long as their averages remember it; `mfi` where it takes rounding for a move (TA-Lib's agrees
with ours to 1e-9), and on the first bar it knows.

| function | values | that differ |
|---|---|---|
| `bbands` | 59,940 | 368 |
| `bop` | 11,988 | 2,262 |
| `fisher` | 23,976 | 646 |
| `kdj` | 35,964 | 305 |
| `mfi` | 11,988 | 600 |
| `psl` | 11,988 | 2 |
| `stochf` | 23,976 | 182 |
| `stochrsi` | 23,976 | 10 |
| `ttm_trend` | 11,988 | 15 |
"""


OWN = '''\
import numpy as np
from pydantic import Field

from engine.core.indicators import Indicator, register, side_of


@register
class Momentum(Indicator):
    """Dollars: the close less the close `period` bars before (Robert D. Edwards and John Magee, 1948)."""

    label, title, lines = "Momentum", "Momentum", ("momentum",)
    period: int = Field(default=10, ge=1, le=500, description="Bars to look back")

    def warmup(self):
        return self.period + 1

    def compute(self, bars):
        before = np.r_[np.full(self.period, np.nan), bars.close][: len(bars)]
        return {"momentum": bars.close - before}

    def vote(self, arrays):
        return side_of(arrays["momentum"], np.zeros(len(arrays["momentum"])))
'''
_OWN_HELP = """\
## An indicator of one's own

A file such as `my_indicators.py` beside `manage.py`:

```python
{code}```

and `INDICATORS=my_indicators` in the environment of every process. The form, the API, the chart, the decisions and the
backtest know it from then on by its label, with its parameters checked as the field says. It is tried when it is
loaded: a class that looks at bars still to come, or whose last value moves by more than 1e-9 of the price when more
history than its `warmup` is loaded, is refused with the line and the two numbers. `compute` returns one value a bar
for each line, NaN while there are too few; `vote` says +1, 0 or -1 a bar. The docstring has to be there: it says
what the lines are measured in, and where the formula is from.

More is possible, not needed. Where a bot's indicators must all agree, one that does not vote may still be on one side:
`state` says which, and on a bar that votes it is the vote's. A class that only forbids entries derives from `Veto` and
has `veto` instead of `vote`. `sees` says in words what it saw.

"""


def configuration_text() -> str:
    """docs/configuration.md"""
    rows = [
        (
            f"`{field['name']}`",
            field["type"] + (" or null" if field["nullable"] else ""),
            field["unit"] or "",
            _range(field),
            "required" if field["required"] else f"`{json.dumps(field['default'])}`",
            field["help"],
        )
        for field in bot_fields()
    ]
    return "\n".join(
        [
            "# Configuration of a bot",
            "",
            _NOTICE,
            "",
            "Fields with the unit % are fractions: 0.02 is 2 %. The window is New York time. What is not in this table",
            "is refused, with the nearest name that is.",
            "",
            *_table(("field", "type", "unit", "range", "default", "what it is"), rows),
            "",
            "## From votes to a signal",
            "",
            "Only the last closed bar votes, and selling mirrors buying. An indicator that warms up does not vote;",
            "a decision says how many voted, and how many it takes.",
            "",
            *_table(
                ("`signal_mode`", "in short", "what it is", "what it takes to buy"),
                [
                    (f"`{name}`", mode.title, mode.help, mode.needs.format(min_votes="`min_votes`", voting="N"))
                    for name, mode in MODES.items()
                ],
            ),
            "",
            "`indicators` holds one object of parameters by name; `name:label` uses one twice. They are listed in",
            "[indicators.md](indicators.md).",
            "",
        ]
    )


def indicators_text() -> str:
    """docs/indicators.md"""
    catalogue = indicator_catalogue()
    lines = ["# Indicators", "", _NOTICE, ""]
    for indicator in catalogue["indicators"]:
        lines += _indicator(indicator)
    return "\n".join([*lines, *_custom(catalogue["custom"]), _OWN_HELP.format(code=OWN) + _CONVENTIONS])


def _indicator(indicator: IndicatorPayload) -> Iterable[str]:
    parameters = indicator["parameters"]["properties"].items()
    rows = [
        (
            f"`{name}`",
            row["type"] + (" or null" if row["nullable"] else ""),
            _range(row),
            f"`{json.dumps(row['default'])}`",
            row["description"],
        )
        for name, row in parameters
    ]
    kind = REGISTRY[indicator["name"]]
    source = (sys.modules[kind.__module__].__doc__ or "").strip()
    unit = " ".join((kind.__doc__ or "").split())
    drawn = "over the price" if indicator["pane"] == "price" else "in a pane of its own"
    return [
        f"## {indicator['name']} – {indicator['title']}",
        "",
        indicator["help"],
        "",
        f"Unit and formula: {unit}",
        "",
        f"Source: {source}",
        "",
        f"Group: {indicator['group']}. Lines: {', '.join(indicator['lines'])}, drawn {drawn}. "
        f"Warm-up with the defaults: {indicator['warmup']} bars.",
        "",
        *_table(("parameter", "type", "range", "default", "what it is"), rows),
        "",
    ]


def _custom(custom: CustomFunctions) -> Iterable[str]:
    rows = [
        (
            f"`{row['name']}`",
            row["title"],
            row["group"],
            ", ".join(f"{name} {value}" for name, value in row["parameters"].items()),
            ", ".join(f"`{name}`" for name in row["outputs"]),
        )
        for row in custom["functions"]
    ]
    refused = [(f"`{name}`", reason) for name, reason in sorted(REFUSED.items())]
    return [
        "## Custom indicators",
        "",
        CUSTOM_HELP,
        "",
        "```json",
        json.dumps(CUSTOM_EXAMPLE),
        "```",
        "",
        "The warm-up is measured on bars that always are the same: how many it takes until more history moves no",
        "column by more than 1e-9 of its own size, half as many again, and 8 bars for a crossing. What does not settle",
        f"within {MOST_MEASURED} bars (long averages), and what keeps a side or forgets only while prices move "
        f"({', '.join(f'`{name}`' for name in sorted(ANCHORED))}),",
        "begins at a fixed bar instead: so many before the first one of the session (of daily bars, of the month).",
        "So its value does not depend on what other bots load, and is the same in backtests",
        "([ADR 15](adr/0015-where-memory-begins.md)). A point in a column's name may be written as `_`.",
        "",
        "Columns are the library's own, called with what has no default and the parameters below. Where nothing moves,",
        "the library divides nothing by nothing and a rule would vote on it: there "
        f"{', '.join(f'`{name}`' for name in sorted({*NEUTRAL, *AT_REST}))}",
        "say their middle, or nothing at all. `mfi` is TA-Lib's: in the library's, bars rise by a rounding error.",
        "",
        *_table(("function", "what it is", "group", "parameters", "columns with the defaults"), rows),
        "",
        "Not offered:",
        "",
        *_table(("function", "why: it"), refused),
        "",
    ]


def _range(row: Mapping[str, Any]) -> str:
    if choices := row.get("choices"):
        return ", ".join(choices)
    low, high = row.get("minimum"), row.get("maximum")
    return f"{low} … {high}" if low is not None else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows),
    ]
