"""The examples of docs/api.md and docs/extending.md run as they stand."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from simulator.testing import wait_for
from tradingbot.testing import PASSWORD, ProductProcess

DOCS: Path = settings.BASE_DIR / "docs"


def blocks(page: str, language: str, after: str = "") -> list[str]:
    """The fenced blocks of a language, of the whole page or below one heading."""
    text = (DOCS / page).read_text()
    if after:
        text = re.split(r"\n## ", text.split(f"\n## {after}\n")[1])[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProductProcess]:
    process = ProductProcess(tmp_path_factory.mktemp("product"))
    process.start()
    process.login()
    # One of the examples closes a position.
    assert wait_for(lambda: process.request("GET", "/api/positions?is_open=true")["results"], 30)
    yield process
    process.stop()


def run(product: ProductProcess, command: list[str], folder: Path) -> str:
    environment = {"TRADINGBOT_URL": product.url, "TRADINGBOT_PASSWORD": PASSWORD, "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        command, env=os.environ | environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_python_examples(product: ProductProcess, tmp_path: Path) -> None:
    program = tmp_path / "examples.py"
    program.write_text("\n".join(blocks("api.md", "python")))
    said = run(product, [sys.executable, str(program)], tmp_path)
    assert "Momentum Bot running" in said
    assert "From a program running 6000 version 2\n" in said
    assert "indicators.RSI.perod is not a setting; did you mean period?\n" in said
    assert "From a program stopped\n" in said
    assert said.count("\nhello ") == 2
    ids = [int(number) for number in re.findall(r"^(?!hello|reload)\w+ (\d+) \{", said, re.MULTILINE)]
    assert ids == sorted(set(ids))


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_shell_examples(product: ProductProcess, tmp_path: Path) -> None:
    run(product, ["bash", "-euo", "pipefail", "-c", "\n".join(blocks("api.md", "sh"))], tmp_path)
    bots = [bot for bot in product.request("GET", "/api/bots")["results"] if bot["name"] == "From the shell"]
    assert all(bot["status"] == "stopped" for bot in bots)
    assert product.request("GET", "/api/halts")["results"] == []
