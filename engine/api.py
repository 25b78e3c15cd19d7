"""The account, the market and the product's health over HTTP."""

from typing import Any

from django.http import Http404
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bots.models import Bot
from engine.core.config import ConfigError
from engine.core.decide import REASONS
from engine.core.field_errors import FieldError, nearest_word, shown
from engine.core.renaming import renaming_read
from engine.insist import insist
from engine.live.flatten import halt_close, halt_payload
from engine.live.health import OK, database_is_alive, health_of_components, is_ready
from engine.live.overview import summary
from engine.live.symbol_change import symbol_rename
from engine.live.watch import status_now
from engine.models import Decision, Halt
from engine.payloads import ACTIONS, Health
from engine.selectors import decision_payload, halts_active
from engine.services import halt_clear, halt_set
from marketdata.clock import real_now
from positions.selectors import rename_payload
from web.keyset import Order, page_body, page_read
from web.pagination import listed
from web.query import BodyError, Choice, Moment, Numbers, StrictQuery, Symbols, Whole, Words
from web.wake import wake

HALT_FIELDS = ("bot", "reason", "close_positions")
LONGEST_REASON = 300
NEWEST_FIRST = Order("id", "pk", int, descending=True)


class SummaryView(StrictQuery, APIView):
    answers = {"get": (200, "Summary")}

    def get(self, request: Request) -> Response:
        return Response(summary())


class MarketStatusView(StrictQuery, APIView):
    answers = {"get": (200, "MarketStatus")}

    def get(self, request: Request) -> Response:
        return Response(status_now())


class DecisionsView(StrictQuery, APIView):
    answers = {"get": (200, "DecisionPage")}
    parameters = {
        "get": (
            Numbers("bot", "Only of these bots"),
            Symbols("symbol", "Only about these symbols"),
            Choice("action", "Only what came to this", choices=ACTIONS),
            Choice("reason", "Only for this reason", choices=REASONS),
            Whole("version", "Only of this version of the bot's configuration", most=1_000_000),
            Moment("since", "Decided at or after this time, or on or after this New York day"),
            Moment("until", "Decided before this time, or on or before this New York day", ends=True),
            Whole("page_size", "Decisions on a page", 50, most=200),
            Words("cursor", "The page, as `next` and `previous` name it", longest=400),
        )
    }

    def get(self, request: Request) -> Response:
        """What was decided and why, newest first; equal consecutive outcomes of a bot and symbol are one row."""
        asked = self.asked
        found = Decision.objects.select_related("bot", "version").matching(
            bots=asked["bot"],
            symbols=asked["symbol"],
            action=asked["action"],
            reason=asked["reason"],
            version=asked["version"],
            since=asked["since"],
            until=asked["until"],
        )
        page = page_read(found, NEWEST_FIRST, asked["cursor"], asked["page_size"])
        return Response(page_body(request, page, [decision_payload(decision) for decision in page.rows]))


class SymbolRenameView(StrictQuery, APIView):
    # As a view set has it: only an admin may.
    action = "rename"
    admin_actions = ("rename",)
    answers = {"rename": (200, "SymbolRename")}
    bodies = {"rename": "SymbolRenameWanted"}
    conflicts = ("rename",)

    def post(self, request: Request) -> Response:
        """A stock has another symbol: positions, orders and bots go on under it, if the account bears that out."""
        if not isinstance(request.data, dict):
            raise ParseError("the body must be a JSON object")
        try:
            renaming = renaming_read(request.data)
        except ConfigError as wrong:
            raise BodyError(*wrong.errors) from None
        taken = symbol_rename(renaming, by=request.user.get_username())
        wake("engine.tasks.exits_go_on")
        return Response(rename_payload(taken))


