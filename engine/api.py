"""The account, the market and the product's health over HTTP."""

from django.db import DatabaseError, connection
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from engine.live.overview import summary
from engine.live.watch import broker_is_connected, status_now
from engine.selectors import trading_is_ready
from engine.services import broker_account
from marketdata.clock import real_now


class SummaryView(APIView):
    def get(self, request: Request) -> Response:
        return Response(summary())


class MarketStatusView(APIView):
    def get(self, request: Request) -> Response:
        return Response(status_now())


class HealthView(APIView):
    """For whoever watches the product; says nothing about money."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        components = {"database": _database()}
        if components["database"] == "ok":
            account = broker_account()
            components["broker"] = "ok" if broker_is_connected(account, real_now()) else "not connected"
            components["trading"] = "ok" if trading_is_ready(account) else "recovering"
        healthy = all(state == "ok" for state in components.values())
        body = {"status": "ok" if healthy else "degraded", "components": components}
        return Response(body, status=200 if components["database"] == "ok" else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "not reachable"
    return "ok"
