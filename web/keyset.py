"""Pages by the place of their last row: added rows lose and repeat nothing, nor do equals and nulls."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param
from typing_extensions import TypedDict

from engine.core.field_errors import FieldError
from web.query import QueryError

Row = TypeVar("Row", bound=Model)
T = TypeVar("T")
LONGEST_TOKEN = 400


@dataclass(frozen=True)
class Order:
    """What rows are sorted by: a column, its direction, and ids among equals. Rows without a value come last."""

    name: str
    column: str
    kind: type
    descending: bool
    nullable: bool = False

    def rows(self, queryset: QuerySet[Row], *, backwards: bool = False) -> QuerySet[Row]:
        descending = self.descending != backwards
        nulls: dict[str, Any] = {("nulls_first" if backwards else "nulls_last"): True} if self.nullable else {}
        column = F(self.column).desc(**nulls) if descending else F(self.column).asc(**nulls)
        return queryset.order_by(column, "-pk" if descending else "pk")

    def beyond(self, value: Any, pk: int, *, backwards: bool) -> Q:
        """The rows behind the one with this value and id, or before it."""
        sign = "lt" if self.descending != backwards else "gt"
        further = Q(**{f"pk__{sign}": pk})
        missing = Q(**{f"{self.column}__isnull": True})
        if value is None:
            return ~missing | (missing & further) if backwards else missing & further
        past = Q(**{f"{self.column}__{sign}": value}) | (Q(**{self.column: value}) & further)
        return past | missing if self.nullable and not backwards else past

    def value(self, row: Model) -> Any:
        value: Any = row
        for name in self.column.split("__"):
            value = getattr(value, name)
        return value


@dataclass(frozen=True)
class Cursor:
    """A place between two rows, and the direction in which to read on."""

    backwards: bool
    value: Any
    pk: int


@dataclass(frozen=True)
class Page:
    """Rows of a page, and the tokens of its neighbours."""

    rows: list[Any]
    next: str | None
    previous: str | None


def order_of(asked: str, columns: Mapping[str, tuple[str, type, bool]]) -> Order:
    """The order `asked` names. columns: name → (column, type of its values, nullable)."""
    name = asked.removeprefix("-")
    column, kind, nullable = columns[name]
    return Order(asked, column, kind, asked.startswith("-"), nullable)


def page_read(queryset: QuerySet[Row], order: Order, token: str | None, size: int) -> Page:
    """One page. Raises QueryError for a token that is none of ours, or was made for another order."""
    cursor = _decode(token, order) if token else None
    backwards = cursor is not None and cursor.backwards
    rows = order.rows(queryset, backwards=backwards)
    if cursor is not None:
        rows = rows.filter(order.beyond(cursor.value, cursor.pk, backwards=backwards))
    found = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_next = backwards or more
    has_previous = more if backwards else cursor is not None
    return Page(
        found,
        _encode(order, found[-1], backwards=False) if found and has_next else None,
        _encode(order, found[0], backwards=True) if found and has_previous else None,
    )


class CursorPage(TypedDict, Generic[T]):
    """Rows, and the addresses of the pages beside."""

    next: str | None
    previous: str | None
    results: list[T]


def page_body(request: Request, page: Page, results: list[T]) -> CursorPage[T]:
    """A page as it is answered, with the addresses of its neighbours."""
    here = remove_query_param(request.build_absolute_uri(), "cursor")
    following, preceding = (
        replace_query_param(here, "cursor", token) if token else None for token in (page.next, page.previous)
    )
    return {"next": following, "previous": preceding, "results": results}


def _encode(order: Order, row: Model, *, backwards: bool) -> str:
    value = order.value(row)
    text = None if value is None else value.isoformat() if isinstance(value, datetime) else str(value)
    raw = json.dumps([order.name, backwards, text, row.pk]).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(token: str, order: Order) -> Cursor:
    wrong = QueryError(FieldError("cursor", "is not one of a page with this order; begin without it", token[:80]))
    try:
        if len(token) > LONGEST_TOKEN:
            raise wrong
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        name, backwards, text, pk = json.loads(raw)
        fits = isinstance(backwards, bool) and isinstance(pk, int) and 0 <= pk < 2**63 and not isinstance(pk, bool)
        if name != order.name or not fits or not isinstance(text, str | None):
            raise wrong
        if text is None and not order.nullable:
            raise wrong
        return Cursor(backwards, None if text is None else _read(text, order.kind), pk)
    except (binascii.Error, ValueError, TypeError, InvalidOperation, RecursionError):
        raise wrong from None


def _read(text: str, kind: type) -> Any:
    if kind is Decimal:
        number = Decimal(text)
        if not number.is_finite() or abs(number) >= 10**15:
            raise ValueError("a number beyond all bounds")
        return number
    if kind is datetime:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("a time without its zone")
        return moment
    if not text.isprintable():
        raise ValueError("control characters")
    return text
