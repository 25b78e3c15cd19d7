"""What the indicators say of a symbol's last closed bar."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np

from engine.core.config import BotConfig
from engine.core.indicators import Arrays, Indicator
from engine.core.timeframes import SECONDS
from engine.core.types import Bars, Session, SymbolView

Compute = Callable[[str, Indicator, Bars], Arrays]


def compute_afresh(key: str, indicator: Indicator, bars: Bars) -> Arrays:
    """Compute an indicator's lines over these bars."""
    return indicator.compute(bars)


def view_build(
    config: BotConfig,
    bars: Bars,
    *,
    session: Session,
    covered_until: datetime | None,
    now: datetime,
    last_price: Decimal | None,
    last_price_at: datetime | None = None,
    acted_on: datetime | None,
    last_close: datetime | None = None,
    late: bool = False,
    compute: Compute = compute_afresh,
) -> SymbolView:
    """Build the view of one symbol at `now`.

    Args:
        config: The bot's configuration.
        bars: The symbol's closed bars of the bot's timeframe.
        session: Today's session.
        covered_until: Up to where the bars (of 1Day the days, else the minutes) are confirmed; None if they never were.
        now: Market time.
        last_price: The price of the newest trade that is known, in dollars.
        last_price_at: The market time of that trade.
        acted_on: The end of the bar on which the last order was decided.
        last_close: The close of the last session that is over; a daily bar must be confirmed up to it.
        late: The bar that should have closed by `now` was waited for in vain.
        compute: Computes an indicator's lines, perhaps shared between bots; the default computes afresh.
    """
    if len(bars) == 0:
        labels = tuple(config.indicator_set())
        return SymbolView(
            bars.symbol,
            None,
            None,
            last_price,
            warming_up=labels,
            fresh=False,
            votable=False,
            late=late,
            last_price_at=last_price_at,
        )
    bar_end = datetime.fromtimestamp(int(bars.end[-1]), UTC)
    values: dict[str, Mapping[str, float]] = {}
    votes: dict[str, int] = {}
    states: dict[str, int] = {}
    vetoes: list[str] = []
    warming_up: list[str] = []
    begun: list[str] = []
    for key, indicator in config.indicator_set().items():
        arrays = compute(key, indicator, bars)
        values[key] = {name: round(float(line[-1]), 6) for name, line in arrays.items() if np.isfinite(line[-1])}
        if len(bars) <= indicator.counts_from(bars):
            warming_up.append(key)
            continue
        if len(bars) <= indicator.settled_from(bars):
            begun.append(key)
        if indicator.votes:
            votes[key] = int(indicator.vote(arrays)[-1])
            states[key] = int(indicator.state(arrays)[-1])
        if indicator.veto(arrays)[-1]:
            vetoes.append(key)
    return SymbolView(
        symbol=bars.symbol,
        bar_end=bar_end,
        close=Decimal(str(round(bars.close[-1], 6))),
        last_price=last_price,
        values=values,
        votes=votes,
        states=states,
        vetoes=tuple(vetoes),
        warming_up=tuple(warming_up),
        fresh=_is_fresh(config, covered_until, last_close, session, now),
        votable=_may_vote(config, int(bars.session[-1]), session),
        acted=acted_on is not None and bar_end <= acted_on,
        late=late,
        begun=tuple(begun),
        begun_on=date.fromordinal(int(bars.session[0])) if begun else None,
        last_price_at=last_price_at,
        bars=len(bars),
        from_first=bars.from_first,
    )


def _is_fresh(
    config: BotConfig, covered_until: datetime | None, last_close: datetime | None, session: Session, now: datetime
) -> bool:
    """Return whether the bars are confirmed: minutes up to two minutes ago, days up to the last close."""
    if covered_until is None:
        return False
    if config.timeframe == "1Day":
        return last_close is not None and covered_until >= last_close
    # Bars are built from minutes, so the minutes must be confirmed.
    return (now - max(covered_until, session.open)).total_seconds() <= 2 * SECONDS["1Min"]


def _may_vote(config: BotConfig, bar_session: int, session: Session) -> bool:
    if config.timeframe == "1Day":
        return bar_session < session.day.toordinal()
    return bar_session == session.day.toordinal()
