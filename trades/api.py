"""Trades over HTTP."""

import django_filters
from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from engine.core.types import Role
from trades.models import Trade
from trades.selectors import trade_detail, trade_payload


class TradePages(CursorPagination):
    ordering = ("-timestamp", "-id")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class TradeFilter(django_filters.FilterSet):
    """`from` and `to` are times (ISO 8601); `to` is exclusive."""

    symbol = django_filters.CharFilter(lookup_expr="iexact", max_length=16)
    role = django_filters.ChoiceFilter(choices=[(role.value, role.value) for role in Role])

    class Meta:
        model = Trade
        fields = ["bot", "symbol", "type", "status", "role"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters["from"] = django_filters.IsoDateTimeFilter(field_name="timestamp", lookup_expr="gte")
        self.filters["to"] = django_filters.IsoDateTimeFilter(field_name="timestamp", lookup_expr="lt")
        for name in ("from", "to"):
            self.filters[name].parent, self.filters[name].model = self, Trade


class TradeViewSet(viewsets.GenericViewSet[Trade]):
    lookup_value_regex = r"\d{1,18}"
    pagination_class = TradePages
    filterset_class = TradeFilter

    def get_queryset(self) -> QuerySet[Trade]:
        return Trade.objects.shown().select_related("bot")

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([trade_payload(trade) for trade in page or []])

    def retrieve(self, request: Request, pk: str) -> Response:
        self.filterset_class = None  # type: ignore[assignment]
        return Response(trade_detail(self.get_object()))
