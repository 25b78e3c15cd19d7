"""The trips of a run that was planned at once, made by the core's own functions, and the log of what happened.

Every number that the plan found in whole millionths is computed again here as the live bot would compute it; where the
two differ, that is an error, never a result to look at.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.backtest.day_losses import DayLosses
from engine.backtest.explain import FLAT, PlanDiffers
from engine.backtest.fills import leg_fill, leg_sentence
from engine.backtest.lane import Lane, Phase, Stage
from engine.backtest.outlook import price_at
from engine.backtest.prospects import MILLION, NEVER, Prospects
from engine.backtest.result import Fill, RoundTrip
from engine.backtest.run_money import PLENTY, last_price
from engine.backtest.ticks import Ticks
from engine.backtest.weighing import REFUSALS, Asked
from engine.core.config import BotConfig
from engine.core.decide import entry_intent
from engine.core.risk import EntryState, first_refusal
from engine.core.types import AccountState, OrderIntent, SymbolView
from engine.core.window import Moment

IN_WINDOW = Moment(market_open=True, in_window=True, after_window=False, may_sell=True)


class Entry(NamedTuple):
    """One entry that was weighed, with the fields of `Asked`; money is in millionths of a dollar.

    Attributes:
        loss: The day's loss so far.
        tick: The tick at which it was weighed.
        opened: Whether it became a position.
    """

    lane: int
    place: int
    shares: int
    refusal: int
    spent: int
    held: int
    lately: int
    leg: int
    ended: int
    gain: int
    loss: int
    tick: int
    opened: bool


class Plan:
    """A whole run: which entries were weighed in which order, and the day's losses at them.

    The lanes learn what happened in them when the decisions are counted.
    """

    def __init__(
        self,
        config: BotConfig,
        ticks: Ticks,
        lanes: Sequence[Lane],
        prospects: Sequence[Prospects],
        asked: Asked,
        losses: DayLosses,
    ) -> None:
        self._config, self._ticks, self._lanes = config, ticks, lanes
        self._prospects, self._asked, self._losses = prospects, asked, losses
        self._is_logged = False

    def trips(self) -> tuple[RoundTrip, ...]:
        """Return the round trips by the time they ended, open ones last.

        Raises:
            PlanDiffers: The core's own functions find other numbers than the plan.
        """
        asked = list(self._each())
        for one in asked:
            if one.refusal:
                self._check_refusal(one)
        opened = [one for one in asked if one.opened]
        ended = sorted((one for one in opened if one.ended != NEVER), key=_end)
        held = sorted((one for one in opened if one.ended == NEVER), key=lambda one: one.lane)
        return tuple(self._trip(one) for one in ended + held)

    def _each(self) -> Iterator[Entry]:
        """Yield every entry that was weighed."""
        asked = self._asked
        columns = [getattr(asked, name).tolist() for name in Asked.__slots__]
        opens = [prospect.opens for prospect in self._prospects]
        for *row, loss in zip(*columns, self._losses.exact.tolist(), strict=True):
            lane, place, shares = row[:3]
            begun = shares > 0 and opens[lane].item(place)
            yield Entry._make((*row, loss, self._prospects[lane].tick.item(place), begun))

    def _intent(self, one: Entry) -> tuple[OrderIntent, AccountState]:
        account = AccountState(
            capital=self._config.capital,
            room=self._config.capital - _dollars(one.spent),
            day_loss=_dollars(one.loss),
            open_positions=one.held,
            entries_last_minute=one.lately,
            buying_power=PLENTY,
            buying_power_age=0.0,
        )
        lane, at = self._lanes[one.lane], self._ticks.time.item(one.tick)
        price = last_price(lane, at, lane.outlook.closed.item(one.tick))
        assert price is not None
        return entry_intent(lane.outlook.symbol, price, account, self._config), account

    def _check_refusal(self, one: Entry) -> None:
        """Ask the rules about an entry that was refused: it becomes no trip, so `decide` is never asked about it."""
        intent, account = self._intent(one)
        outlook = self._lanes[one.lane].outlook
        close = price_at(outlook.bars.close, outlook.seen.item(one.tick))
        view = SymbolView(intent.symbol, None, close, intent.decision_price)
        refusal = first_refusal(intent, EntryState(view, FLAT, account, IN_WINDOW, ""), self._config)
        if refusal != REFUSALS[one.refusal]:
            raise PlanDiffers(
                f"{intent.symbol} at tick {one.tick}: refused for {REFUSALS[one.refusal]}, found {refusal!r}"
            )

    def _trip(self, one: Entry) -> RoundTrip:
        lane, prospect = self._lanes[one.lane], self._prospects[one.lane]
        outlook, place = lane.outlook, one.place
        intent, account = self._intent(one)
        assert intent.stop_price is not None
        bar = prospect.bar.item(place)
        price = price_at(outlook.base.open, bar)
        trip = RoundTrip(
            symbol=outlook.symbol,
            quantity=intent.quantity,
            entry_at=prospect.line("filled").item(place) >> 1,
            entry_price=price,
            entry_sentence="",
            entry_bar=bar,
            stop_price=intent.stop_price,
            target_price=intent.target_price,
            ordered=intent.quantity,
            entry_tick=one.tick,
            account=account,
        )
        trip.fills.append(Fill("entry", trip.entry_at, bar, trip.quantity, price, price))
        if one.ended != NEVER:
            self._end(trip, one, lane, prospect)
        found = (trip.quantity, _micros(trip.stop_price), _micros(trip.target_price), _micros(trip.profit_loss))
        planned = (one.shares, prospect.stop.item(place), prospect.target.item(place), one.gain)
        if found != planned:
            raise PlanDiffers(f"{trip.symbol} at tick {one.tick}: planned {planned}, found {found}")
        return trip

    def _end(self, trip: RoundTrip, one: Entry, lane: Lane, prospect: Prospects) -> None:
        at, sold = one.ended >> 1, trip.quantity
        if one.leg >= 0:
            leg, price, _ = leg_fill(lane, trip, one.leg)
            trip.sell(Fill(leg, at, one.leg, sold, price, price, within=True))
            trip.end(leg, leg_sentence(trip, leg))
            return
        trip.exit_tick, trip.exit_ordered = prospect.sell.item(one.place), sold
        bar = prospect.exit_bar.item(one.place)
        price = price_at(lane.outlook.base.open, bar)
        trip.sell(Fill("exit", at, bar, sold, price, price))
        trip.end(self._reason(trip.exit_tick), "")

    def _reason(self, tick: int) -> str:
        leaves = self._config.close_at_window_end and self._ticks.after_window.item(tick)
        return "window_end" if leaves else "signal"

    def log(self) -> None:
        """Tell the lanes what happened in them, for counting."""
        if self._is_logged:
            return
        self._is_logged = True
        for one in self._each():
            self._log(one, self._lanes[one.lane], self._prospects[one.lane])

    def _log(self, one: Entry, lane: Lane, prospect: Prospects) -> None:
        tick, seen = one.tick, lane.outlook.seen
        if one.refusal:
            lane.asked.append((tick, "refused", REFUSALS[one.refusal]))
            return
        lane.asked.append((tick, "buy", "signal"))
        lane.acted.append((tick, seen.item(tick)))
        lane.stages.append((tick + 1, Stage.ENTERING))
        filled = self._from(prospect.line("filled").item(one.place), tick)
        lane.stages.append((filled, Stage.HOLDING if one.opened else Stage.FLAT))
        if not one.opened:
            return
        sell = prospect.sell.item(one.place)
        if one.leg < 0 and sell < len(self._ticks):
            lane.asked.append((sell, "sell", self._reason(sell)))
            lane.acted.append((sell, seen.item(sell)))
            lane.stages.append((sell + 1, Stage.EXITING))
        if one.ended != NEVER:
            lane.stages.append((self._from(one.ended, sell), Stage.FLAT))

    def _from(self, moment: int, tick: int) -> int:
        """Return the first tick that finds an order of `tick` filled at that moment."""
        return tick + 1 if moment % 2 else int(self._ticks.time.searchsorted(moment >> 1))


def _end(one: Entry) -> tuple[int, int, int]:
    """Return the order in which positions ended; at one moment it is the exchange's."""
    order = Phase.SEND if one.ended % 2 else Phase.OPENING
    return one.ended >> 1, Phase.LEG if one.leg >= 0 else order, one.lane


def _dollars(millionths: int) -> Decimal:
    return Decimal(millionths) / MILLION


def _micros(dollars: Decimal | None) -> Decimal:
    return (dollars or 0) * Decimal(MILLION)
