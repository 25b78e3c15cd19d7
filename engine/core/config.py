"""A bot's configuration: the one table from which validation, schema, form and documentation come.

Percentages are fractions (0.02 is 2 %), money is in dollars, times of the window are New York time.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import time
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from engine.core.field_errors import ConfigError, FieldError, faults_raised, field_errors, nearest_word, shown
from engine.core.indicators import REGISTRY, Indicator, indicator_kind
from engine.core.indicators.functions import FUNCTIONS, REFUSED
from engine.core.signals import MODES

Timeframe = Literal["1Min", "5Min", "15Min", "1Hour", "1Day"]
LABEL_LENGTH = 20
MOST_INDICATORS = 20
# The modes in which `min_votes` counts.
COUNTING = ("any", "majority")
SYMBOL = re.compile(r"[A-Z][A-Z0-9]{0,9}([./][A-Z]{1,3})?")


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("number_type", "must be a number")
    return value


def _no_guess(value: Any) -> Any:
    """Refuse text, true and false where a whole number is asked for."""
    if isinstance(value, bool | str):
        raise PydanticCustomError("number_type", "must be a number")
    return value


Fraction = Annotated[Decimal, BeforeValidator(_no_bool), Field(max_digits=12, decimal_places=6)]
Whole = Annotated[int, BeforeValidator(_no_guess)]


def _in(group: str, unit: str | None = None) -> dict[str, JsonValue]:
    """Return a field's group in the form, and its unit; a field in % holds a fraction (0.02 is 2 %)."""
    return {"group": group, "unit": unit}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class RiskManagement(_Strict):
    """What a bot may lose, hold and send."""

    stop_loss: Fraction = Field(
        ge=Decimal("0.001"),
        le=Decimal("0.5"),
        description="Sell this far below the entry",
        title="Stop loss",
        json_schema_extra=_in("risk", "%"),
    )
    take_profit: Fraction | None = Field(
        None,
        ge=Decimal("0.001"),
        le=Decimal(5),
        description="Sell this far above the entry",
        title="Take profit",
        json_schema_extra=_in("risk", "%"),
    )
    trailing_stop: Fraction | None = Field(
        None,
        ge=Decimal("0.001"),
        le=Decimal(5),
        description="Sell this far below the highest close since the entry",
        title="Trailing stop",
        json_schema_extra=_in("risk", "%"),
    )
    max_position_size: Fraction = Field(
        Decimal("0.1"),
        ge=Decimal("0.001"),
        le=Decimal(1),
        description="Largest position, as a part of the capital",
        title="Largest position",
        json_schema_extra=_in("risk", "%"),
    )
    max_daily_loss: Fraction = Field(
        Decimal("0.1"),
        ge=Decimal("0.001"),
        le=Decimal(1),
        description="No entries after this loss in a session",
        title="Largest daily loss",
        json_schema_extra=_in("risk", "%"),
    )
    max_positions: Whole = Field(
        5, ge=1, le=50, description="Positions held at once", title="Most positions", json_schema_extra=_in("risk")
    )
    cooldown_minutes: Whole = Field(
        0,
        ge=0,
        le=1440,
        description="Market minutes without an entry after an exit",
        title="Cooldown",
        json_schema_extra=_in("risk", "min"),
    )
    max_orders_per_minute: Whole = Field(
        10,
        ge=1,
        le=60,
        description="Entries sent within a minute",
        title="Most entries a minute",
        json_schema_extra=_in("risk"),
    )


