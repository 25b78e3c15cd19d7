"""docs/alerts.md has a section for every kind of trouble, and quotes alerts as the code words them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from notifications.selectors import KINDS
from tradingbot.rooms import PACKAGES

ROOT: Path = settings.BASE_DIR
PAGE = (ROOT / "docs" / "alerts.md").read_text()
SOURCES = {
    path: path.read_text()
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if not {"tests", "migrations", "notifications"} & set(path.parts)
}
BEGIN = ("alert_begin", "alert_begin_surely")


def constants() -> dict[str, str]:
    """Texts that modules give a name in capitals, by module and name."""
    found: dict[str, str] = {}
    for path, text in SOURCES.items():
        for node in ast.parse(text).body:
            if not isinstance(node, ast.Assign):
                continue
            [target] = node.targets
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = node.value.elts if isinstance(node.value, ast.Tuple) and len(names) > 1 else [node.value]
            for name, value in zip(names, values, strict=False):
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found[f"{path}:{name.id}"] = value.value
    return found


def kinds() -> Iterator[str]:
    """The kinds that calls of alert_begin name."""
    known = constants()
    for path, text in SOURCES.items():
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in BEGIN:
                continue
            [kind] = [word.value for word in node.keywords if word.arg == "kind"]
            if isinstance(kind, ast.Constant):
                yield str(kind.value)
            else:
                assert isinstance(kind, ast.Name)
                yield known[f"{path}:{kind.id}"]


def test_every_kind_of_trouble_has_a_section() -> None:
    named = re.findall(r"^Kind `([^`]+)`", PAGE, re.MULTILINE)
    assert sorted(named) == sorted(set(kinds()))


@pytest.mark.parametrize("words", re.findall(r"`([^`]+)`", "\n".join(re.findall(r"^Says: (.+)$", PAGE, re.MULTILINE))))
def test_what_an_alert_says_is_in_the_code(words: str) -> None:
    assert any(words in text for text in SOURCES.values())


def test_every_section_says_what_it_means() -> None:
    for section in PAGE.split("\n### ")[1:]:
        assert "\nIt means " in section, section.splitlines()[0]


def test_the_page_of_alerts_offers_every_kind() -> None:
    filters = (ROOT / "frontend" / "src" / "features" / "alerts" / "components" / "alertFilters.ts").read_text()
    offered = re.search(r"KIND_WORDS = \{(.*?)\}", filters, re.DOTALL)
    assert offered is not None
    names = {name.strip("' ") for name in re.findall(r"^  ([^:]+):", offered.group(1), re.MULTILINE)}
    assert names == set(KINDS) == {"news", *re.findall(r"^Kind `([^`]+)`", PAGE, re.MULTILINE)}
