"""Where the broker's keys may be sent."""

from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TRADING = ("paper-api.alpaca.markets",)
DATA = ("data.alpaca.markets", "data.sandbox.alpaca.markets")
LIVE = "api.alpaca.markets"
PORTS = {"https": 443, "http": 80}


def keys_refused(url: str, hosts: tuple[str, ...]) -> str | None:
    """Why keys do not go to this address; None where they may.

    They may go by https to these hosts, and to a program of this machine. The parts of the address are compared, never
    its beginning: in http://localhost@evil.example and http://127.0.0.1.evil.example the host is evil.example.
    """
    right = f"must be {' or '.join(f'https://{host}' for host in hosts)}, or an address of this machine"
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return right
    if parts.username is not None or parts.password is not None:
        return f"{right}, without a name or a password in it"
    if parts.query or parts.fragment or parts.path.strip("/"):
        return f"{right}, without a path"
    if parts.hostname in LOOPBACK and parts.scheme in PORTS:
        return None
    if parts.scheme == "https" and parts.hostname in hosts and port == PORTS["https"]:
        return None
    return f"{right}; its host was {parts.hostname!r}"


def is_live(url: str) -> bool:
    """Whether it is the account with real money, however that is written."""
    try:
        return urlsplit(url).hostname == LIVE
    except ValueError:
        return False