class BotConfig(_Strict):
    """Everything a person decides about a bot."""

    name: str = Field(
        min_length=1,
        max_length=80,
        description="Unique among the bots that are not archived",
        title="Name",
        json_schema_extra=_in("basics"),
    )
    capital: Annotated[Decimal, BeforeValidator(_no_bool), Field(max_digits=15, decimal_places=6)] = Field(
        ge=100,
        le=100_000_000,
        description="Dollars the bot may use",
        title="Capital",
        json_schema_extra=_in("basics", "USD"),
    )
    trading_frequency: Whole = Field(
        60,
        ge=1,
        le=86_400,
        description="Seconds between two looks",
        title="Trading frequency",
        json_schema_extra=_in("basics", "s"),
    )
    timeframe: Timeframe = Field(
        "1Min", description="Length of the bars it looks at", title="Bars", json_schema_extra=_in("basics")
    )
    symbols: tuple[str, ...] = Field(
        min_length=1, max_length=50, description="Stocks it trades", title="Symbols", json_schema_extra=_in("symbols")
    )
    indicators: dict[str, Any] = Field(
        min_length=1,
        max_length=MOST_INDICATORS,
        description="Indicators and their parameters",
        title="Indicators",
        json_schema_extra=_in("indicators"),
    )
    signal_mode: Literal["any", "majority", "all", "every"] = Field(
        "majority",
        description="How votes become a signal",
        title="Signal",
        json_schema_extra={**_in("signal"), "choices_said": {name: asdict(mode) for name, mode in MODES.items()}},
    )
    min_votes: Whole = Field(
        1,
        ge=1,
        le=20,
        description="Votes needed in the modes majority and any",
        title="Votes needed",
        json_schema_extra=_in("signal"),
    )
    risk_management: RiskManagement
    start_hour: Whole = Field(
        9, ge=0, le=23, description="New York time", title="Start, hour", json_schema_extra=_in("window")
    )
    start_minute: Whole = Field(
        30, ge=0, le=59, description="New York time", title="Start, minute", json_schema_extra=_in("window", "min")
    )
    end_hour: Whole = Field(
        12,
        ge=0,
        le=23,
        description="New York time; no entries from then on",
        title="End, hour",
        json_schema_extra=_in("window"),
    )
    end_minute: Whole = Field(
        0, ge=0, le=59, description="New York time", title="End, minute", json_schema_extra=_in("window", "min")
    )
    close_at_window_end: StrictBool = Field(
        False,
        description="Sell everything at the end of the window",
        title="Close at the end",
        json_schema_extra=_in("window"),
    )

    @field_validator("name")
    @classmethod
    def _printable(cls, name: str) -> str:
        if not name.isprintable():
            raise PydanticCustomError("name", "must not contain control characters")
        return name

    @field_validator("symbols")
    @classmethod
    def _symbols(cls, symbols: tuple[str, ...]) -> tuple[str, ...]:
        upper = tuple(symbol.upper() for symbol in symbols)
        for symbol in upper:
            if not SYMBOL.fullmatch(symbol):
                raise PydanticCustomError("symbol", "{symbol} is not a stock symbol", {"symbol": repr(symbol)})
        twice = sorted({symbol for symbol in upper if upper.count(symbol) > 1})
        if twice:
            raise PydanticCustomError("symbol", "{symbols} named more than once", {"symbols": ", ".join(twice)})
        return upper

    @model_validator(mode="after")
    def _window_in_order(self) -> Self:
        if self.window_start >= self.window_end:
            begins, ends = f"{self.window_start:%H:%M}", f"{self.window_end:%H:%M}"
            message = f"the window must start before it ends: {begins} is not before {ends}"
            raise faults_raised(FieldError("end_hour", message, ends))
        return self

    @cached_property
    def window_start(self) -> time:
        """Return the New York time at which entries begin."""
        return time(self.start_hour, self.start_minute)

    @cached_property
    def window_end(self) -> time:
        """Return the New York time from which on there are no entries."""
        return time(self.end_hour, self.end_minute)

    def indicator_set(self) -> Mapping[str, Indicator]:
        """Return the indicators by their key in the configuration; their parameters are known to be good."""
        return self.indicators_made

    @cached_property
    def indicators_made(self) -> Mapping[str, Indicator]:
        """Build the indicators once, by their key in the configuration."""
        return {key: indicator_kind(key, parameters)(**parameters) for key, parameters in self.indicators.items()}

    def voting(self) -> int:
        """Return how many of the indicators can vote."""
        return sum(indicator.votes for indicator in self.indicator_set().values())

    def warmup(self) -> int:
        """Return how many bars have to be loaded before every indicator counts on the last one."""
        return max(indicator.reach(self.timeframe) for indicator in self.indicator_set().values())


