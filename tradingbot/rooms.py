"""The rooms of the product and the arrows between them, as the code has them; a developer's tool: needs grimp."""

import grimp

PACKAGES = (
    "tradingbot",
    "bots",
    "trades",
    "positions",
    "marketdata",
    "engine",
    "research",
    "events",
    "notifications",
    "web",
    "simulator",
)
FACES = (
    *("api", "account_api", "template_api", "calendar_api", "admin", "tasks", "consumers", "figures_feed"),
    *("management", "scheduler"),
)
ROOMS_OF_THE_ENGINE = ("core", "live", "brokers", "backtest")
LEFT_OUT = frozenset(("tests", "testing", "testing_services", "migrations"))

Arrows = set[tuple[str, str]]


class Circle(ValueError):
    """Rooms import each other; the text names them."""


def room_of(module: str) -> str:
    """Return the room a module lies in."""
    package, *rest = module.split(".")
    if package in ("tradingbot", "simulator"):
        return package
    if rest and rest[0] in FACES:
        return "faces"
    if package == "engine" and rest and rest[0] in ROOMS_OF_THE_ENGINE:
        return f"engine/{rest[0]}"
    return package


def arrows() -> Arrows:
    """Return which room imports which, (importer, imported), tests and migrations apart."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    modules = [module for module in graph.modules if not LEFT_OUT & set(module.split("."))]
    found = {
        (room_of(module), room_of(imported))
        for module in modules
        for imported in graph.find_modules_directly_imported_by(module)
    }
    return {(above, below) for above, below in found if above != below}


def steps(found: Arrows) -> Arrows:
    """Return the arrows without those that a longer way makes, too.

    Raises:
        Circle: Rooms import each other.
    """
    reached = _reached(found)
    if circle := sorted(room for room, below in reached.items() if room in below):
        raise Circle(", ".join(circle))
    return {
        (above, below)
        for above, below in found
        if not any(below in reached[between] for between in reached[above] if between != below)
    }


def picture() -> str:
    """Return the arrows as a Mermaid flowchart."""
    lines = [f"  {above} --> {below}" for above, below in sorted(steps(arrows()))]
    return "\n".join(["flowchart TD", *lines, ""])


def _reached(found: Arrows) -> dict[str, set[str]]:
    """Return by room every room below it."""
    reached: dict[str, set[str]] = {room: set() for arrow in found for room in arrow}
    for above, below in found:
        reached[above].add(below)
    for between in reached:
        for rooms in reached.values():
            if between in rooms:
                rooms |= reached[between]
    return reached
