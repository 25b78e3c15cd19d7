"""One line of the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """Samples of one measurement; `limit` is what the 99th percentile must stay below."""

    what: str
    unit: str
    samples: Sequence[float]
    limit: float | None = None

    @property
    def p99(self) -> float:
        ordered = sorted(self.samples)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]

    @property
    def within(self) -> bool:
        return self.limit is None or self.p99 < self.limit

    def __str__(self) -> str:
        figures = (median(self.samples), self.p99, max(self.samples))
        cells = " ".join(f"{f'{figure:.1f} {self.unit}':>10}" for figure in figures)
        return f"{self.what:<62} {cells}   {len(self.samples)}"
