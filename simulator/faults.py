"""Faults on order: requests, streams, orders and activities that go wrong in a chosen way."""

import json
import random
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from simulator.altering import Alteration
from simulator.errors import ApiError, invalid
from simulator.options import OptionError
from simulator.text import parse_time

WHEN = ("before", "after")
REQUEST_EFFECTS = ("status", "delay", "drop", "hang", "html", "empty", "truncated", "late", "alter", "stale")
STREAM_EFFECTS = (
    "stream_drop",
    "stream_mute",
    "stream_duplicate",
    "stream_reorder",
    "stream_omit",
    "stream_delay",
    "stream_error",
)
EFFECTS = (*REQUEST_EFFECTS, *STREAM_EFFECTS, "reject", "late_activities", "slow_cancel")
STREAMS = ("*", "trade_updates", "market_data")
OWN_PATHS = "/sim/"
_LONGEST_DELAY = 120.0


@dataclass
class Fault:
    """One way to fail, and when.

    effect: what happens; see EFFECTS and docs/simulator.md
    method, path: which requests; exact, or with `*` standing for anything
    when: before the request takes effect, or after it, when only the answer is lost
    status: the HTTP status of an answer that is not the real one, or the code of a stream's error
    body: the JSON object of such an answer, None for the broker's usual words
    delay: seconds, real ones; of activities and cancellations market seconds
    field, value, remove, where, insert: of altered answers, see simulator/altering.py
    stream: whose messages; symbol: which orders are rejected
    rate: the chance of each candidate; count: how often at most, None without end; since, until: market time, or None
    """

    effect: str = "status"
    method: str = "*"
    path: str = "*"
    when: str = "before"
    status: int = 504
    body: dict[str, Any] | None = None
    delay: float = 0.0
    stream: str = "*"
    symbol: str = "*"
    rate: float = 1.0
    count: int | None = 1
    since: str | None = None
    until: str | None = None
    field: str | None = None
    value: Any = None
    remove: bool = False
    where: dict[str, Any] | None = None
    insert: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        # What it has answered, where it answers the same again and again.
        self.remembered: dict[object, Any] = {}

    @property
    def alteration(self) -> Alteration:
        return Alteration(self.field, self.value, self.remove, self.where or {}, self.insert)

    def is_on(self, now: datetime) -> bool:
        since, until = (parse_time(text) if text else None for text in (self.since, self.until))
        return (since is None or since <= now) and (until is None or now < until)

    def fits(self, **what: str) -> bool:
        """Whether each of these is what the fault is about."""
        return all(
            getattr(self, name) in ("*", value) or _matches(getattr(self, name), value) for name, value in what.items()
        )


def _matches(pattern: str, value: str) -> bool:
    return pattern in ("*", value) or re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), value) is not None


