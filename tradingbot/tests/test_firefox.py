"""The page in Firefox, the one people have. `make firefox` fails where there is none; the suite leaves it out."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tradingbot.testing import PASSWORD, ProductProcess

FIREFOX = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
IS_WANTED = os.environ.get("FIREFOX_WANTED") == "yes"


@pytest.mark.skipif(not IS_WANTED, reason="needs a Firefox, which few machines have: make firefox")
def test_the_first_minutes_work_in_firefox(tmp_path: Path) -> None:
    assert FIREFOX, "there is no Firefox: install it, or name it in FIREFOX"
    product = ProductProcess(tmp_path / "data")
    product.start()
    try:
        done = subprocess.run(
            ["node", "e2e/firefox.mjs", product.url, "admin"],
            cwd=settings.BASE_DIR / "frontend",
            env=os.environ | {"PASSWORD": PASSWORD, "FIREFOX": FIREFOX, "SCREENSHOT": str(tmp_path / "failed.png")},
            capture_output=True,
            text=True,
            timeout=600,
        )
    finally:
        product.stop()
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "stopped it"
