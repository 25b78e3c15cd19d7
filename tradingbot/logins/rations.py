"""How many attempts to log in an address, an account and a known browser have; LOGIN_RATE says how many each."""

import hashlib
import ipaddress
import math
import time
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle, ScopedRateThrottle

from tradingbot.http.cache import count_up
from tradingbot.logins.devices import device_of

TIMES_OF_ALL = 10


@dataclass(frozen=True)
class Ration:
    """kind: address, account, device or world; key: whose it is, hashed; times: how many of the others it is"""

    kind: str
    key: str
    times: int = 1

    def take(self, now: float) -> tuple[int, int]:
        """Count an attempt before it is made: guesses at the same moment are counted, too.

        Returns:
            How many attempts over the ration this one is, 0 or less while it is within it; and the seconds, at least 1,
            after which there is a new ration.
        """
        at_most, period = _rate()
        began = float(cache.get_or_set(f"login:{self.kind}:{self.key}", now, period) or now)
        return count_up(self._count(began), 1, period) - at_most * self.times, max(1, math.ceil(began + period - now))

    def give_back(self) -> None:
        """What was right is not counted; what went wrong before it stays counted."""
        began = cache.get(f"login:{self.kind}:{self.key}")
        if began is not None:
            count_up(self._count(began), -1, _rate()[1])

    def _count(self, began: float) -> str:
        return f"login:{self.kind}:{self.key}:{began}"


def rations_of(request: Any, username: str) -> list[Ration]:
    """The rations an attempt takes from, in this order.

    A browser that has logged in to this account before takes from its own alone: whatever strangers do, they cannot
    use that up. Everybody else takes from the one of the address, from the one of the account, and from one of all of
    them together: to compare a password takes a processor half a second, on purpose.
    """
    account = account_key(username)
    if request is None:
        return [Ration("account", account)]
    device = device_of(request, account)
    if device is not None:
        return [Ration("device", device)]
    world = Ration("world", "all", TIMES_OF_ALL)
    return [Ration("address", _hashed(address_of(request))), Ration("account", account), world]


def account_key(username: str) -> str:
    """One for all ways to write a name."""
    return _hashed(unicodedata.normalize("NFKC", username).casefold())


def address_of(request: Any) -> str:
    """Where a request comes from, as far as our own proxies vouch for it; of IPv6 the network: it is one person's."""
    told = BaseThrottle().get_ident(request) or ""
    try:
        address = ipaddress.ip_address(told.strip("[]"))
    except ValueError:
        return told
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def now_real() -> float:
    """Seconds since the epoch: processes share the rations."""
    return time.time()


def _rate() -> tuple[int, int]:
    at_most, period = ScopedRateThrottle().parse_rate(str(api_settings.DEFAULT_THROTTLE_RATES["login"]))
    return int(at_most or 0), int(period or 1)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32]
