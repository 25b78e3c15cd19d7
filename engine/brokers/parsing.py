"""Reading Alpaca's JSON: tolerant of what we do not know, strict where money is concerned."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from engine.brokers.port import (
    AccountInfo,
    AssetInfo,
    BrokerOrder,
    BrokerPosition,
    BrokerUnavailable,
    Fill,
    RawBar,
    SplitListed,
    SplitTold,
)

_SIDES = {"buy": "buy", "sell": "sell", "sell_short": "sell"}


def decimal_of(value: Any, what: str) -> Decimal:
    """A finite decimal from a string or number; anything else is an answer we cannot use."""
    try:
        number = Decimal(str(value))
    except InvalidOperation as wrong:
        raise BrokerUnavailable(f"{what} is not a number: {str(value)[:40]!r}") from wrong
    if not number.is_finite():
        raise BrokerUnavailable(f"{what} is not finite: {value!r}")
    return number


def optional_decimal(value: Any, what: str) -> Decimal | None:
    return None if value in (None, "") else decimal_of(value, what)


def moment_of(value: Any, what: str) -> datetime:
    """An aware time; Alpaca writes nanoseconds, of which Python keeps microseconds."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as wrong:
        raise BrokerUnavailable(f"{what} is not a time: {str(value)[:40]!r}") from wrong
    if moment.tzinfo is None:
        raise BrokerUnavailable(f"{what} has no time zone: {value!r}")
    return moment


def object_of(answer: Any, what: str) -> Mapping[str, Any]:
    """A JSON object; a list, a text or nothing at all is an answer we cannot use."""
    if not isinstance(answer, Mapping):
        raise BrokerUnavailable(f"{what} is no object: {str(answer)[:40]!r}")
    return answer


def list_of(answer: Any, what: str) -> list[Any]:
    if not isinstance(answer, list):
        raise BrokerUnavailable(f"{what} are no list: {str(answer)[:40]!r}")
    return answer


def order_of(raw: Any) -> BrokerOrder:
    raw = object_of(raw, "an order")
    try:
        return BrokerOrder(
            id=str(raw["id"]),
            client_order_id=str(raw["client_order_id"]),
            symbol=str(raw["symbol"]),
            side=str(raw["side"]),
            kind=str(raw.get("type") or raw.get("order_type") or ""),
            status=str(raw["status"]),
            quantity=decimal_of(raw.get("qty") or 0, "order qty"),
            filled=decimal_of(raw.get("filled_qty") or 0, "order filled_qty"),
            average_price=optional_decimal(raw.get("filled_avg_price"), "order filled_avg_price"),
            limit_price=optional_decimal(raw.get("limit_price"), "order limit_price"),
            stop_price=optional_decimal(raw.get("stop_price"), "order stop_price"),
            submitted_at=moment_of(raw["submitted_at"], "order submitted_at") if raw.get("submitted_at") else None,
            legs=tuple(order_of(leg) for leg in list_of(raw.get("legs") or [], "legs")),
            replaces=str(raw["replaces"]) if raw.get("replaces") else None,
            replaced_by=str(raw["replaced_by"]) if raw.get("replaced_by") else None,
        )
    except KeyError as wrong:
        raise BrokerUnavailable(f"an order without {wrong}") from wrong


def fill_of(raw: Any) -> Fill:
    raw = object_of(raw, "a fill")
    try:
        fill = Fill(
            id=str(raw["id"]),
            order_id=str(raw["order_id"]),
            symbol=str(raw["symbol"]),
            side=_SIDES[raw["side"]],
            quantity=decimal_of(raw["qty"], "fill qty"),
            price=decimal_of(raw["price"], "fill price"),
            cumulative=decimal_of(raw.get("cum_qty") or 0, "fill cum_qty"),
            at=moment_of(raw["transaction_time"], "fill transaction_time"),
        )
    except (KeyError, TypeError) as wrong:
        raise BrokerUnavailable(f"a fill that cannot be read: {wrong}") from wrong
    if fill.quantity <= 0 or fill.price <= 0:
        raise BrokerUnavailable(f"fill {fill.id} of {fill.quantity} at {fill.price} cannot be")
    return fill


