"""docs/seed-coverage.md names no test that is not there, and no line without one."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "seed-coverage.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| line ")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_a_line_has_a_place_and_a_test(row: list[str]) -> None:
    what, place, test = row
    assert what
    assert place
    path, _, name = test.strip("`").partition("::")
    assert (ROOT / path).is_file()
    if name:
        assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE)


def test_it_has_as_many_lines_as_were_asked_for() -> None:
    assert len(ROWS) > 90
