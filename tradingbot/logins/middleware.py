"""What logging in leaves in the browser."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tradingbot.logins.devices import device_remember


class LoginMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        account = getattr(request, "logged_in_account", None)
        if account is not None:
            device_remember(response, account)
        return response
