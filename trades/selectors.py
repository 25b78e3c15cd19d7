"""Reading trades."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from engine.core.money import booked
from engine.core.orders import WORKING
from engine.core.schedule import NEW_YORK
from engine.core.types import Role
from marketdata.selectors import last_prices
from positions.models import Position, ShareChange
from positions.payloads import PositionPayload, Protection
from positions.selectors import Prices, open_pnl, position_payload, ratio, text, unrealized
from trades.models import CashPart, Execution, ForeignFill, Trade
from trades.notes import note_payload
from trades.payloads import PositionSummary, TradeDetail, TradePayload

# Shares for which a stop rests, and of stops that are being cancelled.
NO_STOP = (Decimal(0), Decimal(0))


def trade_payload(trade: Trade) -> TradePayload:
    """A trade as the page gets it, JSON-ready."""
    return {
        "id": trade.pk,
        "bot": trade.bot_id,
        "bot_name": trade.bot.name,
        "symbol": trade.symbol,
        "type": trade.type,
        "role": trade.role,
        "quantity": text(trade.quantity),
        "filled_quantity": text(trade.booked_quantity),
        "price": text(trade.price),
        "decision_price": text(trade.decision_price),
        "stop_price": text(trade.stop_price),
        "limit_price": text(trade.limit_price),
        "timestamp": trade.timestamp.isoformat(),
        "created_at": trade.created_at.isoformat(),
        "status": trade.status,
        "state": trade.state,
        "reason": trade.error or trade.reason,
        "cause": trade.cause,
        "profit_loss": text(trade.profit_loss),
        "commission": text(trade.commission),
        "slippage": text(trade.slippage),
        "order_id": trade.order_id,
        "client_order_id": trade.client_order_id,
        "indicators_snapshot": trade.indicators_snapshot,
    }


def shares_traded(symbol: str, since: datetime) -> Decimal:
    """Shares bought less those sold since a time, by bots and by hand."""
    bots = Execution.objects.filter(trade__symbol=symbol, at__gte=since).values_list("trade__type", "quantity")
    by_hand = ForeignFill.objects.filter(symbol=symbol, at__gte=since, price__gt=0).values_list("side", "quantity")
    return sum((quantity if side == "buy" else -quantity for side, quantity in [*bots, *by_hand]), Decimal(0))


def trade_detail(trade: Trade) -> TradeDetail:
    """A trade with the fills it was made of, what it was decided from, and the legs that rest for it."""
    decision = trade.decision
    return {
        **trade_payload(trade),
        "executions": [
            {
                "id": row.pk,
                "activity_id": row.activity_id,
                "quantity": text(row.quantity),
                "price": text(row.price),
                "profit_loss": text(row.profit_loss),
                "at": row.at.isoformat(),
            }
            for row in trade.executions.all()
        ],
        "version": trade.version.number if trade.version else None,
        "decision": {
            "sentence": decision.sentence,
            "values": decision.values,
            "votes": decision.votes,
            "checks": decision.checks,
            "bar_end": decision.bar_end.isoformat() if decision.bar_end else None,
        }
        if decision
        else None,
        "parent_id": trade.parent_id,
        "note": note_payload(getattr(trade, "note", None)),
        "legs": [trade_payload(leg) for leg in trade.legs.select_related("bot").order_by("pk")],
    }


def position_trades(position: Position) -> QuerySet[Trade]:
    """The trades a position was made of, oldest first.

    Where one position ends and the next begins at the same moment, sales belong to the older and purchases to the
    newer.
    """
    fills = Execution.objects.filter(trade__bot=position.bot_id, trade__symbol=position.symbol)
    bought = Q(trade__type="buy", at__gte=position.opened_at)
    sold = Q(trade__type="sell", at__gt=position.opened_at)
    if position.closed_at is not None:
        bought &= Q(at__lt=position.closed_at) | Q(at=position.opened_at)
        sold = (sold & Q(at__lte=position.closed_at)) | Q(trade__type="sell", at=position.closed_at)
    ids = fills.filter(bought | sold).values("trade_id")
    return Trade.objects.filter(pk__in=ids).select_related("bot").order_by("timestamp", "pk")


def trades_filled_since(start: datetime) -> QuerySet[Trade]:
    return Trade.objects.filter(timestamp__gte=start, booked_quantity__gt=0)


def position_protection(position: Position) -> Protection:
    """protected: a stop for all shares rests at the broker. unmanaged: the same, of a bot that is stopped.

    cancelling: stops rest for all of them, but some are being cancelled. unprotected: for some shares none rests
    """
    place = (position.bot_id, position.symbol)
    return _protection(position, *_covered([position]).get(place, NO_STOP))


def stop_covers(stop: Trade) -> Decimal:
    """Shares a stop rests for. Of a pair of stop and target the broker takes what the target sold off the stop."""
    left = _left_by_targets([stop]).get(stop.parent_id or 0)
    return stop.remaining if left is None else min(stop.remaining, left)


def stop_is_of(stop: Trade, position: Position) -> bool:
    """One at another price is of other shares: they were split, and the broker has not cancelled it."""
    return position.stop_loss_price in (None, stop.stop_price)


def position_is_closing(position: Position) -> bool:
    return (
        position.is_open
        and Trade.objects.filter(bot=position.bot_id, symbol=position.symbol, role=Role.EXIT).unfinished().exists()
    )


def position_view(position: Position, prices: Prices | None = None) -> PositionPayload:
    """A position with what the orders around it say, JSON-ready."""
    return position_payload(
        position, prices, protection=position_protection(position), closing=position_is_closing(position)
    )


def position_views(positions: Sequence[Position], prices: Prices) -> list[PositionPayload]:
    """Many positions at once: the orders around all of them are read together."""
    held = [position for position in positions if position.is_open]
    covered, closing = _covered(held), _closing(held)
    views = []
    for position in positions:
        place = (position.bot_id, position.symbol)
        protection = _protection(position, *covered.get(place, NO_STOP))
        views.append(
            position_payload(position, prices, protection=protection, closing=position.is_open and place in closing)
        )
    return views


def positions_unprotected(held: Sequence[Position]) -> int:
    """How many of these open positions have no stop for all their shares."""
    covered = _covered(held)
    shares = (covered.get((position.bot_id, position.symbol), NO_STOP)[0] for position in held)
    return sum(stopped < position.quantity for position, stopped in zip(held, shares, strict=True))


def _protection(position: Position, covered: Decimal, cancelling: Decimal) -> Protection:
    if covered < position.quantity:
        return "unprotected" if covered + cancelling < position.quantity else "cancelling"
    return "unmanaged" if position.bot.status == "stopped" else "protected"


def _covered(held: Sequence[Position]) -> dict[tuple[int, str], tuple[Decimal, Decimal]]:
    """By bot and symbol, shares for which a stop rests at the broker, and those of stops that are being cancelled."""
    stops = Trade.objects.filter(
        bot__in={position.bot_id for position in held}, role=Role.STOP, state__in=WORKING, order_id__isnull=False
    )
    positions = {(position.bot_id, position.symbol): position for position in held}
    left = _left_by_targets(stops)
    found: dict[tuple[int, str], tuple[Decimal, Decimal]] = {}
    for stop in stops:
        place = (stop.bot_id, stop.symbol)
        if place not in positions or not stop_is_of(stop, positions[place]):
            continue
        covers = min(stop.remaining, left.get(stop.parent_id or 0, stop.remaining))
        rests, cancelling = found.get(place, NO_STOP)
        is_cancelled = stop.cancel_requested_at is not None
        found[place] = (rests, cancelling + covers) if is_cancelled else (rests + covers, cancelling)
    return found


def _left_by_targets(stops: Iterable[Trade]) -> dict[int, Decimal]:
    """By the order that stop and target belong to, the shares its target has left; only where it has sold some."""
    parents = {stop.parent_id for stop in stops if stop.parent_id is not None}
    if not parents:
        return {}
    targets = Trade.objects.filter(Q(parent__in=parents) | Q(pk__in=parents), role=Role.TARGET, filled_quantity__gt=0)
    return {
        target.parent_id or target.pk: (target.parent or target).quantity - target.filled_quantity
        for target in targets.select_related("parent")
    }


def _closing(held: Sequence[Position]) -> set[tuple[int, str]]:
    exits = Trade.objects.filter(bot__in={position.bot_id for position in held}, role=Role.EXIT).unfinished()
    return set(exits.values_list("bot_id", "symbol"))


def positions_by_gain(open_ones: QuerySet[Position], *, descending: bool) -> list[Position]:
    """Sorted by what they would gain at the newest prices; those without a price come last."""
    held = list(open_ones)
    prices = last_prices(sorted({position.symbol for position in held}))
    priced = [position for position in held if position.symbol in prices]
    priced.sort(key=lambda position: (unrealized(position, prices), position.pk), reverse=descending)
    others = [position for position in held if position.symbol not in prices]
    return [*priced, *others]


def positions_summary(*, bots: Sequence[int], symbols: Sequence[str], now: datetime) -> PositionSummary:
    """The open positions in figures and what was realised today, fees and dividends included; JSON-ready.

    now: market time
    """
    held = Position.objects.held()
    fills = Execution.objects.filter(at__gte=_day_start(now), at__lte=now, profit_loss__isnull=False)
    earned = CashPart.objects.filter(at__gte=_day_start(now), at__lte=now, bot__isnull=False)
    given_up = ShareChange.objects.filter(at__gte=_day_start(now), at__lte=now)
    if bots:
        held, fills, earned = held.filter(bot__in=bots), fills.filter(trade__bot__in=bots), earned.filter(bot__in=bots)
        given_up = given_up.filter(position__bot__in=bots)
    if symbols:
        held, fills = held.filter(symbol__in=symbols), fills.filter(trade__symbol__in=symbols)
        earned, given_up = earned.filter(symbol__in=symbols), given_up.filter(position__symbol__in=symbols)
    positions = list(held)
    prices = last_prices(sorted({position.symbol for position in positions}))
    cost = sum((booked(position.cost) for position in positions), Decimal(0))
    gain = open_pnl(positions, prices)
    realized = sum((profit for profit in fills.values_list("profit_loss", flat=True) if profit), Decimal(0))
    realized += sum(earned.values_list("amount", flat=True), Decimal(0))
    realized -= sum(given_up.values_list("cost", flat=True), Decimal(0))
    return {
        "open_positions": len(positions),
        "market_value": text(cost + gain),
        "cost": text(cost),
        "unrealized_pnl": text(gain),
        "unrealized_pnl_pct": text(ratio(gain, cost)),
        "realized_today": text(realized),
        "unprotected": positions_unprotected(positions),
    }


def _day_start(now: datetime) -> datetime:
    """Midnight in New York."""
    return now.astimezone(NEW_YORK).replace(hour=0, minute=0, second=0, microsecond=0)
