"""The account over HTTP: its sums, its course, and what moved its money without a trade."""

from datetime import datetime

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from trades.account_cash import TRANSFERS
from trades.account_equity import account_curve
from trades.account_view import account_payload, activity_payloads
from trades.analytics import now_of_the_market
from trades.models import AccountCash
from trades.ranges import RANGES
from web.keyset import Order, page_body, page_read
from web.query import Choice, StrictQuery, Whole, Words

NEWEST_FIRST = Order("-at", "at", datetime, descending=True)


class AccountView(StrictQuery, APIView):
    answers = {"get": (200, "Account")}

    def get(self, request: Request) -> Response:
        """What the broker last said of the account."""
        return Response(account_payload())


class AccountActivitiesView(StrictQuery, APIView):
    answers = {"get": (200, "ActivityPage")}
    parameters = {
        "get": (
            Choice(
                "money", "Only what people brought or took, or only what is a result", choices=("transfers", "results")
            ),
            Whole("page_size", "Activities on a page", 50, most=200),
            Words("cursor", "The page, as `next` and `previous` name it", longest=400),
        )
    }

    def get(self, request: Request) -> Response:
        """Money that came to the account or left it without a trade, newest first, and whose it is."""
        found = AccountCash.objects.all()
        if self.asked["money"] == "transfers":
            found = found.filter(kind__in=TRANSFERS)
        elif self.asked["money"] == "results":
            found = found.exclude(kind__in=TRANSFERS)
        page = page_read(found, NEWEST_FIRST, self.asked["cursor"], self.asked["page_size"])
        return Response(page_body(request, page, activity_payloads(page.rows)))


class AccountEquityView(StrictQuery, APIView):
    answers = {"get": (200, "AccountEquity")}
    parameters = {"get": (Choice("range", "How far back", "1M", choices=tuple(RANGES)),)}

    def get(self, request: Request) -> Response:
        """The course of the whole account's equity, free of deposits and withdrawals."""
        return Response(account_curve(range=self.asked["range"], now=now_of_the_market()))
