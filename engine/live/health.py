"""How the parts of the product are, by name: "ok", or what is wrong with them."""

from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from engine.database_errors import database_trouble
from engine.live.watch import broker_is_connected
from engine.models import Lease
from engine.selectors import trading_is_ready
from engine.services import broker_account
from marketdata.clock import real_now

# It sweeps once a second, and one that died is waited for this long.
SWEEPER_SILENT_AFTER = timedelta(seconds=30)
OK = "ok"


def health_of_components() -> dict[str, str]:
    """The database first; without it nothing else is known. Redis and stream only where there are such processes."""
    components = {"database": _database()}
    if components["database"] != OK:
        return components
    now, account = real_now(), broker_account()
    components["broker"] = OK if broker_is_connected(account, now) else "not connected"
    components["trading"] = OK if trading_is_ready(account) else "the books are being compared with the broker's"
    leases = dict(Lease.objects.values_list("name", "expires_at"))
    swept = leases.get("sweeper")
    awake = swept is not None and now - swept < SWEEPER_SILENT_AFTER
    components["worker"] = OK if awake else "nobody sweeps: is a worker running?"
    if settings.REDIS_URL:
        components["redis"] = _redis()
        streaming = leases.get("stream")
        components["stream"] = OK if streaming is not None and streaming > now else "not running"
    return components


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return database_trouble(error)
    return OK


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
