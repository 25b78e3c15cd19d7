"""Nothing in the order path asks a clock, a die or a float: those come in as parameters."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
ROOMS = ["engine/core", "engine/live"]
FILES = ["trades/services.py", "trades/booking.py", "trades/by_hand.py", "positions/services.py"]
BANNED = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "uuid4",
    "uuid.uuid4",
    "float",
}
BANNED_MODULES = {"random", "secrets", "uuid"}
# Arrays are floats by their nature, and so are the numbers of a JSON schema and a root of a variance.
FLOATS_ALLOWED = [
    "engine/core/indicators/",
    "engine/core/view.py",
    "engine/core/schema.py",
    "engine/core/config_json.py",
    "engine/core/statistics.py",
]


def files() -> list[str]:
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "tests" not in path.parts]
    return sorted(str(path.relative_to(ROOT)) for path in found) + FILES


def offences(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in BANNED or name.split(".")[0] in BANNED_MODULES or name.endswith((".datetime.now", ".random")):
                yield f"line {node.lineno}: {name}()"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
            yield from (f"line {node.lineno}: import {name}" for name in names if name.split(".")[0] in BANNED_MODULES)


@pytest.mark.parametrize("path", files())
def test_a_file_of_the_order_path_is_deterministic(path: str) -> None:
    found = list(offences((ROOT / path).read_text()))
    if any(path.startswith(allowed) for allowed in FLOATS_ALLOWED):
        found = [offence for offence in found if not offence.endswith("float()")]
    assert found == []


def test_the_order_path_is_where_it_was() -> None:
    assert {"engine/core/decide.py", "engine/live/orders.py", "engine/live/tick.py", "trades/services.py"} <= set(
        files()
    )


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "x = datetime.datetime.now()",
        "time.time()",
        "from random import choice",
        "import random",
        "numpy.random.random()",
        "uuid4()",
        "from uuid import uuid4",
        "float(price)",
    ],
)
def test_each_of_them_would_be_found(source: str) -> None:
    assert len(list(offences(source))) >= 1


@pytest.mark.parametrize("source", ["x: float = 1.0", "now.time()", "'datetime.now()'", "uuid_of(x)", "market_now()"])
def test_what_only_looks_like_it_is_allowed(source: str) -> None:
    assert list(offences(source)) == []
