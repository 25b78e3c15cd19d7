"""A tick: claim it, decide about every symbol, commit what follows, then send.

One transaction per bot and tick, without I/O in it; that it runs once is the word of `last_tick` in the database, not
of the message that asked for it.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F, Q
from django_celery_beat.models import PeriodicTask

from bots.models import Bot, BotVersion
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.core.config import BotConfig
from engine.core.decide import decide
from engine.core.failpoints import failpoint
from engine.core.types import AccountState, Decision, Limits, Role, Session, SymbolView
from engine.core.view import view_build
from engine.live.account import account_snapshot
from engine.live.bars import BarsOfBatch, bars_wait, bot_symbols, closes_read, history_complete, history_follow_splits
from engine.live.bot_state import account_state, bot_state_read, position_state
from engine.live.identity import order_id_for
from engine.live.lateness import LATE_FROM
from engine.live.lifecycle import bot_fail
from engine.live.newest_prices import prices_newest
from engine.live.orders import order_send
from engine.live.protection import exit_go_on
from engine.live.renames import renames_look
from engine.live.splits import splits_look
from engine.live.steps import step
from engine.metrics import DECISION_TIME, TICK_LAG, TICKS
from engine.models import BrokerAccount, Tick
from engine.models import Decision as DecisionRow
from engine.selectors import halt_reason, symbols_reduced, trading_is_ready
from engine.services import broker_account, decision_record
from marketdata.calendar import last_close, session_today
from marketdata.clock import market_clock, market_now
from marketdata.hours import hours_load
from marketdata.selectors import closes_at, coverage_until, nothing_prints
from notifications.services import alert_begin
from positions.selectors import Prices
from trades.bars_used import bars_used
from trades.models import Trade
from trades.services import trade_create
from trades.today import day_begins

log = logging.getLogger(__name__)


@dataclass
class Batch:
    """What the bots due at one grid time share."""

    grid_time: datetime
    session: Session
    bars: BarsOfBatch
    covered: dict[str, datetime]
    covered_days: dict[str, datetime]
    late: set[str]
    prices: Prices
    closes: dict[str, Decimal]
    account: BrokerAccount
    reduced: set[str]
    created: list[Trade] = field(default_factory=list)
    late_tick: bool = False


def ticks_run(due: Iterable[tuple[int, datetime]]) -> int:
    """Run the ticks of (bot id, grid time); how many orders were decided. A tick that is not current is skipped."""
    by_time: dict[datetime, list[int]] = {}
    for bot_id, grid_time in due:
        by_time.setdefault(grid_time, []).append(bot_id)
    return sum(_run_grid_time(grid_time, ids) for grid_time, ids in sorted(by_time.items()))


def _run_grid_time(grid_time: datetime, ids: Sequence[int]) -> int:
    now = market_now()
    hours_load()
    session = session_today(grid_time)
    bots = list(Bot.objects.ticking().filter(pk__in=ids).order_by("pk"))
    if session is None or not trading_is_ready(broker_account()):
        # Nothing is claimed: once the books are compared, the sweeper runs what is still current.
        return 0
    current = [bot for bot in bots if bot.grid().latest(session, now) == grid_time]
    late = set(bots) - set(current)
    TICKS.labels("skipped").inc(len(late))
    _skip(late, grid_time)
    speed = market_clock.reading().speed or 1.0
    sound = []
    for bot in current:
        TICK_LAG.observe((now - grid_time).total_seconds() / speed)
        with _alone(bot, grid_time):
            bot.config().warmup()
            sound.append(bot)
    if not sound:
        return 0
    batch = _batch_prepare(sound, grid_time, session)
    batch.late_tick = (now - grid_time).total_seconds() / speed > LATE_FROM
    for bot in sound:
        with _alone(bot, grid_time):
            # Read and computed before the transaction begins.
            batch.bars.prepare(bot.config(), bot_symbols(bot))
            with DECISION_TIME.time():
                _tick_bot(bot, batch)
    failpoint("tick:decided")
    for trade in batch.created:
        _send(trade)
    return len(batch.created)


@contextmanager
def _alone(bot: Bot, grid_time: datetime) -> Iterator[None]:
    """What goes wrong with one bot stays with it: it goes to error, and the batch goes on."""
    try:
        yield
    except (OperationalError, IntegrityError) as error:
        # The database was busy or away, or somebody else wrote what this tick was about to write (a person pressed
        # Close): the sweeper runs the tick again while it is the current one.
        log.warning("the tick of %s at %s was not taken: %s", bot, grid_time, error)
    except Exception as error:
        log.exception("the tick of %s at %s failed", bot, grid_time)
        TICKS.labels("failed").inc()
        _skip([bot], grid_time)
        bot_fail(bot=bot, reason=f"a tick failed: {type(error).__name__}: {error}")


def _skip(bots: Iterable[Bot], grid_time: datetime) -> None:
    """A tick whose time is over is counted, never made up for."""
    for bot in bots:
        Bot.objects.filter(Q(last_tick=None) | Q(last_tick__lt=grid_time), pk=bot.pk).update(
            last_tick=grid_time, skipped_ticks=F("skipped_ticks") + 1
        )


def _batch_prepare(bots: Sequence[Bot], grid_time: datetime, session: Session) -> Batch:
    if renames_look(session.day):
        for bot in bots:
            bot.refresh_from_db()
    symbols = sorted({symbol for bot in bots for symbol in bot_symbols(bot)})
    # Who looks at daily bars waits for no minute.
    waited_for = sorted({symbol for bot in bots if bot.timeframe != "1Day" for symbol in bot_symbols(bot)})
    following = [bot.grid().following(session, grid_time) for bot in bots]
    next_time = min((moment for moment in following if moment is not None), default=None)
    step(splits_look, session.day)
    try:
        history_complete(bots, grid_time)
    except BrokerError as error:
        log.warning("history is not complete: %s", error)
    late = bars_wait(waited_for, grid_time, next_time) if waited_for else set()
    try:
        history_follow_splits(bots, waited_for, session, grid_time)
    except BrokerError as error:
        log.warning("history before a split is not complete: %s", error)
    step(closes_read, broker_connect(), grid_time)
    bars = BarsOfBatch(grid_time)
    for bot in bots:
        bars.need(bot.config())
    return Batch(
        grid_time=grid_time,
        session=session,
        bars=bars,
        covered=coverage_until(symbols, "1Min"),
        covered_days=coverage_until(symbols, "1Day"),
        late=late,
        prices=prices_newest(bots, symbols, session, grid_time),
        closes=closes_at(symbols, day_begins(grid_time)),
        account=account_snapshot(),
        reduced=symbols_reduced(),
    )


def _tick_bot(bot: Bot, batch: Batch) -> None:
    with transaction.atomic():
        if not _claim(bot, batch.grid_time, late=batch.late_tick):
            return
        bot.refresh_from_db()
        trades = _decide_all(bot, batch) if trading_is_ready(batch.account) else []
        if not trades:
            Bot.objects.filter(pk=bot.pk).update(idle_ticks=F("idle_ticks") + 1)
        failpoint("tick:before-commit")
    TICKS.labels("acted" if trades else "idle").inc()
    batch.created += trades


def _claim(bot: Bot, grid_time: datetime, *, late: bool) -> bool:
    """Make the tick this caller's; of all that try, one succeeds.

    Edited meanwhile, the bot needs other bars than the batch has: the sweeper runs the tick while it is current. The
    conditions stand on the row that is updated: in a query inside of it (as a join makes one), PostgreSQL would look at
    the row as it was before the others, and let two of them through.
    """
    scheduled = PeriodicTask.objects.filter(enabled=True)
    rows = Bot.objects.existing().filter(pk=bot.pk, version=bot.version, periodic_task__in=scheduled)
    rows = rows.filter(Q(last_tick=None) | Q(last_tick__lt=grid_time)).exclude(status=Bot.Status.STOPPED)
    counted = {"taken_ticks": F("taken_ticks") + 1, "late_ticks": F("late_ticks") + int(late)}
    return rows.update(last_tick=grid_time, **counted) == 1


def _decide_all(bot: Bot, batch: Batch) -> list[Trade]:
    config, version = bot.config(), bot.versions.get(number=bot.version)
    own = bot_state_read(bot, batch.prices, batch.grid_time, batch.closes)
    state = account_state(bot, own, batch.account)
    halted, acted = halt_reason(bot), bars_used(bot)
    tick: Tick | None = None
    trades: list[Trade] = []
    for symbol in sorted({*config.symbols, *own.held}):
        view = _view(config, symbol, batch, acted.get(symbol))
        position = position_state(own, view, batch.grid_time, reduce_only=symbol in batch.reduced)
        limits = Limits(bot.status, batch.session, halted, removed=symbol not in config.symbols)
        decided = decide(view, position, state, config, limits, batch.grid_time)
        row = decision_record(bot=bot, version=version, decided=decided, at=batch.grid_time)
        if decided.intent is None:
            continue
        if decided.reason == "window_end" and nothing_prints(batch.session.open, batch.grid_time):
            _tell_silent(bot, symbol, batch)
            continue
        tick = tick or Tick.objects.create(bot=bot, version=version, scheduled_for=batch.grid_time)
        trades.append(_commit(bot, version, decided, batch.grid_time, tick, row))
        if decided.intent.role == Role.ENTRY:
            state = _after_entry(state, decided)
    return trades


def _tell_silent(bot: Bot, symbol: str, batch: Batch) -> None:
    """A sale would take the stop away and rest until somebody trades again: the next tick looks once more."""
    alert_begin(
        kind="silent market",
        key=f"{bot.pk}:{symbol}:{batch.session.day}",
        words=f"{bot.name} does not sell {symbol} at the end of its window: nothing trades. Its stop stays",
        level="warning",
        bot=bot.pk,
        symbol=symbol,
    )


def _commit(bot: Bot, version: BotVersion, decided: Decision, at: datetime, tick: Tick, row: DecisionRow) -> Trade:
    assert decided.intent is not None
    return trade_create(
        bot=bot,
        version=version,
        intent=decided.intent,
        client_order_id=order_id_for(bot, at, decided.symbol, decided.intent.role),
        at=at,
        reason=decided.sentence[:600],
        cause=decided.reason,
        indicators_snapshot={key: dict(values) for key, values in decided.values.items()},
        tick=tick,
        decision=row,
    )


def _view(config: BotConfig, symbol: str, batch: Batch, acted: datetime | None) -> SymbolView:
    price = batch.prices.get(symbol)
    daily = config.timeframe == "1Day"
    return view_build(
        config,
        batch.bars.bars(symbol, config.timeframe),
        session=batch.session,
        covered_until=(batch.covered_days if daily else batch.covered).get(symbol),
        last_close=last_close(batch.grid_time),
        now=batch.grid_time,
        last_price=price[0] if price else None,
        last_price_at=price[1] if price else None,
        acted_on=acted,
        late=symbol in batch.late and not daily,
        compute=batch.bars.compute,
    )


def _after_entry(state: AccountState, decided: Decision) -> AccountState:
    """The same account for the tick's next symbol: the money of this entry is spoken for."""
    assert decided.intent is not None
    cost = decided.intent.quantity * decided.intent.decision_price
    return replace(
        state,
        room=state.room - cost,
        open_positions=state.open_positions + 1,
        entries_last_minute=state.entries_last_minute + 1,
        buying_power=state.buying_power - cost,
    )


def _send(trade: Trade) -> None:
    try:
        if trade.role == Role.EXIT:
            exit_go_on(trade, broker_connect())
        else:
            order_send(trade)
    except BrokerError as error:
        log.warning("order %s goes on later: %s", trade.client_order_id, error)
    except Exception:
        # The other orders of the batch must go out; the sweeper finds this one.
        log.exception("order %s goes on later", trade.client_order_id)
