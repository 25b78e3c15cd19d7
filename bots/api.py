"""Bots over HTTP: making, changing, starting and stopping them."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import Http404
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bots.actions import bots_action_read
from bots.models import Bot
from bots.payloads import MOST_BOTS, BotSchema
from bots.selectors import bot_versions
from bots.services import bot_create, bot_rollback, bot_update
from bots.templates import bot_templates
from engine.core.catalogue import indicator_catalogue
from engine.core.config import ConfigError
from engine.core.config_json import CONFIG_FIELDS
from engine.core.field_errors import FieldError
from engine.core.schema import bot_fields, bot_schema
from engine.live.bot_view import FIGURES, bot_view, bot_views, bot_views_by
from engine.live.bulk import bots_act
from engine.live.lifecycle import bot_delete, bot_pause, bot_start, bot_stop
from web.pagination import listed, numbered_body, numbered_page
from web.query import BodyError, Choice, StrictQuery, Whole, Words
from web.wake import wake

READ_ONLY = (
    "id",
    "status",
    "status_reason",
    "created_at",
    "updated_at",
    "last_tick_at",
    "next_tick_at",
    "today",
    "total_pnl",
    "open_positions",
    "win_rate",
    "last_decision",
    "halted",
)


ROW_FIELDS = ("name", "created_at", "status", "capital", "trading_frequency", "last_tick")


class IndicatorsView(StrictQuery, APIView):
    answers = {"get": (200, "IndicatorCatalogue")}

    def get(self, request: Request) -> Response:
        return Response(indicator_catalogue())


class BotViewSet(StrictQuery, viewsets.GenericViewSet[Bot]):
    """A bot is sent and answered as one JSON object, its configuration as in the documentation."""

    lookup_value_regex = "[0-9]{1,18}"
    admin_actions = ("create", "update", "destroy", "rollback")
    filter_backends = ()
    answers = {
        "list": (200, "BotList"),
        "act": (200, "BotActedList"),
        "create": (201, "Bot"),
        "retrieve": (200, "Bot"),
        "update": (200, "Bot"),
        "destroy": (204, None),
        "start": (200, "Bot"),
        "pause": (200, "Bot"),
        "stop": (200, "Bot"),
        "versions": (200, "BotVersionList"),
        "rollback": (200, "Bot"),
        "configuration": (200, "BotSchema"),
    }
    bodies = {
        "create": "BotConfig",
        "update": "BotUpdate",
        "stop": "BotStop",
        "rollback": "BotRollback",
        "act": "BotsAction",
    }
    conflicts = ("update", "rollback", "destroy", "start", "pause", "stop")
    parameters = {
        "list": (
            Choice("status", "Only bots of this status", choices=tuple(Bot.Status.values)),
            Words("search", "Only bots whose name contains this"),
            Choice(
                "ordering",
                "What to sort by; - for the last first",
                "id",
                choices=("id", *(sign + field for field in (*ROW_FIELDS, *FIGURES) for sign in ("", "-"))),
            ),
            Whole("page", "Which page", 1, most=1_000_000),
            Whole("page_size", "Entries on a page", 50, most=MOST_BOTS),
        )
    }

    def get_queryset(self) -> QuerySet[Bot]:
        return Bot.objects.existing().select_related("periodic_task")

    def _bot(self) -> Bot:
        bot = self.get_queryset().filter(pk=int(self.kwargs["pk"])).first()
        if bot is None:
            raise Http404
        return bot

    def list(self, request: Request) -> Response:
        ordering = self.asked["ordering"]
        figure = ordering.removeprefix("-") if ordering.removeprefix("-") in FIGURES else None
        bots = self.get_queryset().order_by("name" if figure else ordering, "id")
        if self.asked["status"]:
            bots = bots.filter(status=self.asked["status"])
        if self.asked["search"]:
            bots = bots.filter(name__icontains=self.asked["search"])
        if figure is None:
            page, pages = numbered_page(bots, self.asked)
            views = bot_views(page)
        else:
            views, pages = numbered_page(
                bot_views_by(list(bots), figure, descending=ordering.startswith("-")), self.asked
            )
        return Response(numbered_body(request, self.asked, pages, views))

    @action(detail=False, methods=["post"])
    def act(self, request: Request) -> Response:
        """Start, pause or stop many bots: each by itself, and told of each."""
        try:
            wanted = bots_action_read(_body(request.data))
        except ConfigError as wrong:
            raise BodyError(*wrong.errors) from None
        bots = list(self.get_queryset().filter(pk__in=wanted.bots).order_by("name", "id"))
        missing = sorted(wanted.bots - {bot.pk for bot in bots})
        if missing:
            raise BodyError(FieldError("bots", "names a bot that is not there; nothing was done", value=missing[0]))
        by = request.user.get_username()
        acted = bots_act(bots=bots, action=wanted.action, close_positions=wanted.close_positions, by=by)
        if wanted.close_positions:
            wake("engine.tasks.exits_go_on")
        return Response(listed(acted))

    @action(detail=False, methods=["get"], url_path="schema")
    def configuration(self, request: Request) -> Response:
        """The table a form is made of, and bots to begin with."""
        body: BotSchema = {"schema": bot_schema(), "fields": bot_fields(), "templates": bot_templates()}
        return Response(body)

    def create(self, request: Request) -> Response:
        bot = bot_create(data=_config(request.data), user=_user(request))
        return Response(bot_view(bot), status=status.HTTP_201_CREATED)

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(bot_view(self._bot()))

    def update(self, request: Request, pk: str) -> Response:
        bot, data = self._bot(), _config(request.data)
        seen = _seen_version(data)
        return Response(bot_view(bot_update(bot=bot, data=data, seen_version=seen, user=_user(request))))

    def destroy(self, request: Request, pk: str) -> Response:
        bot_delete(bot=self._bot())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["get"])
    def versions(self, request: Request, pk: str) -> Response:
        """Every state of the configuration: what it was, who set it and when, newest first."""
        return Response(listed(bot_versions(self._bot())))

    @action(detail=True, methods=["post"])
    def rollback(self, request: Request, pk: str) -> Response:
        """Make the configuration of version `to` the newest one; the versions between stay in the history."""
        bot, data = self._bot(), _config(request.data)
        seen = _seen_version(data)
        return Response(bot_view(bot_rollback(bot=bot, to=data.get("to"), seen_version=seen, user=_user(request))))

    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        return Response(bot_view(bot_start(bot=self._bot())))

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        return Response(bot_view(bot_pause(bot=self._bot())))

    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        close = request.data.get("close_positions", False) if isinstance(request.data, dict) else None
        if not isinstance(close, bool):
            raise ParseError("close_positions must be true or false")
        bot = bot_stop(bot=self._bot(), close_positions=close, by=request.user.get_username())
        if close:
            wake("engine.tasks.exits_go_on")
        return Response(bot_view(bot))


def _seen_version(data: dict[str, Any]) -> int:
    """Take out of a body which version its sender has seen. Raises ConfigError."""
    seen = data.pop("version", None)
    if not isinstance(seen, int) or isinstance(seen, bool):
        raise ConfigError([FieldError("version", "is required: the version that was edited", value=seen)])
    return seen


def _user(request: Request) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _body(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ParseError("the body must be a JSON object")
    return data


def _config(data: Any) -> dict[str, Any]:
    """The configuration in a body; what an answer carries beside it may come back and is left out."""
    return {key: value for key, value in _body(data).items() if key not in READ_ONLY or key in CONFIG_FIELDS}
