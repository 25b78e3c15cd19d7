"""docs/architecture.md shows the arrows between the rooms that there are, and no other."""

import re

import grimp
import pytest
from django.conf import settings

FACES = ("api", "backtest_api", "admin", "tasks", "consumers", "management", "scheduler")
PACKAGES = (
    "tradingbot",
    "bots",
    "trades",
    "positions",
    "marketdata",
    "engine",
    "events",
    "notifications",
    "web",
    "simulator",
)
LEFT_OUT = ("tests", "testing", "testing_services", "migrations")


def room_of(module: str) -> str:
    package, *rest = module.split(".")
    if package in ("tradingbot", "simulator"):
        return package
    if rest and rest[0] in FACES:
        return "faces"
    if package == "engine" and rest and rest[0] in ("core", "live", "brokers", "backtest"):
        return f"engine/{rest[0]}"
    return package


def arrows_in_the_code() -> set[tuple[str, str]]:
    graph = grimp.build_graph(*PACKAGES)
    modules = [module for module in graph.modules if not set(module.split(".")) & set(LEFT_OUT)]
    found = {
        (room_of(module), room_of(imported))
        for module in modules
        for imported in graph.find_modules_directly_imported_by(module)
    }
    return {(above, below) for above, below in found if above != below}


def arrows_in_the_picture() -> set[tuple[str, str]]:
    text = (settings.BASE_DIR / "docs" / "architecture.md").read_text()
    [picture] = re.findall(r"```mermaid\nflowchart TD\n(.*?)```", text, re.DOTALL)
    return set(re.findall(r"^ +(\S+) --> (\S+)$", picture, re.MULTILINE))


def test_the_picture_shows_the_arrows_that_there_are() -> None:
    assert arrows_in_the_picture() == arrows_in_the_code()


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    graph = grimp.build_graph(package)
    kept = {module for module in graph.modules if not set(module.split(".")) & set(LEFT_OUT)}
    below = {module: graph.find_modules_directly_imported_by(module) & kept for module in kept}
    while leaves := {module for module, imported in below.items() if not imported & below.keys()}:
        below = {module: imported for module, imported in below.items() if module not in leaves}
    assert sorted(below) == [], "these, or some of them, import each other"


NAMED = re.compile(rf"`((?:{'|'.join(PACKAGES)}|docs|deploy)/[\w/.]+\w)`")


@pytest.mark.parametrize("page", ["docs/architecture.md", "README.md", "CONTRIBUTING.md", "docs/seed-coverage.md"])
def test_every_file_that_is_named_is_there(page: str) -> None:
    named = NAMED.findall((settings.BASE_DIR / page).read_text())
    assert [path for path in named if not (settings.BASE_DIR / path).exists()] == []
