"""What logging in leaves in the browser, and what is answered where no view answers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tradingbot.logins.backend import TooManyLogins
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

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The API's views answer by themselves; the admin's form knows nothing of it."""
        if not isinstance(error, TooManyLogins):
            return None
        response = HttpResponse(f"{error.detail}\n", status=429, content_type="text/plain")
        response["Retry-After"] = str(error.wait)
        return response
