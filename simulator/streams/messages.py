"""Market-data messages of the stream; `t` is a time in nanoseconds until a codec writes it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgpack

from simulator.market import Bar

Message = dict[str, Any]
_SECOND = 1_000_000_000
# Tape C of the real market; what else a halt may be called is in docs/simulator.md.
_HALTED = {"sc": "H", "sm": "Trading Halt", "rc": "T12", "rm": "Additional Information Requested by NASDAQ"}
_RESUMED = {"sc": "T", "sm": "Trading Resumption", "rc": "", "rm": ""}


def bar_message(symbol: str, bar: Bar, channel: str = "b") -> Message:
    """channel: b for a minute, u for one that late trades have changed, d for the day so far."""
    return {
        "T": channel,
        "S": symbol,
        "o": bar.open,
        "h": bar.high,
        "l": bar.low,
        "c": bar.close,
        "v": bar.volume,
        "n": bar.trades,
        "vw": bar.vwap,
        "t": bar.start * _SECOND,
    }


def trade_message(symbol: str, at: int, price: float) -> Message:
    return {"T": "t", "S": symbol, "i": at, "x": "V", "p": price, "s": 100, "c": ["@"], "z": "C", "t": at * _SECOND}


def quote_message(symbol: str, at: int, bid: float, ask: float) -> Message:
    sides = {"bx": "V", "bp": bid, "bs": 100, "ax": "V", "ap": ask, "as": 100}
    return {"T": "q", "S": symbol, **sides, "c": ["R"], "z": "C", "t": at * _SECOND}


def status_message(symbol: str, at: int, halted: bool) -> Message:
    return {"T": "s", "S": symbol, **(_HALTED if halted else _RESUMED), "t": at * _SECOND, "z": "C"}


def encode_msgpack(rows: list[Message]) -> bytes:
    def timed(row: Message) -> Message:
        return row | {"t": msgpack.Timestamp.from_unix_nano(row["t"])} if isinstance(row.get("t"), int) else row

    packed: bytes = msgpack.packb([timed(row) for row in rows])
    return packed


def encode_json(rows: list[Message]) -> str:
    def timed(row: Message) -> Message:
        return row | {"t": nanosecond_text(row["t"])} if isinstance(row.get("t"), int) else row

    return json.dumps([timed(row) for row in rows])


def nanosecond_text(nanoseconds: int) -> str:
    return datetime.fromtimestamp(nanoseconds // _SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Encoder = Callable[[list[Message]], bytes | str]
