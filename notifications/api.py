"""What people were told, over HTTP."""

from datetime import datetime

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from notifications.models import Alert
from notifications.selectors import alert_payload
from web.keyset import Order, page_body, page_read
from web.query import Choice, StrictQuery, Whole, Words

NEWEST_FIRST = Order("-began_at", "began_at", datetime, descending=True)
STATES = ("standing", "ended")


class AlertsView(StrictQuery, APIView):
    answers = {"get": (200, "AlertPage")}
    parameters = {
        "get": (
            Choice("state", "Only what goes on, or only what is over", choices=STATES),
            Whole("page_size", "Alerts on a page", 50, most=200),
            Words("cursor", "The page, as `next` and `previous` name it", longest=400),
        )
    }

    def get(self, request: Request) -> Response:
        """What people were told, newest first: news, and trouble with when it began and ended."""
        found = Alert.objects.all()
        if self.asked["state"]:
            found = found.filter(ended_at__isnull=self.asked["state"] == "standing")
        page = page_read(found, NEWEST_FIRST, self.asked["cursor"], self.asked["page_size"])
        return Response(page_body(request, page, [alert_payload(alert) for alert in page.rows]))
