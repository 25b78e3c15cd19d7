"""Query parameters: each view names the ones it takes, and whatever else is asked with is refused by name.

One table of parameters reads a request and describes itself in the published schema.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.dateparse import parse_date, parse_datetime
from rest_framework.request import Request

from engine.core.config import SYMBOL
from engine.core.field_errors import FieldError, nearest_word, shown
from engine.core.schedule import NEW_YORK

if TYPE_CHECKING:
    from rest_framework.views import APIView
else:
    APIView = object

MANY = 100


class QueryError(Exception):
    """A request was asked with something that makes no sense; nothing was read for it."""

    title = "A parameter is not valid"

    def __init__(self, *errors: FieldError) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))


class BodyError(QueryError):
    """A body that makes no sense; nothing was stored."""

    title = "The body is not valid"


@dataclass(frozen=True)
class Parameter:
    """One query parameter: its name and what it says. Subclasses say how it is read."""

    name: str
    help: str
    default: Any = None
    many: ClassVar[bool] = False

    def read(self, text: str) -> Any:
        """The value of `text`. Raises QueryError."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """As OpenAPI describes it."""
        raise NotImplementedError

    def wrong(self, text: str, message: str, right: str | None = None, nearest: str | None = None) -> QueryError:
        return QueryError(FieldError(self.name, message, shown(text), right, nearest))


@dataclass(frozen=True)
class Whole(Parameter):
    """A whole number."""

    least: int = 1
    most: int = 10**18

    def read(self, text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 19 else None
        if number is None or not self.least <= number <= self.most:
            right = f"{self.least} to {self.most}"
            message = f"must be a whole number from {self.least} to {self.most}, was {text[:20]!r}"
            raise self.wrong(text, message, right)
        return number

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Choice(Parameter):
    """One of a few words."""

    choices: tuple[str, ...] = ()

    def read(self, text: str) -> str:
        if text not in self.choices:
            right = ", ".join(self.choices)
            message = f"must be one of {right}, was {text[:20]!r}"
            raise self.wrong(text, message, right, nearest_word(text[:80], self.choices))
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.choices)}


@dataclass(frozen=True)
class Words(Parameter):
    """Any text of a bounded length."""

    longest: int = 80

    def read(self, text: str) -> str:
        if len(text) > self.longest or not text.isprintable():
            right = f"at most {self.longest} printable characters"
            raise self.wrong(text, f"must have {right}", right)
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}


@dataclass(frozen=True)
class Numbers(Whole):
    """Numbers of rows, separated by commas or given again and again."""

    many: ClassVar[bool] = True

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": super().schema()}


@dataclass(frozen=True)
class Symbols(Words):
    """Stock symbols, separated by commas or given again and again; read in capitals."""

    longest: int = 16
    many: ClassVar[bool] = True

    def read(self, text: str) -> str:
        symbol = super().read(text).upper()
        if not SYMBOL.fullmatch(symbol):
            right = "a stock symbol such as AAPL or BRK.B"
            raise self.wrong(text, f"must be {right}, was {text[:20]!r}", right)
        return symbol

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": super().schema()}


@dataclass(frozen=True)
class Moment(Parameter):
    """A time with its zone, or a New York day; `ends` makes a day mean its end."""

    ends: bool = False

    def read(self, text: str) -> datetime:
        try:
            day = parse_date(text)
            if day is not None:
                return _midnight(day + timedelta(days=1) if self.ends else day)
            moment = parse_datetime(text)
            if moment is not None and moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            # 2026-02-30, or year 1 east of Greenwich.
            pass
        right = "a time with its zone (2026-06-02T14:00:00Z) or a day (2026-06-02)"
        raise self.wrong(text, f"must be {right}, was {text[:40]!r}", right)

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, NEW_YORK).astimezone(UTC)


def query_read(request: Request, parameters: Sequence[Parameter]) -> dict[str, Any]:
    """Every parameter's value by its name, its default where it was not given. Raises QueryError."""
    known = {parameter.name: parameter for parameter in parameters}
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise QueryError(*(_unknown(name, list(known)) for name in unknown[:10]))
    return {parameter.name: _value(parameter, request.query_params.getlist(parameter.name)) for parameter in parameters}


def _unknown(name: str, known: Sequence[str]) -> FieldError:
    nearest = nearest_word(name[:80], known)
    hint = f"; did you mean {nearest}?" if nearest else ""
    right = ", ".join(known) if known else "none"
    return FieldError(shown(name), f"is not a parameter here{hint}", None, right, nearest)


def _value(parameter: Parameter, given: Sequence[str]) -> Any:
    if not parameter.many:
        if len(given) > 1:
            raise parameter.wrong(", ".join(given), "must be given once")
        # An empty one is one that was not filled in.
        return parameter.read(given[0]) if given and given[0] else parameter.default
    parts = [part.strip() for text in given for part in text.split(",") if part.strip()]
    if len(parts) > MANY:
        raise parameter.wrong(",".join(parts), f"must name at most {MANY}", f"at most {MANY}")
    return tuple(dict.fromkeys(parameter.read(part) for part in parts))


class StrictQuery(APIView):
    """A view whose parameters are in `asked`. `parameters` is keyed by action, or by method where there are none."""

    parameters: ClassVar[Mapping[str, Sequence[Parameter]]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.asked = query_read(request, self.parameters_of(request.method or ""))

    def parameters_of(self, method: str) -> Sequence[Parameter]:
        return self.parameters.get(getattr(self, "action", None) or method.lower(), ())
