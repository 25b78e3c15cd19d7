"""The shapes of what is answered and sent about decisions, halts and the product's health."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from engine.core.payloads import DateTimeText, IndicatorValues, one_of

ACTIONS = ("buy", "sell", "hold", "refused")


class HaltPayload(TypedDict):
    """positions_left: how many are held of what it is about; flat_at: when nothing was left, of a halt that sells."""

    id: int
    bot: int | None
    bot_name: str | None
    reason: str
    set_by: str
    set_at: DateTimeText
    close_positions: bool
    positions_left: int
    flat_at: DateTimeText | None


class GlobalHalt(TypedDict):
    id: int
    reason: str
    set_by: str
    set_at: DateTimeText


class HaltWanted(TypedDict):
    """close_positions: whatever is held while the halt stands is sold, too."""

    bot: NotRequired[int | None]
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    close_positions: NotRequired[bool]


class DecisionCheck(TypedDict):
    name: str
    allowed: bool
    reason: str


class DecisionPayload(TypedDict):
    id: int
    bot: int
    bot_name: str
    version: int
    symbol: str
    action: Annotated[str, one_of(ACTIONS)]
    reason: str
    sentence: str
    bar_end: DateTimeText | None
    values: IndicatorValues
    votes: dict[str, int]
    checks: list[DecisionCheck]
    count: int
    first_at: DateTimeText
    last_at: DateTimeText


class DecisionSummary(TypedDict):
    symbol: str
    at: DateTimeText
    action: str
    reason: str
    sentence: str


class SymbolRenameWanted(TypedDict):
    old: str
    new: str
    ratio: NotRequired[
        Annotated[
            float | str,
            Field(
                description="New shares for each old one: 1, 0.5 or 1/3",
                json_schema_extra={"default": 1},
            ),
        ]
    ]


class Health(TypedDict):
    status: Literal["ok", "degraded"]
    components: dict[str, str]
