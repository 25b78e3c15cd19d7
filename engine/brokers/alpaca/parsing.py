"""Reading Alpaca's JSON: tolerant of what we do not know, strict where money is concerned.

Every function raises Unreadable for a value that cannot be used, unless it says otherwise; `what` names the value in
the error.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from engine.brokers.alpaca.fields import (
    day_of,
    decimal_of,
    list_of,
    moment_of,
    moment_or_none,
    object_of,
    optional_decimal,
    optional_text,
    price_of,
    shares_of,
    text_of,
)
from engine.brokers.alpaca.words import REPLACED, state_of
from engine.brokers.unread import Unreadable, field_read, rows_read
from engine.brokers.values import (
    AccountInfo,
    AssetInfo,
    BrokerOrder,
    BrokerPosition,
    BrokerShares,
    CashTold,
    DividendListed,
    Fill,
    MarketHours,
    RawBar,
    RenameListed,
    SplitListed,
    SplitTold,
)
from engine.core.schedule import NEW_YORK
from engine.core.types import Session

_STOPS = ("stop", "stop_limit", "trailing_stop")


def order_of(raw: Any) -> BrokerOrder:
    """Read an order; one of a person may lack what ours all have (the parent of several legs has no symbol).

    Where a leg cannot be read, `legs_complete` is False, so that nobody takes it to be gone.
    """
    raw = object_of(raw, "an order")
    told, filled = raw.get("qty"), shares_of(raw.get("filled_qty"), "order filled_qty")
    quantity = shares_of(told, "order qty")
    if told is not None and filled > quantity:
        raise Unreadable(f"an order of {quantity} shares of which {filled} are filled")
    legs, complete = _legs_of(raw.get("legs"))
    status = text_of(raw.get("status"), "order status")
    return BrokerOrder(
        id=text_of(raw.get("id"), "order id"),
        client_order_id=optional_text(raw.get("client_order_id")) or "",
        symbol=optional_text(raw.get("symbol")) or "",
        side=optional_text(raw.get("side")) or "",
        kind=optional_text(raw.get("type")) or optional_text(raw.get("order_type")) or "",
        status=status,
        state=state_of(status),
        is_replaced=status == REPLACED,
        quantity=quantity,
        filled=filled,
        average_price=optional_decimal(raw.get("filled_avg_price"), "order filled_avg_price"),
        limit_price=optional_decimal(raw.get("limit_price"), "order limit_price"),
        stop_price=optional_decimal(raw.get("stop_price"), "order stop_price"),
        submitted_at=moment_or_none(raw.get("submitted_at")),
        legs=legs,
        legs_complete=complete,
        replaces=optional_text(raw.get("replaces")),
        replaced_by=optional_text(raw.get("replaced_by")),
    )


def _legs_of(raws: Any) -> tuple[tuple[BrokerOrder, ...], bool]:
    """Return the legs that can be read, and whether those are all."""
    if not raws:
        return (), raws in (None, [])
    if not isinstance(raws, list):
        return (), False
    legs = rows_read("order", raws, _leg_of)
    return tuple(legs), not legs.unread


def _leg_of(raw: Any) -> BrokerOrder:
    leg = order_of(raw)
    if leg.kind != "limit" and leg.kind not in _STOPS:
        # The leg is neither a stop nor a target, so nobody knows whose row it is.
        raise Unreadable(f"a leg of type {leg.kind or None!r}")
    return leg


def fill_of(raw: Any) -> Fill:
    """Read a FILL activity."""
    raw = object_of(raw, "a fill")
    quantity = decimal_of(raw.get("qty"), "fill qty")
    if quantity <= 0:
        raise Unreadable(f"fill qty cannot be {quantity}")
    return Fill(
        id=text_of(raw.get("id"), "fill id"),
        order_id=text_of(raw.get("order_id"), "fill order_id"),
        symbol=text_of(raw.get("symbol"), "fill symbol"),
        side=side_of(raw.get("side")),
        quantity=quantity,
        price=price_of(raw.get("price"), "fill price"),
        cumulative=decimal_of(raw.get("cum_qty") or 0, "fill cum_qty"),
        at=moment_of(raw.get("transaction_time"), "fill transaction_time"),
    )


def side_of(value: Any) -> str:
    """Return buy or sell for any of the broker's words: sell_short, sell_short_exempt, buy_to_cover and so on."""
    word = text_of(value, "fill side")
    for side in ("buy", "sell"):
        if word == side or word.startswith(f"{side}_"):
            return side
    raise Unreadable(f"fill side is neither bought nor sold: {word[:40]!r}")


