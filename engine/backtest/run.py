"""The backtest: the bot's own brain over history, filled by the exchange's own matching.

Between two moments at which `decide` could want an order, only a stop or a target can fill. So the votes of all bars
are computed at once, and the run jumps from one such moment to the next. There it plans the order, by the same sizing
and the same checks; `decide` is asked about it when the trip is read (`explain.py`, ADR 6). Where nothing but the
account lies between two positions, all orders are planned at once (`planning.py`). With `every_tick`, `decide` is
asked at each tick instead. This gives the same orders, more slowly; a test compares them.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from heapq import heapify, heappop, heappush
from time import process_time

from engine.backtest.counts import decisions_count
from engine.backtest.explain import FLAT, NO_ACCOUNT, Explainer
from engine.backtest.fills import Fills
from engine.backtest.history import History
from engine.backtest.lane import Event, Lane, Planned, Stage, lane_of
from engine.backtest.outlook import outlook_of, price_at
from engine.backtest.planning import plan_at_once
from engine.backtest.result import Costs, Result, RoundTrip
from engine.backtest.run_money import RunMoney, last_price
from engine.backtest.ticks import ticks_of, times_check
from engine.backtest.trips import Plan
from engine.core.config import BotConfig
from engine.core.decide import decide, entry_intent, trailing_stop
from engine.core.risk import EntryState, first_refusal
from engine.core.types import AccountState, Decision, Limits, OrderIntent, PositionState, Role, Side, SymbolView
from engine.core.window import moment_of
from marketdata.calendar import market_minutes_between

Observer = Callable[[datetime, Decision], None]
PROGRESS_EVERY = 256


class Cancelled(Exception):
    """Raised by a progress callback to end the run."""


def backtest_run(
    config: BotConfig,
    history: History,
    costs: Costs | None = None,
    *,
    progress: Callable[[float], None] | None = None,
    every_tick: bool = False,
    observe: Observer | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Result:
    """Run a bot over history.

    Args:
        config: The bot.
        history: The bars and sessions.
        costs: What trading costs; None for nothing.
        progress: Takes how far the run is, from 0 to 1; it may raise Cancelled.
        every_tick: Ask `decide` at every tick, as the live bot does.
        observe: Takes each decision that is made, with the time of its tick.
        since: The first tick, where it is not the history's first.
        until: The last tick, where it is not the history's last.

    Raises:
        HistoryError: A bot on daily bars looks after the open, and no minutes are known.
    """
    began = process_time()
    run = _Run(config, history, costs or Costs(), every_tick=every_tick, observe=observe, span=(since, until))
    run.go(progress or (lambda part: None))
    return replace(run.result(), seconds=process_time() - began)


class _Run:
    def __init__(
        self,
        config: BotConfig,
        history: History,
        costs: Costs,
        *,
        every_tick: bool,
        observe: Observer | None,
        span: tuple[datetime | None, datetime | None],
    ) -> None:
        self.config, self.history, self.costs = config, history, costs
        self.observe, self.every_tick = observe, every_tick
        # Only the first of a day's prices is known to be from a certain time.
        by_days = config.timeframe == "1Day" and not history.days
        self.ticks = ticks_of(config, history.sessions, *span, once=by_days)
        if by_days:
            times_check(history, self.ticks)
        self.lanes: list[Lane] = []
        for symbol in sorted(config.symbols):
            like = self.lanes[-1].outlook if self.lanes else None
            outlook = outlook_of(config, symbol, history, self.ticks, like)
            self.lanes.append(lane_of(config, outlook, self.ticks, every_tick=every_tick))
        self.money = RunMoney(config.capital, self.lanes)
        self.closes = [int(session.close.timestamp()) for session in history.sessions]
        self.over = 0
        self.account: AccountState | None = None
        self.account_at = -1
        self.fills = Fills(self.ticks, history.sessions, self.money, costs)
        self.plan: Plan | None = None

    def go(self, progress: Callable[[float], None]) -> None:
        if not self.every_tick and self.observe is None:
            self.plan = plan_at_once(self.config, self.history, self.costs, self.ticks, self.lanes, progress)
        if self.plan is None:
            self._jump(progress)
        progress(1.0)

    def _jump(self, progress: Callable[[float], None]) -> None:
        heap: list[tuple[int, int, int]] = []
        for number, lane in enumerate(self.lanes):
            self._put(heap, number, lane.next_event())
        heapify(heap)
        ask = self._tick if self.every_tick or self.observe is not None else self._plan
        steps = (self.fills.leg, self.fills.opening, self.fills.cancel, ask, self.fills.send)
        first, last = self.history.first.timestamp(), self.history.last.timestamp()
        handled = 0
        while heap:
            at, phase, number = heappop(heap)
            if not handled % PROGRESS_EVERY:
                progress(min(1.0, max(0.0, (at - first) / (last - first))))
            handled += 1
            if self.over < len(self.closes) and at > self.closes[self.over]:
                self.over = bisect_left(self.closes, at)
                self.money.end_day(self.closes[self.over - 1])
            lane = self.lanes[number]
            steps[phase](lane, at)
            self._put(heap, number, lane.next_event())

    def result(self) -> Result:
        plan = self.plan
        held = [lane.trip for lane in self.lanes if lane.trip is not None]
        planned = tuple(self.fills.ended + held)
        return Result(
            config=self.config,
            history=self.history,
            costs=self.costs,
            plan=plan.trips if plan else lambda: planned,
            explain=Explainer(self.config, self.ticks, self.history.sessions, self.lanes).explain,
            count_decisions=self._count,
            refused=self.fills.refused,
            bars=sum(len(lane.outlook.base) for lane in self.lanes),
            ticks=len(self.ticks) * len(self.lanes),
        )

    def _count(self) -> dict[tuple[str, str], int]:
        if self.plan is not None:
            self.plan.log()
        return decisions_count(self.lanes)

    @staticmethod
    def _put(heap: list[tuple[int, int, int]], number: int, event: Event | None) -> None:
        if event is not None:
            heappush(heap, (event[0], event[1], number))

    # --- what happens -------------------------------------------------------------------------------------------------

    def _tick(self, lane: Lane, at: int) -> None:
        """Ask `decide`, with everything that a live tick would see."""
        tick = lane.upcoming
        now = datetime.fromtimestamp(at, UTC)
        holding = lane.trip is not None
        view = lane.outlook.view(tick, last_price(lane, at, lane.outlook.closed.item(tick)), lane.acted_on)
        account = NO_ACCOUNT if holding else self._account(at, tick)
        position = self._position(lane, tick, now)
        limits = Limits("running", self.history.sessions[self.ticks.session.item(tick)])
        decided = decide(view, position, account, self.config, limits, now)
        lane.asked.append((tick, decided.action, decided.reason))
        if self.observe is not None:
            self.observe(now, decided)
        lane.tick = tick + 1
        if decided.intent is not None:
            self._order(lane, at, Planned(decided.intent, decided.reason, decided.sentence, tick, account))

    def _plan(self, lane: Lane, at: int) -> None:
        """Plan what `decide` would order at a tick at which the votes want it; it is asked once the trip is read.

        This finds the checks and the size of an entry, or the reason of an exit.
        """
        tick = lane.upcoming
        if lane.stage == Stage.ENTERING or lane.buys is None:
            self._tick(lane, at)
        elif lane.trip is None:
            self._plan_entry(lane, at, tick)
        else:
            self._plan_exit(lane, at, tick, lane.trip)

    def _plan_entry(self, lane: Lane, at: int, tick: int) -> None:
        outlook, config = lane.outlook, self.config
        account = self._account(at, tick)
        close = price_at(outlook.bars.close, outlook.seen.item(tick))
        price = last_price(lane, at, outlook.closed.item(tick)) or close
        intent = entry_intent(outlook.symbol, price, account, config)
        position, now = FLAT, datetime.fromtimestamp(at, UTC)
        if config.risk_management.cooldown_minutes:
            position = self._position(lane, tick, now)
        view = SymbolView(outlook.symbol, None, close, price)
        moment = moment_of(config, self.history.sessions[self.ticks.session.item(tick)], now)
        refusal = first_refusal(intent, EntryState(view, position, account, moment, ""), config)
        lane.asked.append((tick, "refused" if refusal else "buy", refusal or "signal"))
        lane.tick = tick + 1
        if not refusal:
            self._order(lane, at, Planned(intent, "signal", "", tick, account))

    def _plan_exit(self, lane: Lane, at: int, tick: int, trip: RoundTrip) -> None:
        config, outlook = self.config, lane.outlook
        close = price_at(outlook.bars.close, outlook.seen.item(tick)) if outlook.seen.item(tick) >= 0 else None
        trail = None
        if config.risk_management.trailing_stop is not None:
            trip.highest = self._highest(lane, tick)
            trail = trailing_stop(trip.highest, config)
        if config.close_at_window_end and self.ticks.after_window.item(tick):
            reason = "window_end"
        elif trail is not None and close is not None and close <= trail:
            reason = "trailing_stop"
        elif self._wants_out(lane, tick):
            reason = "signal"
        else:
            # The price only came near the trailing stop.
            self._tick(lane, at)
            return
        lane.asked.append((tick, "sell", reason))
        lane.tick = tick + 1
        price = last_price(lane, at, outlook.closed.item(tick)) or trip.entry_price
        intent = OrderIntent(trip.symbol, Side.SELL, Role.EXIT, trip.left, price)
        self._order(lane, at, Planned(intent, reason, "", tick, None))

    def _wants_out(self, lane: Lane, tick: int) -> bool:
        outlook, seen = lane.outlook, lane.outlook.seen.item(tick)
        return bool(
            self.ticks.may_sell.item(tick)
            and outlook.votable.item(tick)
            and outlook.wish.item(seen) < 0
            and outlook.bars.end.item(seen) > lane.acted_on
        )

    def _order(self, lane: Lane, at: int, planned: Planned) -> None:
        lane.order, lane.sent = planned, False
        bar = lane.outlook.seen.item(planned.tick)
        lane.act(planned.tick, bar)
        if planned.intent.role == Role.ENTRY:
            lane.enter(Stage.ENTERING, planned.tick + 1)
            self._spoken_for(planned.intent, at)
        else:
            lane.enter(Stage.EXITING, planned.tick + 1)

    def _account(self, at: int, tick: int) -> AccountState:
        """Read the account once a tick, as the live bot does; each entry decided takes off what it will spend."""
        if self.account is None or self.account_at != at:
            self.account, self.account_at = self.money.account(at, tick), at
        return self.account

    def _spoken_for(self, intent: OrderIntent, at: int) -> None:
        assert self.account is not None
        cost = intent.quantity * intent.decision_price
        self.money.reserved += cost
        self.money.entries.append(at)
        if len(self.lanes) == 1:
            # Nobody else decides at this tick.
            return
        self.account = replace(
            self.account,
            room=self.account.room - cost,
            open_positions=self.account.open_positions + 1,
            entries_last_minute=self.account.entries_last_minute + 1,
            buying_power=self.account.buying_power - cost,
        )

    def _position(self, lane: Lane, tick: int, now: datetime) -> PositionState:
        since = None
        if self.config.risk_management.cooldown_minutes and lane.closed_at is not None:
            since = market_minutes_between(datetime.fromtimestamp(lane.closed_at, UTC), now)
        trip = lane.trip
        if trip is None:
            entering = lane.stage == Stage.ENTERING
            return (
                PositionState(working_entry=entering, minutes_since_exit=since)
                if entering or since is not None
                else FLAT
            )
        trails = self.config.risk_management.trailing_stop is not None
        return PositionState(
            quantity=trip.left,
            entry_price=trip.entry_price,
            highest_close=self._highest(lane, tick) if trails else None,
            working_exit=lane.stage == Stage.EXITING,
            minutes_since_exit=since,
        )

    @staticmethod
    def _highest(lane: Lane, tick: int) -> Decimal | None:
        highest = lane.trail(tick)
        return Decimal(repr(round(highest, 6))) if highest else None
