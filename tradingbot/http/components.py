"""The components of the published schema, made of the types of what is answered and sent."""

from functools import cache
from typing import Any

from bots.payloads import (
    BotRollback,
    BotsAction,
    BotSchema,
    BotStop,
    BotTemplate,
    BotVersionPayload,
    SavedTemplateChange,
    SavedTemplatePayload,
    SavedTemplateWanted,
)
from engine.backtest.payloads import BacktestFill, BacktestMetrics, BacktestPoint, BacktestReport, BacktestTrade
from engine.backtest.result import COST_NUMBERS
from engine.core.catalogue import CustomFunction, IndicatorCatalogue, IndicatorPayload
from engine.core.config_payloads import CONFIG_SENT, CONFIG_STORED
from engine.core.payloads import Mode, Pane, Shape, object_of
from engine.core.schema import BotField, ParameterSchema
from engine.live.payloads import BotActed, BotPayload, DayParts, MarketStatus, Summary
from engine.payloads import (
    DecisionPayload,
    DecisionSummary,
    GlobalHalt,
    HaltPayload,
    HaltWanted,
    Health,
    SymbolRenameWanted,
)
from marketdata.payloads import (
    ChartTrade,
    IndicatorLine,
    IndicatorSeries,
    MarketBar,
    MarketCalendar,
    MarketData,
    SymbolPayload,
)
from notifications.selectors import AlertPage, AlertPayload, AlertsReadPayload, AlertsReadWanted
from positions.payloads import PositionCloseWanted, PositionLevelsWanted, PositionPayload, SymbolRename
from research.payloads import BacktestDetail, BacktestPayload
from trades.account_payloads import AccountPayload, ActivityPayload
from trades.figure_payloads import (
    AccountEquity,
    Analytics,
    AnalyticsMetrics,
    BotPerformance,
    EquityPoint,
    Exposure,
    ExposureDay,
    ResultPoint,
    SymbolPerformance,
    TradeStats,
)
from trades.payloads import (
    ExecutionPayload,
    PositionDetail,
    PositionSummary,
    TradeDecision,
    TradeDetail,
    TradeNotePayload,
    TradeNoteWanted,
    TradePayload,
    WorkingOrder,
)
from tradingbot.http.payloads import (
    AccessToken,
    CredentialsPayload,
    FieldProblem,
    Problem,
    Session,
    TokenRefresh,
    Tokens,
)
from tradingbot.http.shapes import PLACE, nullable, shapes_of
from web.keyset import CursorPage
from web.pagination import Listed, NumberedPage

# Each is a component of its own name, less "Payload".
TYPES = (
    Session,
    CredentialsPayload,
    Tokens,
    TokenRefresh,
    AccessToken,
    Summary,
    DayParts,
    GlobalHalt,
    Mode,
    MarketStatus,
    BotPayload,
    DecisionSummary,
    BotStop,
    BotsAction,
    BotActed,
    BotVersionPayload,
    BotRollback,
    BotField,
    BotTemplate,
    BotSchema,
    SavedTemplatePayload,
    SavedTemplateWanted,
    SavedTemplateChange,
    ParameterSchema,
    IndicatorPayload,
    Pane,
    CustomFunction,
    IndicatorCatalogue,
    TradePayload,
    WorkingOrder,
    TradeNotePayload,
    TradeNoteWanted,
    ExecutionPayload,
    DecisionPayload,
    TradeDecision,
    TradeDetail,
    TradeStats,
    PositionPayload,
    PositionDetail,
    PositionCloseWanted,
    PositionLevelsWanted,
    PositionSummary,
    SymbolPayload,
    MarketBar,
    IndicatorLine,
    IndicatorSeries,
    ChartTrade,
    MarketData,
    AnalyticsMetrics,
    EquityPoint,
    ResultPoint,
    AccountEquity,
    AccountPayload,
    ActivityPayload,
    MarketCalendar,
    BotPerformance,
    SymbolPerformance,
    Analytics,
    Exposure,
    ExposureDay,
    BacktestPayload,
    BacktestDetail,
    BacktestReport,
    BacktestMetrics,
    BacktestPoint,
    BacktestTrade,
    BacktestFill,
    AlertPayload,
    AlertsReadPayload,
    AlertsReadWanted,
    HaltPayload,
    HaltWanted,
    SymbolRename,
    SymbolRenameWanted,
    Health,
    FieldProblem,
    Problem,
)
PAGES: dict[str, Any] = {
    "BotList": NumberedPage[BotPayload],
    "BotActedList": Listed[BotActed],
    "BotVersionList": Listed[BotVersionPayload],
    "SavedTemplateList": Listed[SavedTemplatePayload],
    "WorkingOrderList": Listed[WorkingOrder],
    "TradePage": CursorPage[TradePayload],
    "ActivityPage": CursorPage[ActivityPayload],
    "DecisionPage": CursorPage[DecisionPayload],
    "PositionList": NumberedPage[PositionPayload],
    "SymbolList": Listed[SymbolPayload],
    "BacktestList": NumberedPage[BacktestPayload],
    "AlertPage": AlertPage,
    "HaltList": Listed[HaltPayload],
}


@cache
def components() -> dict[str, Shape]:
    """Return every component by its name."""
    types = {kind.__name__.removesuffix("Payload"): kind for kind in TYPES}
    found = shapes_of(types | PAGES)
    # The configuration stands in a bot's answer beside what is said of the bot.
    found["Bot"] = object_of(CONFIG_STORED | found["Bot"]["properties"])
    return found | {"BotConfig": CONFIG_SENT, "BotUpdate": _bot_update(), "BacktestWanted": _backtest_wanted()}


def components_add(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the components; spectacular itself makes none, as there are no serializers."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(components())
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def _bot_update() -> Shape:
    version = {"type": "integer", "description": "The version that was edited"}
    return CONFIG_SENT | {
        "properties": CONFIG_SENT["properties"] | {"version": version},
        "required": [*CONFIG_SENT["required"], "version"],
    }


def _backtest_wanted() -> Shape:
    day = {"type": "string", "format": "date"}
    bot = {"type": "integer", "nullable": True, "description": "A bot as it is now; or send `config`"}
    properties: dict[str, Shape] = {
        "bot": bot,
        "config": nullable({"$ref": f"{PLACE}BotConfig"}),
        "from": day,
        "to": day,
        **dict.fromkeys(COST_NUMBERS, nullable({"type": "string"})),
        "within_bar": nullable({"type": "boolean"}),
    }
    return object_of(properties, ["from", "to"])
