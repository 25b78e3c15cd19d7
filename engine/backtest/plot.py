"""Lines as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 960
LEFT, RIGHT, TOP, BOTTOM = 76, 12, 8, 24


@dataclass(frozen=True)
class Line:
    """A line to draw.

    Attributes:
        name: What the line is, for people.
        style: The line's class in the page's style sheet.
        values: Dollars, one value per label.
    """

    name: str
    style: str
    values: Sequence[float]


def plot(lines: Sequence[Line], labels: Sequence[str], *, height: int, filled: bool = False) -> str:
    """Draw lines over the same points as SVG.

    Args:
        lines: The lines, of at least one value each.
        labels: The label of each point; the first, middle and last are shown.
        height: Pixels.
        filled: Each line is an area from zero instead.
    """
    low = min(min(line.values) for line in lines)
    high = max(max(line.values) for line in lines)
    high = max(high, 0.0) if filled else high
    span = (high - low) or 1.0
    inner_width, inner_height = WIDTH - LEFT - RIGHT, height - TOP - BOTTOM
    last = max(1, len(labels) - 1)

    def x(place: int) -> float:
        return LEFT + inner_width * place / last

    def y(value: float) -> float:
        return TOP + inner_height * (high - value) / span

    parts = []
    for step in range(5):
        value = low + span * step / 4
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:,.0f}</text>')
    for place, anchor in ((0, "start"), (last // 2, "middle"), (last, "end")):
        label = labels[min(place, len(labels) - 1)]
        parts.append(f'<text x="{x(place):.1f}" y="{height - 6}" text-anchor="{anchor}">{label}</text>')
    for line in lines:
        points = " ".join(f"{x(place):.1f},{y(value):.1f}" for place, value in enumerate(line.values))
        if filled:
            points = f"{x(0):.1f},{y(0.0):.1f} {points} {x(len(line.values) - 1):.1f},{y(0.0):.1f}"
            parts.append(f'<polygon class="{line.style}" points="{points}"/>')
        else:
            parts.append(f'<polyline class="{line.style}" fill="none" stroke-width="1.5" points="{points}"/>')
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img">{"".join(parts)}</svg>'
