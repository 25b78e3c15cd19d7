"""The product as a newcomer starts it: how long until its address is there, and its memory with three bots trading."""

import time
from pathlib import Path

from benchmarks.row import Row
from tradingbot.testing import ProductProcess, children_of

RUN_SECONDS = 15.0


def measure(folder: Path) -> list[Row]:
    product = ProductProcess(folder)
    first = product.start()
    assert product.process is not None
    pids = [product.process.pid, *children_of(product.process.pid)]
    time.sleep(RUN_SECONDS)
    memory = [_resident(pid) for pid in pids]
    stopped = product.stop()
    again = product.start()
    product.stop()
    return [
        Row("first start until the address is printed", "s", [first]),
        Row("later start until the address is printed", "s", [again]),
        Row("Ctrl-C until every process is gone", "s", [stopped], 10.0),
        Row("memory of the product, three bots trading", "MB", memory[:1]),
        Row("memory of the exchange beside it", "MB", memory[1:2] or [0.0]),
    ]


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
