"""The process: daphne in the main thread, and a task that lets market time pass."""

import asyncio
import logging
import socket
from collections.abc import Callable
from functools import partial

from daphne.server import Server
from django.core.management.base import CommandError
from twisted.internet import reactor

from simulator.api.app import Application
from simulator.journal import JournalFull
from simulator.prints import OFFSETS
from simulator.sessions import MINUTE, from_epoch
from simulator.simulation import Simulation

logger = logging.getLogger(__name__)
_LAST_ANSWERS = 0.1  # real seconds
_LONGEST_SLEEP = 0.5  # real seconds; also how soon a journal mark is renewed


class SimulatorServer(Server):
    def __init__(self, simulation: Simulation, host: str, port: int, announce: Callable[[str], None]) -> None:
        self._simulation = simulation
        self._announce = partial(announce, f"http://{host}:{port}")
        self.failure: JournalFull | None = None
        super().__init__(
            application=Application(simulation, self.drop_current, self.end),
            endpoints=[f"tcp:port={port}:interface={host}"],
            ready_callable=self._ready,
            websocket_timeout=-1,
            server_name="simulator",
        )

    def _ready(self) -> None:
        # Kept here: the event loop itself holds its tasks weakly.
        self._clock = asyncio.get_event_loop().create_task(pass_time(self._simulation, self.end))
        self._announce()

    def end(self, failure: JournalFull) -> None:
        """Stop serving once the answers under way are out: memory is ahead of the journal, which is what is true."""
        if self.failure is None:
            self.failure = failure
            asyncio.get_event_loop().call_later(_LAST_ANSWERS, reactor.stop)  # type: ignore[misc]

    def drop_current(self) -> None:
        """Cut the connection whose request is being handled, after what was sent of its answer."""
        task = asyncio.current_task()
        for protocol, details in self.connections.items():
            if details.get("application_instance") is task:
                protocol.channel.transport.loseConnection()
                return


def serve(simulation: Simulation, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Run until stopped; `announce` is told the URL once connections are accepted. Raises JournalFull."""
    server = SimulatorServer(simulation, host, port, announce)
    try:
        server.run()
    finally:
        simulation.close()


def check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another --port.") from error


async def pass_time(simulation: Simulation, end: Callable[[JournalFull], None]) -> None:
    """Wake at every instant at which something may happen, until the journal cannot be written."""
    while True:
        try:
            simulation.sync()
        except JournalFull as failure:
            end(failure)
            return
        except Exception:
            logger.exception("The market's clock stumbled")
        at = simulation.clock.real_at(from_epoch(_next_instant(simulation.exchange.now.timestamp())))
        wait = _LONGEST_SLEEP if at is None else min(_LONGEST_SLEEP, at - simulation.real())
        await simulation.hub.sleep(max(0.001, wait))


def _next_instant(now: float) -> int:
    minute = int(now) // MINUTE * MINUTE
    return next(minute + offset for offset in (*OFFSETS, MINUTE) if minute + offset > now)
