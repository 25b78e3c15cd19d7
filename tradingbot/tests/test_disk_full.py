"""The running product on a disk that is full."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tradingbot.testing import ProductProcess

SIZE_MB = 300


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    room = tmp_path / "disk"
    room.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(room)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield room
    subprocess.run(["umount", "-l", str(room)], check=True)


def fill(disk: Path) -> Path:
    """Take every byte there is."""
    file = disk / "filler"
    # Unbuffered: what a buffer could not write, closing the file would try to write again, and raise.
    with file.open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(b"\0" * 65536)
    return file


def test_halts_are_written_on_a_full_disk_and_the_ballast_comes_back(small_disk: Path) -> None:
    product = ProductProcess(small_disk / "data", "--speed", "10")
    product.start()
    try:
        product.login()
        ballast = product.data / "ballast"
        assert ballast.stat().st_size == 64 << 20
        filler = fill(small_disk)

        halt = product.request("POST", "/api/halts", {"bot": None, "reason": "the disk is full"})
        assert halt["reason"] == "the disk is full"
        done = subprocess.run(
            [sys.executable, "manage.py", "halt", "--reason", "by hand"],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATA_DIR": str(product.data), "DATABASE_URL": "", "REDIS_URL": ""},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")
        reasons = [row["reason"] for row in product.request("GET", "/api/halts")["results"]]
        assert reasons == ["the disk is full", "by hand"]
        assert not ballast.exists()

        filler.unlink()
        deadline = time.monotonic() + 10
        while not ballast.exists():
            assert time.monotonic() < deadline, "the ballast is not made again"
            time.sleep(0.1)
    finally:
        product.stop()
