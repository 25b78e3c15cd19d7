"""The shapes of the API's answers about backtests."""

from typing import Annotated

from typing_extensions import TypedDict

from engine.backtest.payloads import BacktestReport, CostsPayload
from engine.core.config_payloads import StoredConfig
from engine.core.payloads import DateText, DateTimeText, DecimalText, TimeframeText, one_of
from research.models import Backtest

# This form is needed because `from` is a keyword of Python.
BacktestPayload = TypedDict(
    "BacktestPayload",
    {
        "id": int,
        "name": str,
        "bot": int | None,
        "asked_by": str,
        "symbols": list[str],
        "timeframe": TimeframeText,
        "from": DateText,
        "to": DateText,
        "status": Annotated[str, one_of(Backtest.Status.values)],
        "progress": float,
        "error": str,
        "created_at": DateTimeText,
        "finished_at": DateTimeText | None,
        "net_profit": DecimalText | None,
        "total_return": float | None,
        "closed_positions": int | None,
    },
)


class BacktestDetail(BacktestPayload):
    """A backtest with its configuration and costs; `report` is null until the backtest is done."""

    config: StoredConfig
    costs: CostsPayload
    report: BacktestReport | None
