"""Faults on order: the next requests to a path fail in a chosen way."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from simulator.errors import invalid

WHEN = ("before", "after")
EFFECTS = ("status", "drop", "hang", "html")


@dataclass
class Fault:
    """when: before the request took effect, or after it, when only the answer is lost; delay in real seconds.

    path: exact, or with `*` standing for anything
    """

    method: str
    path: str
    when: str = "before"
    effect: str = "status"
    status: int = 504
    count: int = 1
    delay: float = 0.0

    def matches(self, method: str, path: str) -> bool:
        pattern = re.escape(self.path).replace(r"\*", ".*")
        return self.count > 0 and self.method in (method, "*") and re.fullmatch(pattern, path) is not None


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, if any, used up by one."""
        for fault in self._faults:
            if fault.matches(method, path):
                fault.count -= 1
                self._faults = [left for left in self._faults if left.count > 0]
                return fault
        return None

    def replace(self, body: object) -> None:
        """Raises ApiError; a wrong list changes nothing."""
        rows = body.get("faults") if isinstance(body, dict) else None
        if not isinstance(rows, list):
            raise invalid('the body must be {"faults": [...]}')
        self._faults = [_fault(row) for row in rows]

    def to_json(self) -> dict[str, Any]:
        return {"faults": [asdict(fault) for fault in self._faults]}


def _fault(row: object) -> Fault:
    try:
        fault = Fault(**row)  # type: ignore[arg-type]
        fault.method = fault.method.upper()
        fault.status, fault.count, fault.delay = int(fault.status), int(fault.count), float(fault.delay)
    except (TypeError, ValueError, AttributeError) as error:
        raise invalid(f"invalid fault: {error}") from error
    if fault.when not in WHEN or fault.effect not in EFFECTS:
        raise invalid(f"invalid fault: when must be one of {', '.join(WHEN)}, effect one of {', '.join(EFFECTS)}")
    return fault
