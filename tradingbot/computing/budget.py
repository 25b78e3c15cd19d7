"""How much one person may have computed."""

import math
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.exceptions import Throttled

from tradingbot.computing.process import CALL_SECONDS, computing
from tradingbot.http.cache import count_up

# CPU seconds a minute: of what a form draws while somebody types in it, about a hundred times as much.
SECONDS_A_MINUTE = 20.0
MINUTE = 60


class TooMuchComputing(Throttled):
    default_detail = "Too much was computed for you within a minute."


def computing_for(request: HttpRequest) -> Callable[..., Any]:
    """What runs a function for whoever asks with this request. Raises TooMuchComputing, ComputingFailed."""

    def run(function: Callable[..., Any], *arguments: Any) -> Any:
        now = time.time()
        key = f"computing:{_person(request)}:{int(now) // MINUTE}"
        if int(cache.get(key) or 0) >= SECONDS_A_MINUTE * 1000:
            raise TooMuchComputing(math.ceil(MINUTE - now % MINUTE))
        seconds = CALL_SECONDS
        try:
            found, error, seconds = computing.call(function, *arguments)
        finally:
            # What failed took its time as well.
            count_up(key, math.ceil(seconds * 1000), 2 * MINUTE)
        if error is not None:
            raise ValueError(error)
        return found

    return run


def _person(request: HttpRequest) -> str:
    """REST framework puts who asks with a token there, too."""
    return str(request.user.pk) if request.user.is_authenticated else "nobody"
