"""Signs of life, written where every process sees them, and no more often than somebody looks."""

import logging
import threading
import time
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import F
from django.db.models.functions import Coalesce

from engine.models import Pulse
from marketdata.clock import real_now

log = logging.getLogger(__name__)

# Real seconds between two good signs that are written; a bad one is written at once.
WRITTEN_EVERY = 2.0

_written: dict[str, tuple[float, bool]] = {}
_lock = threading.Lock()


def pulse_good(name: str) -> None:
    """The part has just done what it is there for. Never raises."""
    if _is_due(name, good=True):
        _write(name, {"at": real_now(), "failing_since": None, "why": ""})


def pulse_bad(name: str, why: str) -> None:
    """The part has just failed. Never raises."""
    if _is_due(name, good=False):
        _write(name, {"failing_since": Coalesce(F("failing_since"), real_now()), "why": why[:200].replace("\x00", "")})


def pulse_bad_if_silent(name: str, why: str, seconds: float) -> None:
    """As pulse_bad, where its last good sign is older than that, and there ever was one. Raises DatabaseError."""
    pulse = Pulse.objects.filter(pk=name).first()
    if pulse is not None and (pulse.at is None or real_now() - pulse.at > timedelta(seconds=seconds)):
        pulse_bad(name, why)


def pulses() -> dict[str, Pulse]:
    """By name. Raises DatabaseError."""
    return {pulse.name: pulse for pulse in Pulse.objects.all()}


def pulses_forget() -> None:
    """As at the start of the process."""
    _written.clear()


def fails_for(pulse: Pulse | None) -> timedelta:
    """For how long the part has been failing; nothing while it does not."""
    if pulse is None or pulse.failing_since is None:
        return timedelta()
    return real_now() - pulse.failing_since


def _is_due(name: str, *, good: bool) -> bool:
    now = time.monotonic()
    with _lock:
        at, was_good = _written.get(name, (-WRITTEN_EVERY, not good))
        if good == was_good and now - at < WRITTEN_EVERY:
            return False
        _written[name] = (now, good)
        return True


def _write(name: str, values: dict[str, object]) -> None:
    try:
        if Pulse.objects.filter(pk=name).update(**values):
            return
        plain = {key: value for key, value in values.items() if not isinstance(value, Coalesce)}
        if "at" not in plain:
            plain["failing_since"] = real_now()
        Pulse.objects.get_or_create(pk=name, defaults=plain)
    except DatabaseError as error:
        with _lock:
            _written.pop(name, None)
        log.debug("the sign of life of %s was not written: %s", name, error)
