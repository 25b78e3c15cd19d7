"""Compressing what is answered, where the browser takes that."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedMiddleware(GZipMiddleware):
    """Compresses whole answers as gzip and leaves streamed ones as they are.

    Django 5.2 makes each piece of an asynchronous stream a gzip member of its own, and Chromium reads the first member
    only: an exported table came without its rows.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the answer, compressed unless it is streamed."""
        return response if response.streaming else super().process_response(request, response)