class HaltViewSet(StrictQuery, viewsets.GenericViewSet[Halt]):
    lookup_value_regex = "[0-9]{1,18}"
    filter_backends = ()
    answers = {"list": (200, "HaltList"), "create": (201, "Halt"), "clear": (200, "Halt")}
    bodies = {"create": "HaltWanted"}

    def list(self, request: Request) -> Response:
        """Every halt that is in force."""
        return Response(listed([halt_payload(halt) for halt in halts_active()]))

    def create(self, request: Request) -> Response:
        """No entries from now on, of one bot or, where `bot` is null, of all; cancels and exits pass.

        With `close_positions` whatever is held while the halt stands is sold; `positions_left` says how far that is.
        """
        wanted = _halt_wanted(request.data)
        halt = insist(lambda: halt_set(**wanted, set_by=request.user.get_username()))
        left = halt_payload(halt)
        if halt.close_positions:
            # It stands: where the broker does not answer now, the sweeper goes on with it.
            halt_close(halt)
            wake("engine.tasks.exits_go_on")
        return Response(left, status=status.HTTP_201_CREATED)

    @action(detail=True, methods=["post"])
    def clear(self, request: Request, pk: str) -> Response:
        """Lift a halt; lifted before, it stays so."""
        halt = Halt.objects.filter(pk=int(pk)).select_related("bot").first()
        if halt is None:
            raise Http404
        insist(lambda: halt_clear(halt=halt, cleared_by=request.user.get_username(), now=real_now()))
        return Response(halt_payload(halt))


def _halt_wanted(data: Any) -> dict[str, Any]:
    """The bot, the reason and what becomes of positions, of a body. Raises BodyError naming every fault."""
    if not isinstance(data, dict):
        raise ParseError("the body must be a JSON object")
    errors = [
        FieldError(
            shown(name), "is not known here", shown(data[name]), ", ".join(HALT_FIELDS), nearest_word(name, HALT_FIELDS)
        )
        for name in data
        if name not in HALT_FIELDS
    ]
    number, reason = data.get("bot"), data.get("reason")
    bot = None
    if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63:
        bot = Bot.objects.existing().filter(pk=number).first()
    if number is not None and bot is None:
        errors.append(FieldError("bot", "must be the number of a bot, or null for all", shown(number)))
    text = reason.strip() if isinstance(reason, str) else ""
    if not 1 <= len(text) <= LONGEST_REASON or not text.isprintable():
        right = f"1 to {LONGEST_REASON} printable characters"
        errors.append(FieldError("reason", f"must have {right}", shown(reason), right))
    close = data.get("close_positions", False)
    if not isinstance(close, bool):
        errors.append(FieldError("close_positions", "must be true or false", shown(close), "true, false"))
    if errors:
        raise BodyError(*errors)
    return {"bot": bot, "reason": text, "close_positions": close}


class PublicView(APIView):
    """For whoever watches the product: no login, no limit, and nothing about money."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()


class HealthView(PublicView):
    """Every component by name. 503 only where this process can do nothing at all."""

    answers = {"get": (200, "Health")}

    def get(self, request: Request) -> Response:
        """`degraded` means that something is late or missing; `components` says what."""
        components = health_of_components()
        return Response(_health(components), status=200 if components["database"] == OK else 503)


class ReadyView(PublicView):
    """May it trade? For monitors. Whoever balances loads asks /health/live: page and halt are served all the while."""

    answers = {"get": (200, "Health")}

    def get(self, request: Request) -> Response:
        """503 while nothing would be bought, with every component by name."""
        components = health_of_components()
        return Response(_health(components), status=200 if is_ready(components) else 503)


class LiveView(PublicView):
    """This process and its database: for compose, Kubernetes and load balancers."""

    answers = {"get": (200, "Health")}

    def get(self, request: Request) -> Response:
        """503 while this process can serve nobody."""
        state = database_is_alive()
        return Response(_health({"database": state}), status=200 if state == OK else 503)


def _health(components: dict[str, str]) -> Health:
    well = all(state == OK for state in components.values())
    return {"status": "ok" if well else "degraded", "components": components}
