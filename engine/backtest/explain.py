"""Asking `decide` about the orders a run has planned: only `decide` may create them, and it says why."""

from collections.abc import Sequence
from datetime import UTC, datetime

from engine.backtest.lane import Lane
from engine.backtest.result import ZERO, RoundTrip
from engine.backtest.run_money import last_price
from engine.backtest.ticks import Ticks
from engine.core.config import BotConfig
from engine.core.decide import decide
from engine.core.types import AccountState, Decision, Limits, PositionState, Session

FLAT = PositionState()
# A sale does not depend on the bot's money.
NO_ACCOUNT = AccountState(ZERO, ZERO, ZERO, 0, 0, ZERO, None)


class PlanDiffers(RuntimeError):
    """`decide` would not have sent an order that was planned: an error in the plan, never a result to look at."""


class Explainer:
    """Asks `decide` about the orders of a run's trips."""

    def __init__(self, config: BotConfig, ticks: Ticks, sessions: Sequence[Session], lanes: Sequence[Lane]) -> None:
        self._config, self._ticks, self._sessions = config, ticks, sessions
        self._lanes = {lane.outlook.symbol: lane for lane in lanes}

    def explain(self, trip: RoundTrip) -> None:
        """Ask `decide` about the orders of a trip, and take over its sentences.

        Raises:
            PlanDiffers: `decide` would not have sent one of the orders.
        """
        if not trip.entry_sentence:
            assert trip.account is not None
            decided = self._asked(trip.symbol, trip.entry_tick, FLAT, trip.account)
            intent = decided.intent
            wanted = (trip.ordered, trip.stop_price, trip.target_price)
            if intent is None or (intent.quantity, intent.stop_price, intent.target_price) != wanted:
                raise PlanDiffers(f"{trip.symbol} at tick {trip.entry_tick}: planned {wanted}, decided {decided}")
            trip.entry_sentence = decided.sentence
        if trip.exit_reason and not trip.exit_sentence:
            position = PositionState(trip.exit_ordered, trip.entry_price, trip.highest)
            decided = self._asked(trip.symbol, trip.exit_tick, position, NO_ACCOUNT)
            if (decided.action, decided.reason) != ("sell", trip.exit_reason):
                wrong = f"planned {trip.exit_reason}, decided {decided}"
                raise PlanDiffers(f"{trip.symbol} at tick {trip.exit_tick}: {wrong}")
            trip.exit_sentence = decided.sentence

    def _asked(self, symbol: str, tick: int, position: PositionState, account: AccountState) -> Decision:
        lane, at = self._lanes[symbol], self._ticks.time.item(tick)
        view = lane.outlook.view(tick, last_price(lane, at, lane.outlook.closed.item(tick)), 0)
        limits = Limits("running", self._sessions[self._ticks.session.item(tick)])
        return decide(view, position, account, self._config, limits, datetime.fromtimestamp(at, UTC))