def split_of(raw: Any) -> SplitTold | None:
    """A split as it was executed; None for one that was cancelled or is being corrected."""
    raw = object_of(raw, "a split")
    if raw.get("status", "executed") != "executed":
        return None
    try:
        day = date.fromisoformat(str(raw["date"])[:10])
        return SplitTold(str(raw["id"]), str(raw["symbol"]), day, decimal_of(raw["qty"], "split qty"))
    except (KeyError, ValueError) as wrong:
        raise BrokerUnavailable(f"a split that cannot be read: {wrong}") from wrong


def listed_splits_of(raw: Any) -> list[SplitListed]:
    """Forward and reverse splits out of an answer of corporate actions."""
    actions = object_of(object_of(raw, "corporate actions").get("corporate_actions") or {}, "corporate actions")
    found = []
    for kind in ("forward_splits", "reverse_splits"):
        for row in list_of(actions.get(kind) or [], kind):
            row = object_of(row, "a split")
            new, old = (Fraction(decimal_of(row.get(name), f"split {name}")) for name in ("new_rate", "old_rate"))
            if new <= 0 or old <= 0:
                raise BrokerUnavailable(f"a listed split of {new} for {old}")
            try:
                found.append(SplitListed(str(row["symbol"]), date.fromisoformat(str(row["ex_date"])), new / old))
            except (KeyError, ValueError) as wrong:
                raise BrokerUnavailable(f"a listed split that cannot be read: {wrong}") from wrong
    return found


def account_of(raw: Any) -> AccountInfo:
    raw = object_of(raw, "the account")
    blocked = [key for key in ("trading_blocked", "account_blocked", "trade_suspended_by_user") if raw.get(key) is True]
    return AccountInfo(
        number=str(raw.get("account_number") or raw.get("id") or ""),
        equity=decimal_of(raw.get("equity"), "account equity"),
        last_equity=decimal_of(raw.get("last_equity"), "account last_equity"),
        cash=decimal_of(raw.get("cash"), "account cash"),
        buying_power=decimal_of(raw.get("buying_power"), "account buying_power"),
        blocked=", ".join(blocked),
    )


def position_of(raw: Any) -> BrokerPosition:
    raw = object_of(raw, "a position")
    quantity = decimal_of(raw.get("qty"), "position qty")
    if raw.get("side") == "short":
        quantity = -abs(quantity)
    price = optional_decimal(raw.get("current_price"), "position current_price")
    return BrokerPosition(str(raw.get("symbol")), quantity, price)


def asset_of(raw: Any) -> AssetInfo:
    raw = object_of(raw, "an asset")
    return AssetInfo(
        symbol=str(raw.get("symbol")),
        name=str(raw.get("name") or ""),
        exchange=str(raw.get("exchange") or ""),
        tradable=raw.get("tradable") is True and raw.get("status") == "active",
    )


def bar_of(symbol: str, raw: Any) -> RawBar | None:
    """A bar, or None for one that cannot be: not positive, high below low, or not finite."""
    try:
        bar = RawBar(
            symbol=symbol,
            start=_bar_start(raw["t"]),
            open=decimal_of(raw["o"], "bar o"),
            high=decimal_of(raw["h"], "bar h"),
            low=decimal_of(raw["l"], "bar l"),
            close=decimal_of(raw["c"], "bar c"),
            volume=decimal_of(raw["v"], "bar v"),
        )
    except (KeyError, TypeError, BrokerUnavailable):
        return None
    possible = 0 < bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high and bar.volume >= 0
    return bar if possible else None


def _bar_start(value: Any) -> datetime:
    """REST writes a string, the stream a msgpack Timestamp."""
    return value.to_datetime() if hasattr(value, "to_datetime") else moment_of(value, "bar t")
