"""What is installed is what was chosen, to the byte."""

import re
from pathlib import Path

import pytest
from django.conf import settings

BASE: Path = settings.BASE_DIR
CHOSEN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==(\S+)$", re.MULTILINE)
HASHES = r"(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+"
LOCKED = re.compile(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==(\S+)[^\n]*\\\n" + HASHES, re.MULTILINE)


def name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


def chosen(file: str) -> dict[str, str]:
    return {name(package): version for package, version in CHOSEN.findall((BASE / file).read_text())}


@pytest.mark.parametrize("file", ["requirements", "requirements-dev", "requirements-docs"])
def test_every_requirement_is_locked_by_its_hashes(file: str) -> None:
    text = (BASE / f"{file}.txt").read_text()
    # More than one of a name where platforms differ.
    found = LOCKED.findall(text)
    locked = dict(found)
    entries = [line for line in text.splitlines() if re.match(r"[A-Za-z-]", line)]
    assert len(found) == len(entries) > 20, "each line begins a locked one; none names an index or another file"
    assert "://" not in text
    wanted = chosen(f"{file}.in")
    assert {package: locked[package] for package in wanted} == wanted, "make lock"


def test_the_developers_have_the_same_and_more() -> None:
    runs, tests = ((BASE / f"{file}.txt").read_text() for file in ("requirements", "requirements-dev"))
    one, both = (dict(LOCKED.findall(text)) for text in (runs, tests))
    assert one.items() < both.items()


def test_whatever_reads_a_chosen_version_reads_it_where_it_is_chosen() -> None:
    reload = (BASE / "deploy" / "reload").read_text()
    assert "requirements-dev.in" in reload
    assert "watchfiles" in chosen("requirements-dev.in")
