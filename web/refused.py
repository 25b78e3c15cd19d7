"""What is answered where a view that is not REST framework's, such as the admin's, meets an error of its kind."""

import math
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import APIException


class RefusedMiddleware:
    """REST framework's own views answer by themselves, with a problem."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, APIException):
            return None
        response = HttpResponse(f"{error.detail}\n", status=error.status_code, content_type="text/plain")
        if wait := getattr(error, "wait", None):
            response["Retry-After"] = str(math.ceil(wait))
        return response
