"""Which request is being served: for whoever logs something meanwhile, and for what is computed for it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from engine.core.indicators.custom import run_elsewhere
from tradingbot.computing.budget import computing_for
from tradingbot.logs import request_served


class ServedMiddleware:
    """The outermost: what goes wrong in the others is of this request as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before, elsewhere = request_served.set(request), run_elsewhere.set(computing_for(request))
        try:
            return self._get_response(request)
        finally:
            request_served.reset(before)
            run_elsewhere.reset(elsewhere)