def split_of(raw: Any) -> SplitTold | None:
    """Read an executed split; None for one that was cancelled or is being corrected, or for its cash."""
    raw = object_of(raw, "a split")
    if raw.get("status", "executed") != "executed" or (
        not raw.get("qty") and optional_decimal(raw.get("net_amount"), "")
    ):
        return None
    return SplitTold(
        text_of(raw.get("id"), "split id"),
        text_of(raw.get("symbol"), "split symbol"),
        day_of(raw.get("date"), "split date"),
        decimal_of(raw.get("qty"), "split qty"),
    )


def cash_of(raw: Any) -> CashTold | None:
    """Read an activity that moved money; None for one that moved none, or is being corrected."""
    raw = object_of(raw, "an activity")
    amount = decimal_of(raw.get("net_amount") or 0, "activity net_amount")
    status = raw.get("status", "executed")
    if status not in ("executed", "canceled") or not amount:
        return None
    day = day_of(raw.get("date"), "activity date")
    # An activity without a time of its own is taken to be of the middle of its day.
    at = time_of(raw["created_at"], "activity created_at") if raw.get("created_at") else _noon(day)
    return CashTold(
        id=text_of(raw.get("id"), "activity id"),
        kind=text_of(raw.get("activity_type"), "activity type"),
        amount=amount,
        at=at,
        day=day,
        symbol=str(raw.get("symbol") or ""),
        description=str(raw.get("description") or ""),
        sub_kind=optional_text(raw.get("activity_sub_type")) or "",
        order_id=optional_text(raw.get("order_id")) or "",
        quantity=optional_decimal(raw.get("qty"), "activity qty"),
        per_share=optional_decimal(raw.get("per_share_amount"), "activity per_share_amount"),
        canceled=status == "canceled",
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), NEW_YORK)


def actions_of(raw: Any, *kinds: str) -> list[Any]:
    """Return the rows of these kinds out of an answer of corporate actions."""
    actions = object_of(object_of(raw, "corporate actions").get("corporate_actions") or {}, "corporate actions")
    return [row for kind in kinds for row in list_of(actions.get(kind) or [], kind)]


def listed_split_of(raw: Any) -> SplitListed:
    """Read a listed split."""
    raw = object_of(raw, "a listed split")
    new, old = (Fraction(decimal_of(raw.get(name), f"split {name}")) for name in ("new_rate", "old_rate"))
    if new <= 0 or old <= 0:
        raise Unreadable(f"a listed split of {new} for {old}")
    return SplitListed(
        text_of(raw.get("symbol"), "split symbol"), day_of(raw.get("ex_date"), "split ex_date"), new / old
    )


def listed_dividend_of(raw: Any) -> DividendListed:
    """Read a listed cash dividend; without a day of payment the day of processing counts."""
    raw = object_of(raw, "a listed dividend")
    ex_day = day_of(raw.get("ex_date"), "dividend ex_date")
    paid = raw.get("payable_date") or raw.get("process_date")
    return DividendListed(
        text_of(raw.get("symbol"), "dividend symbol"),
        ex_day,
        day_of(paid, "dividend payable_date"),
        decimal_of(raw.get("rate"), "dividend rate"),
    )


# The fields with the old and the new symbol and with their shares, by what the broker lists.
RENAMES = {
    "name_change": ("old_symbol", "new_symbol", "", ""),
    "stock_merger": ("acquiree_symbol", "acquirer_symbol", "acquiree_rate", "acquirer_rate"),
    "stock_and_cash_merger": ("acquiree_symbol", "acquirer_symbol", "acquiree_rate", "acquirer_rate"),
    "cash_merger": ("acquiree_symbol", "", "", ""),
    "spin_off": ("source_symbol", "new_symbol", "source_rate", "new_rate"),
}


def listed_rename_of(kind: str, symbols: Collection[str], raw: Any) -> RenameListed | None:
    """Read what became of a stock; None for a stock nobody asked for, or where only the number on paper changed."""
    raw = object_of(raw, f"a {kind}")
    old_name, new_name, old_rate, new_rate = RENAMES[kind]
    old = text_of(raw.get(old_name), f"{kind} {old_name}")
    if old not in symbols:
        return None
    new = text_of(raw.get(new_name), f"{kind} {new_name}") if new_name else ""
    if new == old:
        return None
    one = Fraction(1)
    before = Fraction(decimal_of(raw.get(old_rate), f"{kind} {old_rate}")) if old_rate else one
    after = Fraction(decimal_of(raw.get(new_rate), f"{kind} {new_rate}")) if new_rate else one
    if before <= 0 or after <= 0:
        raise Unreadable(f"a {kind} of {after} for {before}")
    cash = raw.get("rate" if kind == "cash_merger" else "cash_rate") if "cash" in kind else 0
    paid = Fraction(shares_of(cash, f"{kind} cash")) / before
    return RenameListed(
        kind,
        old,
        new,
        day_of(raw.get("process_date"), f"{kind} process_date"),
        after / before,
        Decimal(paid.numerator) / paid.denominator,
    )


