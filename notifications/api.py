"""What people were told, over HTTP, and how far each has read."""

from datetime import datetime
from typing import cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from engine.core.field_errors import FieldError, shown, unknown_fields
from notifications.models import Alert
from notifications.selectors import (
    KINDS,
    AlertPage,
    alert_payload,
    alerts_read_payload,
    alerts_read_upto,
    alerts_unread,
)
from notifications.services import alerts_mark_read
from web.keyset import Order, page_body, page_read
from web.query import BodyError, Choice, Numbers, StrictQuery, Symbols, Whole, Words

NEWEST_FIRST = Order("-began_at", "began_at", datetime, descending=True)
STATES = ("standing", "ended", "unread")
_UPTO_RIGHT = "the changed_at of the newest alert that was seen, as 2026-06-02T14:00:00Z"


class AlertsView(StrictQuery, APIView):
    answers = {"get": (200, "AlertPage")}
    parameters = {
        "get": (
            Choice("state", "Only what goes on, what is over, or what you have not read", choices=STATES),
            Choice("level", "Only of this level", choices=tuple(Alert.Level.values)),
            Choice("kind", "Only news, or only of this sort of trouble", choices=KINDS),
            Numbers("bot", "Only about these bots"),
            Symbols("symbol", "Only about these symbols"),
            Whole("page_size", "Alerts on a page", 50, most=200),
            Words("cursor", "The page, as `next` and `previous` name it", longest=400),
        )
    }

    def get(self, request: Request) -> Response:
        """What people were told, newest first: news, and trouble with when it began and ended."""
        person = cast(User, request.user)
        page = page_read(self._found(person), NEWEST_FIRST, self.asked["cursor"], self.asked["page_size"])
        rows = page_body(request, page, [alert_payload(alert) for alert in page.rows])
        body: AlertPage = {**rows, **alerts_read_payload(person)}
        return Response(body)

    def _found(self, person: User) -> QuerySet[Alert]:
        asked, found = self.asked, Alert.objects.all()
        if asked["state"] == "unread":
            found = alerts_unread(alerts_read_upto(person))
        elif asked["state"]:
            found = found.filter(ended_at__isnull=asked["state"] == "standing")
        exactly = {name: asked[name] for name in ("level", "kind") if asked[name]}
        several = {f"{name}__in": asked[name] for name in ("bot", "symbol") if asked[name]}
        return found.filter(**exactly, **several)


class AlertsReadView(StrictQuery, APIView):
    answers = {"post": (200, "AlertsRead")}
    bodies = {"post": "AlertsReadWanted"}
    # How far somebody has read is nobody else's business.
    own_only = True

    def post(self, request: Request) -> Response:
        """Note that you have read everything up to an alert; it never goes back."""
        if not isinstance(request.data, dict):
            raise ParseError("the body must be a JSON object")
        given = request.data.get("upto")
        upto = _moment(given)
        errors = unknown_fields(request.data, ("upto",))
        if upto is None:
            errors.append(FieldError("upto", f"must be {_UPTO_RIGHT}", shown(given), _UPTO_RIGHT))
        if errors or upto is None:
            raise BodyError(*errors)
        person = cast(User, request.user)
        alerts_mark_read(person=person, upto=upto)
        return Response(alerts_read_payload(person))


def _moment(given: object) -> datetime | None:
    try:
        moment = parse_datetime(given) if isinstance(given, str) and len(given) <= 40 else None
        # Near the edges of the calendar no zone can be taken off.
        return moment if moment is not None and moment.tzinfo is not None and 1970 < moment.year < 9000 else None
    except (ValueError, OverflowError):
        return None
