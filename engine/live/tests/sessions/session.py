"""One session: bots, people and the broker do this and that as the seed says; at the end everything must be right."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from bots.models import Bot
from bots.services import NotAllowed, bot_create
from engine.brokers.connect import broker_adapter, broker_connect
from engine.brokers.errors import BrokerError
from engine.core.failpoints import failpoints_install
from engine.core.money import CENT
from engine.live import protection, renames, splits
from engine.live.closing import PositionClosed, position_close_request
from engine.live.exits import exits_waiting
from engine.live.levels import levels_move_request
from engine.live.lifecycle import bot_start, bot_stop
from engine.live.protection import exit_go_on
from engine.live.reconcile import recovery_required
from engine.live.sweep import sweep
from engine.live.tests.sessions import laws
from engine.live.tests.sessions.world import MOODS, Faults, Killed, World
from engine.live.tick import ticks_run
from engine.live.updates import order_updated
from engine.models import Halt
from engine.selectors import account_is_ours
from engine.services import broker_account, halt_clear, halt_set
from marketdata.calendar import session_today
from marketdata.clock import market_clock, market_now, real_now
from positions.models import Position
from positions.wanted import Levels
from trades.models import Trade

SYMBOLS = ("AAPL", "MSFT", "KO")
STEPS = 30
QUIET_LOOKS = 4


@dataclass
class Naked:
    """Virtual real seconds for which shares were without a stop: with the broker answering, in trouble, after kills.

    unseen: after a person cancelled the stop at the broker, and the stream did not tell
    """

    answering: list[float] = field(default_factory=list)
    unseen: list[float] = field(default_factory=list)
    troubled: list[float] = field(default_factory=list)
    killed: list[float] = field(default_factory=list)


class Session:
    def __init__(self, world: World, *, shorting: bool = False, mood: Faults | None = None) -> None:
        """mood: the trouble of this session; one of MOODS, as the seed says, where there is none"""
        self.world, self.chance, self._mood = world, world.chance, mood
        self.naked = Naked()
        self.failed_steps: list[BaseException | None] = []
        self.kills = 0
        self._busy = False
        self._naked_since: dict[str, float] = {}
        self._unseen: set[str] = set()
        self._killed_at = -1.0
        self._depth, self._inside = len(connection.savepoint_ids), 0
        self._heard: set[tuple[str, str]] = set()
        self._asked_to_close: set[int] = set()
        if shorting:
            world.ask("PATCH", "/v2/account/configurations", {"max_margin_multiplier": "2", "no_shorting": False})
        world.between, world.on_time = self._between, self._watch

    def run(self) -> None:
        """Raises Broken."""
        bots = [self._bot(number) for number in range(3)]
        sweep()
        self.world.faults = self._mood or self.chance.choice(MOODS)
        self._busy = True
        failpoints_install(self._failpoint)
        for _ in range(STEPS):
            self._alive(self._something(bots))
            self._look()
        self.world.faults = Faults()
        self._busy = False
        failpoints_install(None)
        self._settle()
        self._look()
        laws.the_books_agree(self.world)
        laws.nothing_is_naked(self.world)
        laws.nothing_is_left_over(self.world)
        laws.not_naked_for_long(asdict(self.naked))
        still = set(Position.objects.held().values_list("pk", flat=True)) & self._asked_to_close
        if still:
            raise laws.Broken(f"positions {still} were to be closed and are held")
        laws.nothing_is_wanted_for_ever()

    def _look(self) -> None:
        laws.never_short(self.world)
        laws.no_order_twice(self.world)
        laws.no_step_failed(self.failed_steps)

    # --- what happens -------------------------------------------------------------------------------------------------

    def _something(self, bots: list[Bot]) -> Callable[[], object]:
        pick: list[tuple[int, Callable[[], object]]] = [
            (8, sweep),
            (6, lambda: self._tick(bots)),
            (5, lambda: self._time_passes(self.chance.choice((0.3, 1, 3, 10)))),
            (4, self._hint),
            (3, self._turn),
            (2, self._close),
            (2, self._close_part),
            (1, self._move),
            (1, self._stop_or_start),
            (1, self._halt),
            (1, self._halt_stock),
            (1, self._trade_by_hand),
            (1, self._cancel_by_hand),
        ]
        weights, actions = zip(*pick, strict=True)
        return self.chance.choices(actions, weights)[0]

    def _bot(self, number: int) -> Bot:
        config = {
            "name": f"Bot {number}",
            "capital": 10_000,
            "symbols": [SYMBOLS[number], SYMBOLS[(number + 1) % 3]],
            "trading_frequency": 10,
            "indicators": {"BUY": {}},
            "risk_management": {"stop_loss": 0.02, "take_profit": None if number == 2 else 0.03},
            "end_hour": 15,
        }
        return bot_start(bot=bot_create(data=config))

    def _tick(self, bots: list[Bot]) -> None:
        now = market_now()
        session = session_today(now)
        assert session is not None
        due = [(bot.pk, bot.grid().latest(session, now)) for bot in bots]
        ticks_run((bot, at) for bot, at in due if at is not None)

    def _hint(self) -> None:
        """The stream tells of a few orders: late, twice, in any sequence, or of the newest not at all."""
        orders = list(self.world.simulation.exchange.book.orders.values())
        for order in self.chance.sample(orders, min(len(orders), 3)):
            if account_is_ours(broker_account()):
                with suppress(BrokerError):
                    order_updated(order.id, has_filled=bool(order.filled_qty), has_ended=not order.is_open)

    def _turn(self) -> None:
        """A bot thinks otherwise from now on."""
        bots = list(Bot.objects.values_list("pk", flat=True))
        looks: dict[str, dict[str, float]] = self.chance.choice(({"BUY": {}}, {"SELL": {}}))
        Bot.objects.filter(pk=self.chance.choice(bots)).update(indicators=looks)

    def _close(self) -> None:
        held = list(Position.objects.held().select_related("bot"))
        if not held:
            return
        position = self.chance.choice(held)
        with suppress(PositionClosed):
            position_close_request(position=position, by="ann", now=market_now())
            self._asked_to_close.add(position.pk)
        broker = broker_connect()
        for trade in exits_waiting():
            with suppress(BrokerError):
                exit_go_on(trade, broker)

    def _close_part(self) -> None:
        held = list(Position.objects.held().select_related("bot"))
        if not held:
            return
        position = self.chance.choice(held)
        with suppress(PositionClosed, NotAllowed):
            most = max(2, int(position.quantity))
            quantity = Decimal(self.chance.randrange(1, most))
            position_close_request(position=position, by="ann", now=market_now(), quantity=quantity)

    def _move(self) -> None:
        """A person moves stop and target, nearer or farther."""
        held = list(Position.objects.held().select_related("bot"))
        if not held:
            return
        position = self.chance.choice(held)
        nearer = Decimal(self.chance.choice(("0.003", "-0.003", "0.01")))
        stop, target = position.stop_loss_price, position.take_profit_price
        levels = Levels(
            (stop * (1 + nearer)).quantize(CENT) if stop else None,
            (target * (1 - nearer)).quantize(CENT) if target and self.chance.random() < 0.5 else None,
        )
        with suppress(NotAllowed):
            levels_move_request(position=position, levels=levels, by="ann")

    def _stop_or_start(self) -> None:
        bot = self.chance.choice(list(Bot.objects.all()))
        with suppress(NotAllowed):
            if bot.status == "stopped":
                bot_start(bot=bot)
            else:
                bot_stop(bot=bot, close_positions=self.chance.random() < 0.5, by="ann")

    def _halt(self) -> None:
        standing = Halt.objects.filter(cleared_at=None).first()
        if standing is not None:
            halt_clear(halt=standing, cleared_by="ann", now=real_now())
        else:
            halt_set(bot=self.chance.choice(list(Bot.objects.all())), reason="enough", set_by="ann")

    def _halt_stock(self) -> None:
        halted = self.chance.random() < 0.5
        self.world.ask("POST", "/sim/halts", {"symbol": self.chance.choice(SYMBOLS), "halted": halted})

    def _trade_by_hand(self) -> None:
        name = f"person-{len(self.world.simulation.exchange.book.orders)}"
        order = {"symbol": "TSLA", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}
        self.world.ask("POST", "/v2/orders", order | {"client_order_id": name})

    def _cancel_by_hand(self) -> None:
        resting = [order for order in self.world.simulation.exchange.book.open_orders() if order.parent_id]
        if not resting:
            return
        order = self.chance.choice(resting)
        self.world.ask("DELETE", f"/v2/orders/{order.id}")
        if self.chance.random() < 0.5:
            # The stream says nothing: it is found when the books are compared.
            self._unseen.add(order.symbol)
        elif account_is_ours(broker_account()):
            order_updated(order.id, has_filled=False, has_ended=True)

    # --- and what goes wrong ------------------------------------------------------------------------------------------

    def _alive(self, action: Callable[[], object]) -> None:
        try:
            action()
        except Killed:
            self._begin_again()
        except BrokerError:
            # Whoever asked is told; nothing is lost by it.
            return

    def _begin_again(self) -> None:
        """The process was killed: the next one knows only what is in the rows."""
        self.kills += 1
        self._killed_at = self.world.real
        self._inside = 0
        protection.forget()
        splits.forget()
        renames.forget()
        market_clock.forget()
        broker_adapter().forget()
        recovery_required()

    def _between(self) -> None:
        """At each request: no transaction is open, and perhaps another worker does something of its own."""
        try:
            laws.no_request_in_a_transaction(self._depth)
        except laws.Broken as broken:
            # Whoever asks may take it for an answer that was lost.
            self.failed_steps.append(broken)
        if self._inside == 0 and self._busy and self.chance.random() < 0.04:
            self._inside = 1
            try:
                with suppress(BrokerError):
                    self.chance.choice((sweep, lambda: self._tick(list(Bot.objects.all())), self._hint))()
            finally:
                self._inside = 0

    def _failpoint(self, name: str) -> None:
        if self.world.faults.killed and self.chance.random() < self.world.faults.killed / 2:
            self.world.troubled_at = self.world.real
            raise Killed

    def _watch(self) -> None:
        """Note for how long shares have been without a stop."""
        now, missing = self.world.real, laws.unprotected(self.world)
        for symbol in missing.keys() - self._naked_since.keys():
            self._naked_since[symbol] = now
        for symbol in self._naked_since.keys() - missing.keys():
            since = self._naked_since.pop(symbol)
            where = self.naked.answering
            if symbol in self._unseen:
                self._unseen.remove(symbol)
                where = self.naked.unseen
            elif self._killed_at >= since - 30:
                where = self.naked.killed
            elif self.world.troubled_at >= since - 15:
                where = self.naked.troubled
            where.append(now - since)

    def _time_passes(self, seconds: float) -> None:
        """The sweeper passes once a second; here only while shares have no stop, as the others show nothing new."""
        until = self.world.real + seconds
        while self.world.real < until:
            self.world.advance(min(1.0, until - self.world.real))
            if laws.unprotected(self.world):
                self._alive(sweep)

    def _settle(self) -> None:
        """The broker answers again, nobody decides anything new, and what is under way comes to its end."""
        for symbol in SYMBOLS:
            self.world.ask("POST", "/sim/halts", {"symbol": symbol, "halted": False})
        Bot.objects.update(indicators={"SELL": {}}, status="paused")
        quiet = 0
        for _ in range(150):
            self.world.advance(1)
            self._alive(sweep)
            unfinished = Trade.objects.exclude(role__in=["stop", "target"]).unfinished()
            closing = Bot.objects.exclude(closing_for="").filter(status="stopped")
            done = not unfinished.exists() and not laws.unprotected(self.world) and not closing.exists()
            quiet = quiet + 1 if done and not self.world.late else 0
            if quiet == QUIET_LOOKS:
                return
            # Long enough for the books to be compared in between, and for pauses to end.
            self._time_passes(25)
        raise laws.Broken(f"still under way: {[_shown(trade) for trade in Trade.objects.unfinished()]}")


def _shown(trade: Trade) -> Any:
    return (trade.client_order_id, trade.state, trade.attempts, trade.refusals, trade.error)
