"""What was traded, as plain numbers: read in few queries, quick also with a hundred thousand trades.

Money leaves the database as whole millionths of a dollar, so that every sum is exact wherever it is made; a time leaves
it as its hour in UTC, which is always an hour of one New York day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    Expression,
    ExpressionWrapper,
    F,
    FloatField,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Round, Substr

from engine.core.schedule import NEW_YORK
from engine.core.statistics import Results
from positions.models import Position
from trades.models import Trade

MICRO = Decimal("0.000001")
# "2026-06-02 14": as both databases write a time in UTC.
HOUR_LENGTH = 13


def micros(amount: int) -> Decimal:
    """Millionths of a dollar as dollars."""
    return Decimal(amount) * MICRO


def as_micros(expression: str | Expression) -> Expression:
    """A column of dollars in whole millionths."""
    money = F(expression) if isinstance(expression, str) else expression
    scaled = ExpressionWrapper(money * Value(1_000_000), output_field=FloatField())
    return Cast(Round(scaled), BigIntegerField())


def as_hour(column: str) -> Expression:
    return Substr(Cast(column, CharField()), 1, HOUR_LENGTH)


def day_of(hour: str) -> date:
    """The New York day of an hour such as "2026-06-02 14"."""
    return datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC).astimezone(NEW_YORK).date()


class Fill(NamedTuple):
    """A fill: the trade and bot it belongs to, its New York day, its result and its value in millionths of a dollar.

    Money that came or went without a trade is a row without one: of the session by whose close it was booked, worth 0.
    """

    trade: int | None
    bot: int
    symbol: str
    day: date
    profit: int
    value: int


@dataclass
class Tally:
    """What fills add up to; money in millionths of a dollar."""

    profit: int = 0
    value: int = 0
    trades: set[int] = field(default_factory=set)


def _plain_rows(found: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Rows of whole numbers and texts as the database gives them: looking at each value again would take longest."""
    statement, values = found.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def profits_read(trades: QuerySet[Trade]) -> list[int]:
    """The results of the sales among these trades, in millionths of a dollar."""
    sold = trades.filter(profit_loss__isnull=False).order_by()
    return [profit for (profit,) in _plain_rows(sold.values_list(as_micros("profit_loss")))]


class HourSum(NamedTuple):
    """What sales in one hour of one weekday came to, in New York; Monday is 0, profit in millionths of a dollar."""

    weekday: int
    hour: int
    profit: int
    sales: int


def hours_read(trades: QuerySet[Trade]) -> list[HourSum]:
    """The fills with a result, by weekday and hour, earliest first; fees booked later are not in them."""
    found = trades.filter(executions__profit_loss__isnull=False).order_by().annotate(hour=as_hour("executions__at"))
    sums = found.values("hour").annotate(profit=Sum(as_micros("executions__profit_loss")), sales=Count("executions"))
    by_place: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for hour, profit, sales in sums.values_list("hour", "profit", "sales"):
        at = datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC).astimezone(NEW_YORK)
        place = by_place[at.weekday(), at.hour]
        place[0] += profit
        place[1] += sales
    return [HourSum(*place, *numbers) for place, numbers in sorted(by_place.items())]


def fills_read(trades: QuerySet[Trade]) -> list[Fill]:
    """Every fill of these trades, as plain numbers; where they are filtered by their fills, only those that fit."""
    value = ExpressionWrapper(F("executions__quantity") * F("executions__price"), output_field=FloatField())
    rows = _plain_rows(
        trades.order_by().values_list(
            "pk", "bot_id", "symbol", as_hour("executions__at"), as_micros("executions__profit_loss"), as_micros(value)
        )
    )
    days: dict[str, date] = {}
    fills = []
    for trade, bot, symbol, hour, profit, worth in rows:
        if hour is None:
            continue
        day = days.get(hour)
        if day is None:
            day = days[hour] = day_of(hour)
        fills.append(Fill(trade, bot, symbol, day, profit or 0, worth))
    return fills


def tallies(fills: Iterable[Fill], key: str) -> dict[Any, Tally]:
    """The fills added up by one of their fields."""
    found: defaultdict[Any, Tally] = defaultdict(Tally)
    place = Fill._fields.index(key)
    for fill in fills:
        tally = found[fill[place]]
        tally.profit += fill.profit
        tally.value += fill.value
        if fill.trade is not None:
            tally.trades.add(fill.trade)
    return found


def trades_of(fills: Iterable[Fill]) -> int:
    """How many trades they are of."""
    return len({fill.trade for fill in fills} - {None})


@dataclass(frozen=True)
class Closed:
    """What the closed positions of one bot in one symbol came to."""

    bot: int
    symbol: str
    results: Results


def closed_positions(
    *, since: datetime | None, until: datetime | None, bots: Sequence[int], symbols: Sequence[str]
) -> list[Closed]:
    """Positions closed from `since` up to but not at `until`."""
    found = Position.objects.filter(is_open=False, closed_at__isnull=False).order_by()
    found = found.filter(closed_at__gte=since) if since else found
    found = found.filter(closed_at__lt=until) if until else found
    found = found.filter(bot__in=bots) if bots else found
    found = found.filter(symbol__in=symbols) if symbols else found
    won, lost = Q(realized_pnl__gt=0), Q(realized_pnl__lt=0)
    rows = found.values("bot_id", "symbol").annotate(
        closed=Count("pk"),
        won=Count("pk", filter=won),
        lost=Count("pk", filter=lost),
        profit=Sum(as_micros("realized_pnl"), filter=won),
        loss=Sum(as_micros("realized_pnl"), filter=lost),
        best=Max(as_micros("realized_pnl")),
        worst=Min(as_micros("realized_pnl")),
    )
    return [Closed(row["bot_id"], row["symbol"], _results(row)) for row in rows]


def _results(row: Mapping[str, Any]) -> Results:
    return Results(
        closed=row["closed"],
        won=row["won"],
        lost=row["lost"],
        gross_profit=micros(row["profit"] or 0),
        gross_loss=-micros(row["loss"] or 0),
        best=micros(row["best"]),
        worst=micros(row["worst"]),
    )
