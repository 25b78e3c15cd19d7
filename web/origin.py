"""Which pages may open a socket: those of this address, port and all, as with every other request that is not a GET."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

DEFAULT_PORTS = {"http": "80", "https": "443"}
Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class SameOrigin:
    """Refuses a handshake of a foreign host or of a page of another origin. CSRF_TRUSTED_ORIGINS are ours as well."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if is_same_origin(headers.get(b"origin", ""), headers.get(b"host", "")):
            await self._application(scope, receive, send)
        else:
            await WebsocketDenier()(scope, receive, send)


def is_same_origin(origin: str, host: str) -> bool:
    """origin: a browser's Origin header, such as https://bots.example; host: the Host header beside it"""
    name, port = split_domain_port(host)
    if not name or not validate_host(name, settings.ALLOWED_HOSTS):
        return False
    try:
        parts = urlsplit(origin)
        origin_port = str(parts.port or DEFAULT_PORTS.get(parts.scheme, ""))
    except ValueError:
        return False
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return False
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    given = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return (given, origin_port) == (name, port or DEFAULT_PORTS[parts.scheme])