class Faults:
    """Those in force; `now` tells market time, and chance follows from the seed."""

    def __init__(self, now: Callable[[], datetime], seed: int) -> None:
        self._now = now
        self._faults: list[Fault] = []
        self._chance = random.Random(seed)

    def request(self, method: str, path: str) -> Fault | None:
        """The fault for this request, if any, used up by one."""
        # The simulator's own interface fails only where a fault names it, so that faults can be taken back.
        own = path.startswith(OWN_PATHS)
        return self._take(
            REQUEST_EFFECTS, lambda fault: fault.path.startswith(OWN_PATHS) == own, method=method, path=path
        )

    def stream(self, name: str) -> Fault | None:
        """The fault for the next message of a stream; errors come when a client asks for something."""
        return self._take(STREAM_EFFECTS[:-1], stream=name)

    def stream_error(self, codes: tuple[int, ...]) -> int | None:
        """The code of an error to answer a client of the market-data stream with."""
        fault = self._take(("stream_error",), lambda fault: fault.status in codes, stream="market_data")
        return fault.status if fault else None

    def rejects(self, symbol: str) -> bool:
        return self._take(("reject",), symbol=symbol) is not None

    def cancel_delay(self, symbol: str) -> float:
        """How many market seconds a cancellation takes; 0 where it is at once."""
        fault = self._take(("slow_cancel",), symbol=symbol)
        return fault.delay if fault else 0.0

    @property
    def delays_activities(self) -> bool:
        return any(fault.effect == "late_activities" for fault in self._faults)

    def activity_delay(self, name: str) -> float:
        """How many market seconds later than it happened an activity is listed."""
        for fault in self._faults:
            # Of its name alone, so that the same one stays late until it is listed.
            if fault.effect == "late_activities" and random.Random(name).random() < fault.rate and self._is_on(fault):
                return fault.delay
        return 0.0

    def replace(self, body: object) -> None:
        """Raises ApiError; a wrong list changes nothing."""
        rows = body.get("faults") if isinstance(body, dict) else None
        if not isinstance(rows, list):
            raise invalid('the body must be {"faults": [...]}')
        self._faults = [_fault(row) for row in rows]

    def load(self, path: Path) -> None:
        """From a script: a JSON file with the same body. Raises OptionError."""
        try:
            self.replace(json.loads(path.read_text()))
        except OSError as error:
            raise OptionError(f"--faults {path} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise OptionError(f"--faults {path} is not JSON: {error}.") from error
        except ApiError as error:
            raise OptionError(f"--faults {path}: {error}.") from error

    def to_json(self) -> dict[str, Any]:
        return {"faults": [asdict(fault) for fault in self._faults]}

    def _is_on(self, fault: Fault) -> bool:
        return fault.is_on(self._now())

    def _take(
        self, effects: tuple[str, ...], also: Callable[[Fault], bool] = lambda fault: True, /, **what: str
    ) -> Fault | None:
        for fault in self._faults:
            if (
                fault.effect in effects
                and also(fault)
                and fault.fits(**what)
                and self._is_on(fault)
                and (fault.rate >= 1 or self._chance.random() < fault.rate)
            ):
                if fault.count is not None:
                    fault.count -= 1
                    self._faults = [left for left in self._faults if left.count != 0]
                return fault
        return None


def _fault(row: object) -> Fault:
    """Raises ApiError that names the field, the value and what it may be."""
    if not isinstance(row, dict):
        raise invalid("invalid fault: it must be an object")
    known = [field.name for field in fields(Fault)]
    if unknown := sorted(set(row) - set(known)):
        raise invalid(f"invalid fault: unknown field {unknown[0]}; known are {', '.join(known)}")
    # What is given as a rate or a window goes on for as long as that; anything else happens once.
    endless = "count" not in row and any(name in row for name in ("rate", "since", "until"))
    given: dict[str, Any] = ({"count": None} if endless else {}) | row
    fault = Fault(**given)
    for name, allowed in (("effect", EFFECTS), ("when", WHEN), ("stream", STREAMS)):
        if getattr(fault, name) not in allowed:
            raise invalid(f"invalid fault: {name} must be one of {', '.join(allowed)}")
    for name in ("method", "path", "symbol"):
        if not isinstance(getattr(fault, name), str):
            raise invalid(f"invalid fault: {name} must be text")
    for name in ("body", "where", "insert"):
        if not isinstance(getattr(fault, name), dict | None):
            raise invalid(f"invalid fault: {name} must be a JSON object")
    if not isinstance(fault.field, str | None):
        raise invalid("invalid fault: field must be text")
    if not isinstance(fault.remove, bool):
        raise invalid("invalid fault: remove must be true or false")
    if fault.effect == "alter" and fault.field is None and fault.insert is None:
        raise invalid("invalid fault: alter needs a field or a row to insert")
    fault.method, fault.symbol = fault.method.upper(), fault.symbol.upper()
    fault.status = int(_number(fault.status, "status", 100, 599))
    fault.delay = _number(fault.delay, "delay", 0, _LONGEST_DELAY)
    fault.rate = _number(fault.rate, "rate", 0, 1)
    if fault.count is not None:
        fault.count = int(_number(fault.count, "count", 1, 1_000_000))
    for name in ("since", "until"):
        value = getattr(fault, name)
        if value is not None and (not isinstance(value, str) or parse_time(value) is None):
            raise invalid(f"invalid fault: {name} must be a time such as 2019-02-13T14:31:00Z")
    return fault


def _number(value: object, name: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise invalid(f"invalid fault: {name} must be a number from {least} to {most}")
    return value
