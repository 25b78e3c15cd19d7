"""The name under which a process holds a lease, made so that others on its machine see when the process has died.

Whoever is killed gives nothing back, and who starts next would wait until the lease expires. Linux only: elsewhere, and
between machines or containers, a lease of the dead just expires.
"""

import os
import socket
from functools import cache
from pathlib import Path

# As /proc names the states of a process.
ENDED = "ZX"
LONGEST_PID = 10


def holder_me(job: str = "") -> str:
    """machine:process:when it began:job, at most 80 characters; job: tells the holders inside of one process apart."""
    pid = os.getpid()
    return f"{_machine()}:{pid}:{_began(pid) or ''}:{job}"


def holder_is_gone(holder: str) -> bool:
    """True where it was a process of this machine that runs no more; False where that cannot be known."""
    machine, pid, began, *_ = (*holder.split(":"), "", "", "")
    if not (pid.isdecimal() and len(pid) < LONGEST_PID and began and machine == _machine()):
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        # Another user's: /proc may not show it to us.
        return False
    return _began(int(pid)) not in (None, began)


@cache
def _machine() -> str:
    """This boot of this machine, and who sees its processes by these numbers (a container has numbers of its own)."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
        numbers = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        boot = numbers = ""
    return f"{socket.gethostname()[:24]}/{boot}/{numbers}"


def _began(pid: int) -> str | None:
    """When it began, in clock ticks since the machine did; None where that is not told. Source: proc(5), stat.

    Of one that has ended, and of whose end nobody has taken note yet, an empty string.
    """
    try:
        # The name of the program, in brackets, may hold spaces and brackets.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return "" if fields[0] in ENDED else fields[19]
