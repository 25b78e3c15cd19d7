"""Trades over HTTP: the log, one of them, their statistics, and all of them as CSV."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from engine.core.config import ConfigError
from engine.core.schedule import NEW_YORK
from engine.core.types import Role
from engine.live.cancelling import STAYS, entry_cancel_request
from trades.analytics import analytics, now_of_the_market
from trades.export import trades_csv
from trades.exposure import exposure
from trades.models import Trade
from trades.notes import TAG, TAG_RIGHT, note_payload, note_read, note_set
from trades.payloads import WorkingOrder
from trades.ranges import RANGES
from trades.selectors import trade_detail, trade_payload
from trades.statistics import trade_stats
from web.keyset import Order, order_of, page_body, page_read
from web.pagination import listed
from web.query import BodyError, Choice, Moment, Numbers, StrictQuery, Symbols, Whole, Words


class TagFilter(Words):
    """A tag, as it is noted about a trade."""

    def read(self, text: str) -> str:
        if not TAG.fullmatch(text):
            raise self.wrong(text, f"must be {TAG_RIGHT}, was {text[:30]!r}", TAG_RIGHT)
        return text


# name → the column, what it holds, whether it may be empty
ORDERS: dict[str, tuple[str, type, bool]] = {
    "timestamp": ("timestamp", datetime, False),
    "symbol": ("symbol", str, False),
    "type": ("type", str, False),
    "quantity": ("quantity", Decimal, False),
    "price": ("price", Decimal, True),
    "profit_loss": ("profit_loss", Decimal, True),
    "status": ("status", str, False),
    "bot": ("bot__name", str, False),
}
ORDERINGS = tuple(sign + name for name in ORDERS for sign in ("", "-"))
BOTS = Numbers("bot", "Only of these bots")
SYMBOLS = Symbols("symbol", "Only in these symbols")
FILTERS = (
    Moment("from", "Decided at or after this time, or on or after this New York day"),
    Moment("to", "Decided before this time, or on or before this New York day", ends=True),
    BOTS,
    SYMBOLS,
    Choice("type", "Only purchases, or only sales", choices=("buy", "sell")),
    Choice("role", "Why the order exists", choices=tuple(role.value for role in Role)),
    Choice("status", "What became of it", choices=tuple(Trade.Status.values)),
    TagFilter("tag", "Only those with this tag", longest=24),
    Choice("ordering", "What to sort by; - for the largest first", "-timestamp", choices=ORDERINGS),
)
PAGE = (
    Whole("page_size", "Trades on a page", 50, most=200),
    Words("cursor", "The page, as `next` and `previous` name it", longest=400),
)
EXPORTED_AT_ONCE = 1000


class TradeViewSet(StrictQuery, viewsets.GenericViewSet[Trade]):
    lookup_value_regex = "[0-9]{1,18}"
    filter_backends = ()
    answers = {
        "list": (200, "TradePage"),
        "retrieve": (200, "TradeDetail"),
        "working": (200, "WorkingOrderList"),
        "cancel": (202, "WorkingOrder"),
        "note": (200, "TradeNote"),
        "stats": (200, "TradeStats"),
        "export": (200, "CSV"),
    }
    bodies = {"note": "TradeNoteWanted"}
    conflicts = ("cancel",)
    parameters = {"list": (*FILTERS, *PAGE), "stats": FILTERS, "export": FILTERS}

    def get_queryset(self) -> QuerySet[Trade]:
        return Trade.objects.shown().select_related("bot")

    def list(self, request: Request) -> Response:
        page = page_read(self._found(), self._order(), self.asked["cursor"], self.asked["page_size"])
        return Response(page_body(request, page, [trade_payload(trade) for trade in page.rows]))

    def retrieve(self, request: Request, pk: str) -> Response:
        trade = self.get_queryset().select_related("version", "decision", "note").filter(pk=int(pk)).first()
        if trade is None:
            raise Http404
        return Response(trade_detail(trade))

    @action(detail=False, methods=["get"])
    def working(self, request: Request) -> Response:
        """Every order that may still fill, stops and targets included, newest first."""
        orders = Trade.objects.working().select_related("bot").order_by("-timestamp", "-pk")
        return Response(listed([_working(trade) for trade in orders]))

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Have a working entry cancelled. It may fill before the broker does so; then its position is protected."""
        trade = Trade.objects.select_related("bot").filter(pk=int(pk)).first()
        if trade is None:
            raise Http404
        trade = entry_cancel_request(trade=trade, by=request.user.get_username())
        return Response(_working(trade), status=status.HTTP_202_ACCEPTED)

    @action(detail=True, methods=["put"])
    def note(self, request: Request, pk: str) -> Response:
        """Note something about a trade, with tags to find it by; an empty note takes away what was noted."""
        trade = Trade.objects.filter(pk=int(pk)).first()
        if trade is None:
            raise Http404
        if not isinstance(request.data, dict):
            raise ParseError("the body must be a JSON object")
        try:
            note = note_read(request.data)
        except ConfigError as wrong:
            raise BodyError(*wrong.errors) from None
        return Response(note_payload(note_set(trade=trade, note=note, by=request.user.get_username())))

    @action(detail=False, methods=["get"])
    def stats(self, request: Request) -> Response:
        """Figures of the trades these filters find."""
        return Response(trade_stats(**self._filters()))

    @action(detail=False, methods=["get"])
    def export(self, request: Request) -> StreamingHttpResponse:
        """All trades these filters find, as CSV."""
        day = now_of_the_market().astimezone(NEW_YORK)
        return StreamingHttpResponse(
            _in_threads(trades_csv(self._pages)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="trades-{day:%Y%m%d}.csv"'},
        )

    def _pages(self) -> Iterator[Sequence[Trade]]:
        token: str | None = ""
        while token is not None:
            page = page_read(self._found(), self._order(), token, EXPORTED_AT_ONCE)
            yield page.rows
            token = page.next

    def _found(self) -> QuerySet[Trade]:
        return Trade.objects.shown().select_related("bot").matching(**self._filters())

    def _filters(self) -> dict[str, Any]:
        asked = self.asked
        return {
            "since": asked["from"],
            "until": asked["to"],
            "bots": asked["bot"],
            "symbols": asked["symbol"],
            "type": asked["type"],
            "role": asked["role"],
            "status": asked["status"],
            "tag": asked["tag"],
        }

    def _order(self) -> Order:
        return order_of(self.asked["ordering"], ORDERS)


def _working(trade: Trade) -> WorkingOrder:
    stays = STAYS.get(Role(trade.role), "")
    return {**trade_payload(trade), "cancelling": trade.cancel_requested_at is not None, "stays": stays}


async def _in_threads(chunks: Iterator[str]) -> AsyncIterator[str]:
    """The server is asynchronous and would collect an ordinary iterator whole before it sends a byte."""

    def following() -> str | None:
        return next(chunks, None)

    while (chunk := await sync_to_async(following)()) is not None:
        yield chunk


class AnalyticsView(StrictQuery, APIView):
    answers = {"get": (200, "Analytics")}
    parameters = {
        "get": (Choice("range", "How far back", "1M", choices=tuple(RANGES)), BOTS, SYMBOLS),
    }

    def get(self, request: Request) -> Response:
        """How the bots have done: the curve of their money, and what it comes to."""
        asked = self.asked
        now = now_of_the_market()
        return Response(analytics(range=asked["range"], bots=asked["bot"], symbols=asked["symbol"], now=now))


class ExposureView(StrictQuery, APIView):
    answers = {"get": (200, "Exposure")}
    parameters = {
        "get": (Choice("range", "How far back", "1M", choices=tuple(RANGES)), BOTS, SYMBOLS),
    }

    def get(self, request: Request) -> Response:
        """What the bots held by symbol, at cost, at the moment of each day when it was most."""
        asked = self.asked
        now = now_of_the_market()
        return Response(exposure(range=asked["range"], bots=asked["bot"], symbols=asked["symbol"], now=now))
