"""Trades over HTTP."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django_filters.fields import IsoDateTimeField
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


class MomentField(IsoDateTimeField):
    def to_python(self, value: Any) -> datetime | None:
        moment: datetime | None = super().to_python(value)
        try:
            return moment.astimezone(UTC) if moment is not None else None
        except OverflowError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class MomentFilter(django_filters.IsoDateTimeFilter):
    """A time that exists in UTC as well: year 1 east of Greenwich does not."""

    field_class = MomentField


class TradeFilter(django_filters.FilterSet):
    """`from` and `to` are times (ISO 8601); `to` is exclusive."""

    symbol = django_filters.CharFilter(lookup_expr="iexact", max_length=16)
    role = django_filters.ChoiceFilter(choices=[(role.value, role.value) for role in Role])

    class Meta:
        model = Trade
        fields = ["bot", "symbol", "type", "status", "role"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters["from"] = MomentFilter(field_name="timestamp", lookup_expr="gte")
        self.filters["to"] = MomentFilter(field_name="timestamp", lookup_expr="lt")
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
