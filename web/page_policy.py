"""What a page of ours may load and who may show it in a frame: nothing from elsewhere, and nobody."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Styles are written into the page by MUI and by the documentation; scripts only ever come from files.
PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class PagePolicyMiddleware:
    """Around WhiteNoise: the page's own files have it as well. An answer that says more of itself keeps that."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        return response
