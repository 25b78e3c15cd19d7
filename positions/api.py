"""Positions over HTTP, and closing them."""

import django_filters
from celery import current_app
from django.db.models import QuerySet
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from engine.live.closing import position_close_request
from marketdata.clock import market_now
from marketdata.selectors import last_prices
from positions.models import Position
from trades.selectors import position_view

KEY_LENGTH = 64


class PositionFilter(django_filters.FilterSet):
    symbol = django_filters.CharFilter(lookup_expr="iexact", max_length=16)
    # A boolean filter would read anything else as "both".
    is_open = django_filters.TypedChoiceFilter(
        choices=[("true", "true"), ("false", "false")], coerce=lambda value: value == "true"
    )

    class Meta:
        model = Position
        fields = ["bot", "symbol", "is_open"]


class PositionViewSet(viewsets.GenericViewSet[Position]):
    lookup_value_regex = r"\d{1,18}"
    filterset_class = PositionFilter

    def get_queryset(self) -> QuerySet[Position]:
        return Position.objects.select_related("bot")

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        prices = last_prices(sorted({position.symbol for position in page}))
        return self.get_paginated_response([position_view(position, prices) for position in page])

    def retrieve(self, request: Request, pk: str) -> Response:
        self.filterset_class = None  # type: ignore[assignment]
        return Response(position_view(self.get_object()))

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Sell the whole position at the market. The same Idempotency-Key never sells twice."""
        self.filterset_class = None  # type: ignore[assignment]
        position: Position = self.get_object()
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > KEY_LENGTH:
            raise ParseError(f"Idempotency-Key must be at most {KEY_LENGTH} characters")
        user = request.user.get_username()
        position_close_request(
            position=position,
            by=user,
            now=market_now(),
            # One key for two positions is two requests.
            request_key=f"{request.user.pk}:{position.pk}:{key}" if key else None,
        )
        current_app.send_task("engine.tasks.exits_go_on")
        return Response(position_view(position), status=status.HTTP_202_ACCEPTED)
