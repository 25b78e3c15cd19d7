"""The account, the market and the product's health over HTTP."""

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from engine.live.health import health_of_components
from engine.live.overview import summary
from engine.live.watch import status_now
from tradingbot.http.query import StrictQuery


class SummaryView(StrictQuery, APIView):
    def get(self, request: Request) -> Response:
        return Response(summary())


class MarketStatusView(StrictQuery, APIView):
    def get(self, request: Request) -> Response:
        return Response(status_now())


class HealthView(APIView):
    """For whoever watches the product: every component by name. Says nothing about money.

    503 only where this process can do nothing at all; `degraded` means that something is late or missing.
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    def get(self, request: Request) -> Response:
        components = health_of_components()
        healthy = all(state == "ok" for state in components.values())
        body = {"status": "ok" if healthy else "degraded", "components": components}
        return Response(body, status=200 if components["database"] == "ok" else 503)