def account_of(raw: Any) -> AccountInfo:
    """Read the account; a sum that cannot be read is None, and what depends on it waits."""
    raw = object_of(raw, "the account")
    blocked = [key for key in ("trading_blocked", "account_blocked", "trade_suspended_by_user") if raw.get(key) is True]
    sums = {
        name: field_read("account", raw, partial(decimal_of, raw.get(name), f"account {name}"))
        for name in ("equity", "last_equity", "cash", "buying_power")
    }
    number = text_of(raw.get("account_number") or raw.get("id"), "account number")
    return AccountInfo(number=number, blocked=", ".join(blocked), **sums)


def position_of(raw: Any) -> BrokerPosition:
    """Read a position; a price that cannot be read is None, and the quantity is negative where it is short."""
    raw = object_of(raw, "a position")
    quantity = decimal_of(raw.get("qty"), "position qty")
    if raw.get("side") == "short":
        quantity = -abs(quantity)
    try:
        price = price_of(raw.get("current_price"), "position current_price")
    except Unreadable:
        price = None
    held = max(Decimal(0), quantity)
    free = optional_decimal(raw.get("qty_available"), "position qty_available")
    free = held if free is None else max(Decimal(0), min(free, held))
    return BrokerPosition(text_of(raw.get("symbol"), "position symbol"), quantity, price, free)


def shares_held_of(raw: Any) -> BrokerShares:
    """Read the account's shares of one symbol; none where it is short."""
    position = position_of(raw)
    return BrokerShares(max(Decimal(0), position.quantity), position.free)


def asset_of(raw: Any) -> AssetInfo:
    """Read a stock of the broker's list."""
    raw = object_of(raw, "an asset")
    return AssetInfo(
        symbol=text_of(raw.get("symbol"), "asset symbol"),
        name=optional_text(raw.get("name")) or "",
        exchange=optional_text(raw.get("exchange")) or "",
        tradable=raw.get("tradable") is True and raw.get("status") == "active",
    )


def latest_trade_of(raw: Any) -> tuple[str, tuple[Decimal, datetime]]:
    """Read a symbol, the price of its newest trade in dollars, and the time of that trade."""
    trade = object_of(raw["trade"], "a trade")
    return raw["symbol"], (price_of(trade.get("p"), "trade p"), moment_of(trade.get("t"), "trade t"))


def hours_of(raw: Any) -> MarketHours:
    """Read the clock's answer."""
    raw = object_of(raw, "the clock")
    if not isinstance(raw.get("is_open"), bool):
        raise Unreadable(f"clock is_open is neither true nor false: {str(raw.get('is_open'))[:40]!r}")
    at, opens, closes = (moment_of(raw.get(name), f"clock {name}") for name in ("timestamp", "next_open", "next_close"))
    return MarketHours(at.astimezone(UTC), raw["is_open"], opens.astimezone(UTC), closes.astimezone(UTC))


def session_of(raw: Any) -> Session:
    """Read a day of the calendar, whose times are New York's."""
    raw = object_of(raw, "a calendar day")
    day = day_of(raw.get("date"), "calendar date")
    opened, closed = (_new_york(day, raw.get(name), f"calendar {name}") for name in ("open", "close"))
    if opened >= closed:
        raise Unreadable(f"a calendar day from {raw.get('open')} to {raw.get('close')}")
    return Session(day, opened, closed)


def _new_york(day: date, value: Any, what: str) -> datetime:
    try:
        return datetime.combine(day, time.fromisoformat(text_of(value, what)), NEW_YORK).astimezone(UTC)
    except ValueError as wrong:
        raise Unreadable(f"{what} is not a time of day: {str(value)[:40]!r}") from wrong


def bar_of(symbol: str, raw: Any) -> RawBar | None:
    """Read a bar; None for one that is impossible: not positive, high below low, or not finite."""
    try:
        bar = RawBar(
            symbol=symbol,
            start=time_of(raw["t"], "bar t"),
            open=decimal_of(raw["o"], "bar o"),
            high=decimal_of(raw["h"], "bar h"),
            low=decimal_of(raw["l"], "bar l"),
            close=decimal_of(raw["c"], "bar c"),
            volume=decimal_of(raw["v"], "bar v"),
        )
    except (KeyError, TypeError, Unreadable):
        return None
    possible = 0 < bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high and bar.volume >= 0
    return bar if possible else None


def time_of(value: Any, what: str) -> datetime:
    """Read a time of market data: REST writes a string, the stream a msgpack Timestamp."""
    return value.to_datetime() if hasattr(value, "to_datetime") else moment_of(value, what)
