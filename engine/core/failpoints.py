"""Named places at which a test can stop the process dead, to prove that nothing is lost or doubled there.

Outside such a test they do nothing.
"""

from collections.abc import Callable

_hook: Callable[[str], None] | None = None


def failpoint(name: str) -> None:
    """Pass the point `name`; a test may have arranged that the process gets no further."""
    if _hook is not None:
        _hook(name)


def failpoints_install(hook: Callable[[str], None] | None) -> None:
    """Call `hook` with the name of every point passed from now on; None removes the hook."""
    global _hook
    _hook = hook
