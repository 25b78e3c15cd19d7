"""Who may use /sim, which needs no keys: programs that call this machine by a name it is known by, and no web pages."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from simulator.errors import ApiError

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def require_own(headers: Mapping[str, str], hosts: tuple[str, ...]) -> None:
    """Raises ApiError for a foreign Origin, and for a foreign Host: a page gets one by letting its name point here."""
    host = headers.get("host", "")
    if _name(host) not in (*LOOPBACK, *hosts):
        raise ApiError(403, 40310000, f"/sim is not served under the host {host!r}; --hosts names more")
    origin = headers.get("origin")
    if origin is not None and origin.lower() != f"http://{host.lower()}":
        raise ApiError(403, 40310000, f"/sim is not for pages of {origin!r}")


def _name(host: str) -> str:
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return ""
    return parts.hostname or "" if parts.netloc == host and "@" not in host else ""
