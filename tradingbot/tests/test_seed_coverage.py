"""docs/seed-coverage.md has a row for each line of the plan this product began with, and names tests that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
PLAN = ROOT.parent / "shared" / "reference" / "seed-architecture.md"
NONE = "–"
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "seed-coverage.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| line ")
]


def plain(text: str) -> str:
    """Letters and digits only, so that neither marks nor quotes tell two lines apart."""
    return re.sub(r"[\W_]+", " ", text).strip().lower()


def asked(plan: str) -> Iterator[str]:
    """Each line of the plan that asks for something: points, steps, rows of tables, variables, flows and schemas."""
    in_code = False
    for line in plan.splitlines():
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif line.startswith("|"):
            if not re.match(r"\|\s*(-+|Component)\s*\|", line):
                yield line
        elif point := re.match(r"\s*(?:-|\d+\.)\s+(.+)", line):
            yield point[1]
        elif in_code and re.match(r"[A-Z_]+=", line):
            yield line
        elif heading := re.match(r"\*\*(.+ (?:Flow|Schema))\*\*", line):
            yield heading[1]


@pytest.mark.skipif(not PLAN.is_file(), reason=f"the plan is not kept with the code, and not at {PLAN}")
def test_every_line_of_the_plan_has_its_row() -> None:
    lines = [plain(line) for line in asked(PLAN.read_text())]
    assert len(lines) > 300
    assert [plain(row[0]) for row in ROWS] == lines


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_a_row_says_how_far_it_is_done_and_its_test_is_there(row: list[str]) -> None:
    what, done, place, tests, missing = row
    assert what
    assert done in ("yes", "partly", "no")
    assert bool(missing) == (done != "yes"), "what is not all done says what is missing, and nothing else does"
    if done == "yes":
        assert NONE not in (place, tests)
    for test in [] if tests == NONE else tests.split(", "):
        path, _, name = test.strip("`").partition("::")
        assert (ROOT / path).is_file(), path
        if name:
            assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE), test
