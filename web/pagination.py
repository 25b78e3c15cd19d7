"""Pages of short lists, by their number."""

from typing import Any, Generic, TypeVar

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param
from typing_extensions import TypedDict

from web.query import Whole

NUMBERED = (
    Whole("page", "Which page", 1, most=1_000_000),
    Whole("page_size", "Entries on a page", 50, most=200),
)

T = TypeVar("T")


class NumberedPage(TypedDict, Generic[T]):
    """Rows with how many there are in all, and the addresses of the pages beside."""

    count: int
    next: str | None
    previous: str | None
    results: list[T]


class Listed(TypedDict, Generic[T]):
    """All rows there are."""

    results: list[T]


class Chained:
    """Rows that are at hand, then rows of the database: only those of the page asked for are read."""

    def __init__(self, first: list[Any], then: Any) -> None:
        self._first, self._then = first, then

    def count(self) -> int:
        return len(self._first) + int(self._then.count())

    def __getitem__(self, part: slice) -> list[Any]:
        begun = len(self._first)
        return [*self._first[part], *self._then[max(0, part.start - begun) : max(0, part.stop - begun)]]


def numbered_page(rows: Any, asked: dict[str, Any]) -> "tuple[list[Any], Paginator[Any]]":
    """The rows of the page asked for. Raises Http404 behind the last one; the first is there even when empty."""
    pages: Paginator[Any] = Paginator(rows, asked["page_size"])
    try:
        return list(pages.page(asked["page"]).object_list), pages
    except EmptyPage:
        raise Http404 from None


def numbered_body(
    request: Request, asked: dict[str, Any], pages: "Paginator[Any]", results: list[T]
) -> NumberedPage[T]:
    """A page as it is answered, with how many entries there are and the addresses of its neighbours."""
    here, number = request.build_absolute_uri(), asked["page"]
    return {
        "count": pages.count,
        "next": replace_query_param(here, "page", number + 1) if number < pages.num_pages else None,
        "previous": replace_query_param(here, "page", number - 1) if number > 1 else None,
        "results": results,
    }


def listed(results: list[T]) -> Listed[T]:
    """Return the answer that has all rows."""
    return {"results": results}
