"""One line of the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal


@dataclass(frozen=True)
class Row:
    """Samples of one measurement; `limit` is what the 99th percentile, or the median, must stay below."""

    what: str
    unit: str
    samples: Sequence[float]
    limit: float | None = None
    limit_of: Literal["p99", "median"] = "p99"

    @property
    def p99(self) -> float:
        ordered = sorted(self.samples)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]

    @property
    def within(self) -> bool:
        figure = self.p99 if self.limit_of == "p99" else median(self.samples)
        return self.limit is None or figure < self.limit

    def __str__(self) -> str:
        figures = (median(self.samples), self.p99, max(self.samples))
        cells = " ".join(f"{f'{figure:.1f} {self.unit}':>10}" for figure in figures)
        return f"{self.what:<62} {cells}   {len(self.samples)}"
