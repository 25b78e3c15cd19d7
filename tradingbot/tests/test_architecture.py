"""docs/architecture.md shows the arrows between the rooms that there are, and no other."""

import os
import re
import subprocess
import sys

import grimp
import pytest
from django.conf import settings

from tradingbot.management.commands.writepicture import PAGE, PICTURE
from tradingbot.rooms import LEFT_OUT, PACKAGES, Circle, picture, steps


def test_the_picture_is_that_of_the_code() -> None:
    [found] = PICTURE.findall(PAGE.read_text())
    assert found == picture(), "run manage.py writepicture"


def test_an_arrow_that_a_longer_way_makes_is_left_out_and_a_circle_is_refused() -> None:
    assert steps({("a", "b"), ("b", "c"), ("a", "c"), ("d", "c")}) == {("a", "b"), ("b", "c"), ("d", "c")}
    with pytest.raises(Circle, match="a, b, c"):
        steps({("a", "b"), ("b", "c"), ("c", "a"), ("d", "c")})


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    graph = grimp.build_graph(package, cache_dir=None)
    kept = {module for module in graph.modules if not LEFT_OUT & set(module.split("."))}
    below = {module: graph.find_modules_directly_imported_by(module) & kept for module in kept}
    while leaves := {module for module, imported in below.items() if not imported & below.keys()}:
        below = {module: imported for module, imported in below.items() if module not in leaves}
    assert sorted(below) == [], "these, or some of them, import each other"


def test_the_image_holds_every_package() -> None:
    copied = re.findall(r"^COPY (\w+) \1$", (settings.BASE_DIR / "deploy" / "Dockerfile").read_text(), re.MULTILINE)
    assert sorted(copied) == sorted(PACKAGES)


def test_computing_loads_no_django() -> None:
    """What a backtest computes with, as a process of its own that knows no settings."""
    program = (
        "import pkgutil, sys, importlib, engine.backtest, engine.core\n"
        "for package in (engine.core, engine.backtest):\n"
        "    for one in pkgutil.iter_modules(package.__path__, package.__name__ + '.'):\n"
        "        if not one.ispkg: importlib.import_module(one.name)\n"
        "print(sorted(name for name in ('django', 'alpaca', 'celery', 'channels') if name in sys.modules))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


NAMED = re.compile(rf"`((?:{'|'.join(PACKAGES)}|docs|deploy)/[\w/.]+\w)`")


@pytest.mark.parametrize("page", ["docs/architecture.md", "README.md", "CONTRIBUTING.md", "docs/seed-coverage.md"])
def test_every_file_that_is_named_is_there(page: str) -> None:
    named = NAMED.findall((settings.BASE_DIR / page).read_text())
    assert [path for path in named if not (settings.BASE_DIR / path).exists()] == []
