"""A client of the market-data stream: what it is subscribed to, and what it is told."""

from collections.abc import Callable, Collection
from typing import Any

from starlette.types import Send

from simulator.faults import Faults
from simulator.streams.connection import Connection
from simulator.streams.messages import Encoder, Message

CHANNELS = ("trades", "quotes", "bars", "updatedBars", "dailyBars", "statuses", "lulds", "corrections", "cancelErrors")
ERRORS = {
    400: "invalid syntax",
    401: "not authenticated",
    402: "auth failed",
    403: "already authenticated",
    404: "auth timeout",
    405: "symbol limit exceeded",
    406: "connection limit exceeded",
    407: "slow client",
    408: "v2 not enabled",
    409: "insufficient subscription",
    410: "invalid subscribe action for this feed",
    500: "internal error",
}
FREE_SYMBOLS = 30


class MarketDataConnection(Connection):
    """assets: asked for the symbols that are listed now; free_plan: few symbols of trades and quotes"""

    def __init__(
        self, send: Send, encode: Encoder, faults: Faults, assets: Callable[[], Collection[str]], *, free_plan: bool
    ) -> None:
        super().__init__(send, lambda: faults.stream("market_data"))
        self._assets, self._free_plan = assets, free_plan
        self._encode = encode
        self.slow_client = encode([_error(407)])
        self._subscribed: dict[str, set[str]] = {channel: set() for channel in CHANNELS}
        self._known: dict[str, list[str]] = {channel: [] for channel in CHANNELS}

    def symbols(self, channel: str) -> list[str]:
        return self._known[channel]

    def put_rows(self, rows: list[Message]) -> None:
        """Data of one instant."""
        if rows:
            self.deliver(self._encode(rows))

    def answer(self, row: Message) -> None:
        """Control messages arrive alone."""
        self.put_frame(self._encode([row]))

    def change_subscription(self, body: dict[str, Any]) -> None:
        """A wrong or too large wish leaves everything as it was."""
        changed = _changed(self._subscribed, body)
        if isinstance(changed, int):
            self.error(changed)
            return
        if self._free_plan and _too_many(changed):
            self.error(405)
            return
        self._subscribed = changed
        self.follow_assets()
        self.answer({"T": "subscription", **{name: sorted(self._subscribed[name]) for name in CHANNELS}})

    def follow_assets(self) -> None:
        """What it is subscribed to may be listed now, or no more."""
        assets = self._assets()
        for channel, wanted in self._subscribed.items():
            self._known[channel] = sorted(assets if "*" in wanted else wanted & set(assets))

    def error(self, code: int) -> None:
        self.answer(_error(code))


def _error(code: int) -> Message:
    return {"T": "error", "code": code, "msg": ERRORS[code]}


def _changed(subscribed: dict[str, set[str]], body: dict[str, Any]) -> dict[str, set[str]] | int:
    """The subscriptions after a request, or the code of what is wrong with it."""
    wishes = {name: names for name, names in body.items() if name != "action"}
    if not set(wishes) <= set(CHANNELS):
        return 410
    if not all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in wishes.values()):
        return 400
    changed = dict(subscribed)
    for channel, names in wishes.items():
        # Trades bring their corrections along.
        for target in (channel, *(("corrections", "cancelErrors") if channel == "trades" else ())):
            given = set(names)
            changed[target] = changed[target] | given if body["action"] == "subscribe" else changed[target] - given
    return changed


def _too_many(subscribed: dict[str, set[str]]) -> bool:
    """The free plan counts trades and quotes; bars of any number of stocks are free."""
    return any("*" in subscribed[name] or len(subscribed[name]) > FREE_SYMBOLS for name in ("trades", "quotes"))
