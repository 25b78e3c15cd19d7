"""Positions over HTTP, and closing them."""

from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import CombinedExpression, OrderBy
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from engine.core.field_errors import ConfigError
from engine.live.closing import position_close_request
from engine.live.levels import levels_move_request
from marketdata.clock import market_now
from marketdata.selectors import last_prices
from positions.models import Position
from positions.wanted import close_read, levels_read
from trades.analytics import now_of_the_market
from trades.payloads import PositionDetail
from trades.selectors import (
    position_trades,
    position_view,
    position_views,
    positions_by_gain,
    positions_summary,
    trade_payload,
)
from web.pagination import NUMBERED, Chained, numbered_body, numbered_page
from web.query import BodyError, Choice, Numbers, StrictQuery, Symbols
from web.wake import wake

KEY_LENGTH = 64


# What the database can sort by; the result at today's prices is sorted here.
ORDERS: dict[str, F | CombinedExpression] = {
    "opened_at": F("opened_at"),
    "symbol": F("symbol"),
    "quantity": F("quantity"),
    "cost": CombinedExpression(F("quantity"), "*", F("entry_price")),
    "realized_pnl": F("realized_pnl"),
    "closed_at": F("closed_at"),
}
ORDERINGS = tuple(sign + name for name in (*ORDERS, "unrealized_pnl") for sign in ("", "-"))
BOTS = Numbers("bot", "Only of these bots")
SYMBOLS = Symbols("symbol", "Only in these symbols")


class PositionViewSet(StrictQuery, viewsets.GenericViewSet[Position]):
    lookup_value_regex = "[0-9]{1,18}"
    filter_backends = ()
    answers = {
        "list": (200, "PositionList"),
        "retrieve": (200, "PositionDetail"),
        "summary": (200, "PositionSummary"),
        "close": (202, "Position"),
        "levels": (202, "Position"),
    }
    headers_read = {"close": {"Idempotency-Key": "The same one never sells twice"}}
    bodies = {"close": "PositionCloseWanted", "levels": "PositionLevelsWanted"}
    conflicts = ("close", "levels")
    parameters = {
        "list": (
            BOTS,
            SYMBOLS,
            Choice("is_open", "Only held ones, or only closed ones", choices=("true", "false")),
            Choice("ordering", "What to sort by; - for the largest first", "-opened_at", choices=ORDERINGS),
            *NUMBERED,
        ),
        "summary": (BOTS, SYMBOLS),
    }

    def get_queryset(self) -> QuerySet[Position]:
        return Position.objects.select_related("bot")

    def list(self, request: Request) -> Response:
        rows, pages = numbered_page(self._sorted(self._found(self.asked["is_open"])), self.asked)
        prices = last_prices(sorted({position.symbol for position in rows if position.is_open}))
        return Response(numbered_body(request, self.asked, pages, position_views(rows, prices)))

    def retrieve(self, request: Request, pk: str) -> Response:
        position = self.get_object()
        trades = [trade_payload(trade) for trade in position_trades(position)]
        body: PositionDetail = {**position_view(position), "trades": trades}
        return Response(body)

    @action(detail=False, methods=["get"])
    def summary(self, request: Request) -> Response:
        """The open positions in figures, and what was realised today."""
        asked = self.asked
        return Response(positions_summary(bots=asked["bot"], symbols=asked["symbol"], now=now_of_the_market()))

    def _found(self, is_open: str | None) -> QuerySet[Position]:
        found = self.get_queryset()
        if is_open:
            found = found.filter(is_open=is_open == "true")
        if self.asked["bot"]:
            found = found.filter(bot__in=self.asked["bot"])
        return found.filter(symbol__in=self.asked["symbol"]) if self.asked["symbol"] else found

    def _sorted(self, found: QuerySet[Position]) -> Any:
        name, descending = self.asked["ordering"].removeprefix("-"), self.asked["ordering"].startswith("-")
        if name == "unrealized_pnl":
            closed = found.filter(is_open=False).order_by("-pk" if descending else "pk")
            return Chained(positions_by_gain(found.filter(is_open=True), descending=descending), closed)
        # Those without a value come last in both directions; said only where there may be any, for PostgreSQL finds no
        # index for it.
        nulls_last = True if name == "closed_at" else None
        first = OrderBy(ORDERS[name], descending=descending, nulls_last=nulls_last)
        return found.order_by(first, "-pk" if descending else "pk")

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Sell the position at the market, or so many shares of it; the same Idempotency-Key never sells twice.

        Without a body, or without `quantity`, all of it is sold. Of a part, the rest stays held and keeps its stop.
        """
        position: Position = self.get_object()
        try:
            quantity = close_read(request.data)
        except ConfigError as wrong:
            raise BodyError(*wrong.errors) from None
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > KEY_LENGTH:
            raise ParseError(f"Idempotency-Key must be at most {KEY_LENGTH} characters")
        user = request.user.get_username()
        position_close_request(
            position=position,
            by=user,
            now=market_now(),
            quantity=quantity,
            # One key for two positions is two requests.
            request_key=f"{request.user.pk}:{position.pk}:{key}" if key else None,
        )
        wake("engine.tasks.exits_go_on")
        return Response(position_view(position), status=status.HTTP_202_ACCEPTED)

    @action(detail=True, methods=["post"])
    def levels(self, request: Request, pk: str) -> Response:
        """Have the stop or target moved at the broker; until it has, the position says where it is wanted."""
        position: Position = self.get_object()
        try:
            wanted = levels_read(request.data)
        except ConfigError as wrong:
            raise BodyError(*wrong.errors) from None
        position = levels_move_request(position=position, levels=wanted, by=request.user.get_username())
        return Response(position_view(position), status=status.HTTP_202_ACCEPTED)
