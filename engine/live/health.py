"""How the parts of the product are, by name: "ok", or what is wrong with them in words."""

import time
from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from engine.ballast import OK as DISK_OK
from engine.ballast import disk_state
from engine.database_errors import database_trouble
from engine.live.pulse import fails_for, pulses
from engine.live.watch import broker_is_connected
from engine.models import BrokerAccount, Lease, Pulse
from engine.selectors import trading_is_ready
from engine.services import broker_account
from marketdata.clock import real_now

OK = "ok"
# Real time. A part that has been failing for less has stumbled.
STUMBLES_FOR = timedelta(seconds=2)
SILENT_AFTER = timedelta(seconds=9)
# The broker is asked for fills every fifteen seconds, whatever else happens.
BROKER_SILENT_AFTER = timedelta(seconds=30)
# The exchange's clock stands while the books are compared, which takes its time.
STANDS_FOR = timedelta(seconds=8)
WRITES_WITHIN = 6.0
# What has to be well for anything to be bought.
NEEDED = ("database", "disk", "broker", "trading", "sweeper", "worker", "beat")

# When this process last wrote to the database and since when it tries to, in seconds of the monotonic clock; None
# where nothing watches.
last_written: float | None = None


def health_of_components() -> dict[str, str]:
    """The database first; without it little else is known. Never raises."""
    components = {"database": _database(), "disk": _disk()}
    if components["database"] != OK:
        return components
    try:
        return components | _others()
    except DatabaseError as error:
        return components | {"database": database_trouble(error)}


def is_ready(components: dict[str, str]) -> bool:
    """May it trade: every part that is needed for it is well."""
    return all(components.get(name, OK) == OK for name in NEEDED) and "broker" in components


def database_is_alive() -> str:
    """This process and its database, nothing else: "ok", or what is wrong."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return database_trouble(error)
    return OK


def _others() -> dict[str, str]:
    account, known = broker_account(), pulses()
    leases = {lease.name: lease for lease in Lease.objects.all()}
    sweeper = leases.get("sweeper")
    components = {"broker": _broker(account, known), "trading": _trading(account)}
    if sweeper is not None and sweeper.holder == "lockstep":
        # One thread steps the clock and does everything.
        return components
    components |= {
        "market data": _failing(known.get("broker data")),
        "sweeper": _sweeper(sweeper, known.get("sweeper")),
        "worker": _alive(known.get("worker"), "no worker takes ticks"),
        "beat": _held(leases.get("beat"), "nobody asks for ticks: beat is not running"),
        "data stream": _failing(known.get("data stream")),
        "order stream": _failing(known.get("order stream")),
        "ticks": _failing(known.get("ticks")),
    }
    if settings.MARKET_MODE == "simulator":
        components["exchange"] = _failing(known.get("exchange"), STANDS_FOR)
    if settings.REDIS_URL:
        components["redis"] = _redis()
        components["stream"] = _held(leases.get("stream"), "not running")
    return components


def _held(lease: Lease | None, otherwise: str) -> str:
    return OK if lease is not None and lease.expires_at > real_now() else otherwise


def _broker(account: BrokerAccount, known: dict[str, Pulse]) -> str:
    for interface in ("broker trading", "broker clock"):
        failing = _failing(known.get(interface))
        if failing != OK:
            return failing
    if not broker_is_connected(account, real_now()):
        return "not connected"
    pulse = known.get("broker trading")
    if pulse is not None and (pulse.at is None or real_now() - pulse.at > BROKER_SILENT_AFTER):
        return "not asked for a while"
    return OK


def _trading(account: BrokerAccount) -> str:
    if trading_is_ready(account):
        return OK
    return account.error or "the books are being compared with the broker's"


def _sweeper(lease: Lease | None, pulse: Pulse | None) -> str:
    now = real_now()
    if pulse is not None and pulse.at is not None and now - pulse.at < SILENT_AFTER:
        return OK
    if lease is not None and lease.expires_at > now:
        return "a pass takes very long"
    return "nobody sweeps: is a worker running?"


def _alive(pulse: Pulse | None, otherwise: str) -> str:
    return OK if pulse is not None and pulse.at is not None and real_now() - pulse.at < SILENT_AFTER else otherwise


def _failing(pulse: Pulse | None, stumbles_for: timedelta = STUMBLES_FOR) -> str:
    return pulse.why or "failing" if pulse is not None and fails_for(pulse) >= stumbles_for else OK


def _database() -> str:
    if last_written is not None and time.monotonic() - last_written > WRITES_WITHIN:
        return f"takes no writes for {time.monotonic() - last_written:.0f} seconds: locked, or its disk is full"
    return database_is_alive()


def _disk() -> str:
    state = disk_state()
    return OK if state == DISK_OK else f"{state}: entries have stopped, halts, exits and bookings go on"


def _redis() -> str:
    # Not through the cache, which makes light of it.
    client = redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **settings.REDIS_OPTIONS)
    try:
        client.ping()
    except RedisError:
        return "not reachable"
    finally:
        client.close()
    return OK
