"""Every function by name against the library's own plain call, as the table in docs/indicators.md.

    python -m benchmarks.functions_against_library

600 real minutes of each of seven stocks, three sets of parameters. A value differs where it is another by more than
1e-9 of itself, or where only one of the two has it.
"""

import warnings

import numpy as np

from engine.core.indicators.functions import FUNCTIONS
from engine.core.indicators.library import function_compute
from engine.core.tests.test_library_calls import SYMBOLS, bars_of, plain_call, real, three

CLOSE = 1e-9


def differing(name: str) -> tuple[int, int]:
    """How many values were compared, and how many of them differ."""
    compared = found = 0
    function = FUNCTIONS[name]
    for symbol in SYMBOLS:
        for parameters in three(function):
            ours = function_compute(function, tuple(parameters.items()), bars_of(real(symbol)))
            for line, other in zip(ours.values(), plain_call(function, parameters, real(symbol)), strict=True):
                theirs = other.to_numpy(np.float64)
                compared += len(theirs)
                found += int((~np.isclose(line, theirs, rtol=CLOSE, atol=CLOSE, equal_nan=True)).sum())
    return compared, found


def main() -> None:
    warnings.simplefilter("ignore")
    rows = {name: differing(name) for name in sorted(FUNCTIONS)}
    same = sum(not found for _, found in rows.values())
    print(
        f"{len(rows)} functions, {sum(compared for compared, _ in rows.values()):,} values; {same} functions agree.\n"
    )
    print("| function | values | that differ |\n|---|---|---|")
    for name, (compared, found) in rows.items():
        if found:
            print(f"| `{name}` | {compared:,} | {found:,} |")


if __name__ == "__main__":
    main()
