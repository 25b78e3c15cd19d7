"""Backtests over HTTP: to ask for one, to follow it, and to read what it found."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from bots.models import Bot
from bots.services import NotAllowed
from engine.backtest.html import report_html
from engine.backtest.payloads import BacktestReport
from engine.backtest.report import TABLES, report_completed, report_csv
from engine.backtest.result import COST_NUMBERS, costs_json, costs_read
from engine.brokers.errors import BrokerError
from engine.core.config_json import config_as_json
from engine.core.field_errors import FieldError, nearest_word, shown
from marketdata.clock import market_now, real_now
from research.models import Backtest
from research.payloads import BacktestDetail
from research.services import (
    backtest_ask,
    backtest_cancel,
    backtest_delete,
    backtest_payload,
)
from web.pagination import NUMBERED, numbered_body, numbered_page
from web.query import BodyError, Choice, Numbers, StrictQuery
from web.wake import wake

COSTS = (*COST_NUMBERS, "within_bar")
FIELDS = ("bot", "config", "from", "to", *COSTS)
# The report page loads nothing.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


class BacktestViewSet(StrictQuery, viewsets.GenericViewSet[Backtest]):
    """The backtests people have asked for; the methods' docstrings are what the published schema says of them."""

    lookup_value_regex = "[0-9]{1,18}"
    filter_backends = ()
    answers = {
        "list": (200, "BacktestList"),
        "create": (201, "Backtest"),
        "retrieve": (200, "BacktestDetail"),
        "destroy": (204, None),
        "cancel": (200, "Backtest"),
        "report": (200, "HTML"),
        "export": (200, "CSV"),
    }
    bodies = {"create": "BacktestWanted"}
    conflicts = ("create", "destroy", "report", "export")
    parameters = {
        "list": (
            Numbers("bot", "Only of these bots"),
            Choice("status", "Only in this state", choices=tuple(Backtest.Status.values)),
            *NUMBERED,
        ),
        "export": (Choice("table", "Which of its tables", "trades", choices=TABLES),),
    }

    def get_queryset(self) -> QuerySet[Backtest]:
        """Return all backtests."""
        return Backtest.objects.all()

    def _row(self) -> Backtest:
        row = self.get_queryset().filter(pk=int(self.kwargs["pk"])).first()
        if row is None:
            raise Http404
        return row

    def list(self, request: Request) -> Response:
        """Return the backtests, newest first, without their reports."""
        rows = self.get_queryset().order_by("-id")
        if self.asked["bot"]:
            rows = rows.filter(bot__in=self.asked["bot"])
        if self.asked["status"]:
            rows = rows.filter(status=self.asked["status"])
        page, pages = numbered_page(rows, self.asked)
        return Response(numbered_body(request, self.asked, pages, [backtest_payload(row) for row in page]))

    def create(self, request: Request) -> Response:
        """Ask for a backtest of a bot as it is now, or of any configuration; it runs when a processor is free."""
        data = _body(request.data)
        bot, config = _subject(data)
        row = backtest_ask(
            config=config,
            first=data.get("from"),
            last=data.get("to"),
            costs={name: data.get(name) for name in COSTS},
            bot=bot,
            asked_by=request.user.get_username(),
            now=_now(),
        )
        wake("research.tasks.backtests", queue="backtests")
        return Response(backtest_payload(row), status=status.HTTP_201_CREATED)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Return one backtest with its configuration, costs and report."""
        row = self._row()
        costs = costs_json(costs_read(row.costs))
        report = report_completed(row.result) if row.result is not None else None
        body: BacktestDetail = {**backtest_payload(row), "config": row.config, "costs": costs, "report": report}
        return Response(body)

    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a backtest that has ended."""
        backtest_delete(backtest=self._row())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel a backtest; one that has ended stays as it is."""
        return Response(backtest_payload(backtest_cancel(backtest=self._row(), now=real_now())))

    @action(detail=True, methods=["get"])
    def report(self, request: Request, pk: str) -> HttpResponse:
        """Return the report as one page that needs nothing else."""
        row = self._row()
        answer = HttpResponse(report_html(_result(row)), content_type="text/html; charset=utf-8")
        answer["Content-Security-Policy"] = REPORT_POLICY
        answer["Content-Disposition"] = f'attachment; filename="backtest-{row.pk}.html"'
        return answer

    @action(detail=True, methods=["get"])
    def export(self, request: Request, pk: str) -> HttpResponse:
        """Return one of the report's tables as CSV."""
        row, table = self._row(), self.asked["table"]
        answer = HttpResponse(report_csv(_result(row))[f"{table}.csv"], content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="backtest-{row.pk}-{table}.csv"'
        return answer


def _now() -> datetime:
    """Return market time; while nobody knows it, real time, as a backtest needs no broker."""
    try:
        return market_now()
    except BrokerError:
        return real_now()


def _result(row: Backtest) -> BacktestReport:
    if row.result is None:
        raise NotAllowed(f"it is {row.status}: there is a report once it is done")
    return report_completed(row.result)


def _body(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ParseError("the body must be a JSON object")
    unknown = [name for name in data if name not in FIELDS]
    if unknown:
        raise BodyError(
            *(
                FieldError(shown(name), "is not known here", None, ", ".join(FIELDS), nearest_word(name, FIELDS))
                for name in unknown[:10]
            )
        )
    return data


def _subject(data: dict[str, Any]) -> tuple[Bot | None, Any]:
    """Return the bot, if one is named, and the configuration to run."""
    number, config = data.get("bot"), data.get("config")
    bot = None
    if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63:
        bot = Bot.objects.filter(pk=number).first()
    if number is not None and bot is None:
        raise BodyError(FieldError("bot", "must be the number of a bot", shown(number)))
    if (bot is None) == (config is None):
        raise BodyError(FieldError("bot", "name a bot, or send a configuration in `config`; not both"))
    return bot, config_as_json(bot.config()) if bot is not None else config