def config_parse(data: Any) -> BotConfig:
    """Read a configuration as JSON gives it; nothing is guessed or dropped.

    Raises:
        ConfigError: The configuration has faults; the error names every one.
    """
    if not isinstance(data, Mapping):
        raise ConfigError([FieldError("", "must be an object with the bot's settings", value=data)])
    errors: list[FieldError] = []
    config: BotConfig | None = None
    try:
        config = BotConfig.model_validate(dict(data))
    except ValidationError as invalid:
        faults = invalid.errors(include_url=False)
        faulty_parents = {fault["loc"][:-1] for fault in faults}
        # A list with a faulty entry is not also too short.
        faults = [fault for fault in faults if fault["type"] != "too_short" or fault["loc"] not in faulty_parents]
        errors += [wrong for fault in faults for wrong in field_errors(BotConfig, fault)]
    given = data.get("indicators")
    parsed: dict[str, Indicator] = {}
    # Too many are refused already, and checking each of them would take a while.
    if not (isinstance(given, Mapping) and len(given) > MOST_INDICATORS):
        parsed, indicator_errors = indicators_parse(given)
        errors += indicator_errors
    if config is not None and not errors:
        errors += _votes_possible(config, parsed)
    if errors or config is None:
        raise ConfigError(errors)
    # Defaults are written out, so that a stored configuration never changes its meaning.
    complete = {key: indicator.model_dump() for key, indicator in parsed.items()}
    return BotConfig.model_construct(**{**dict(config), "indicators": complete})


def indicators_parse(given: Any) -> tuple[dict[str, Indicator], list[FieldError]]:
    """Return the good indicators of a configuration by their key, and the faults of the others."""
    parsed: dict[str, Indicator] = {}
    errors: list[FieldError] = []
    if not isinstance(given, Mapping):
        return parsed, errors
    for key, parameters in given.items():
        name, colon, label = str(key).partition(":")
        where = f"indicators.{shown(key)}"
        if wrong := _wrong_name(where, name, parameters):
            errors.append(wrong)
        elif colon and not (1 <= len(label) <= LABEL_LENGTH and label.isprintable()):
            message = f"the label after {shown(name)}: must have 1 to {LABEL_LENGTH} printable characters"
            errors.append(FieldError(where, message, shown(label), f"1 to {LABEL_LENGTH} characters"))
        elif not isinstance(parameters, Mapping):
            errors.append(FieldError(where, "must be an object of parameters, such as {}", value=shown(parameters)))
        else:
            kind = indicator_kind(str(key), parameters)
            try:
                parsed[str(key)] = kind.model_validate(dict(parameters))
            except ValidationError as invalid:
                faults = invalid.errors(include_url=False)
                errors += [wrong for fault in faults for wrong in field_errors(kind, fault, where)]
    return parsed, errors


def _wrong_name(where: str, name: str, parameters: Any) -> FieldError | None:
    """Return what is wrong with an indicator's name, or with the name of the function behind it."""
    if name in REGISTRY:
        return None
    if not isinstance(parameters, Mapping) or "pandas_ta" not in parameters:
        message = f"{shown(name)!r} is not a known indicator"
        known = list(REGISTRY)
        return FieldError(where, message, shown(name), ", ".join(sorted(known)), nearest_word(name, known))
    if not (1 <= len(name) <= LABEL_LENGTH and name.isprintable()):
        message = f"a name of one's own must have 1 to {LABEL_LENGTH} printable characters"
        return FieldError(where, message, shown(name), f"1 to {LABEL_LENGTH} characters")
    function = parameters["pandas_ta"]
    if isinstance(function, str) and function in FUNCTIONS:
        return None
    where = f"{where}.pandas_ta"
    if isinstance(function, str) and function in REFUSED:
        return FieldError(where, f"{function} cannot be used: it {REFUSED[function]}", function)
    nearest = nearest_word(function, list(FUNCTIONS)) if isinstance(function, str) else None
    return FieldError(where, "is not a function of pandas-ta that can be used", shown(function), None, nearest)


def _votes_possible(config: BotConfig, parsed: Mapping[str, Indicator]) -> list[FieldError]:
    voting = sum(indicator.votes for indicator in parsed.values())
    if voting == 0:
        words = f"{', '.join(parsed)} {'only vetoes' if len(parsed) == 1 else 'only veto'}"
        return [FieldError("indicators", f"at least one indicator must be able to vote; {words}")]
    if config.signal_mode in COUNTING and config.min_votes > voting:
        return [
            FieldError(
                "min_votes",
                f"must be at most the number of voting indicators ({voting})",
                value=config.min_votes,
                range=f"1 to {voting}",
            )
        ]
    return []
