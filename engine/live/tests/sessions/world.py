"""The exchange in this process, a clock that only moves when it is told to, and what happens to each request."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from starlette.datastructures import QueryParams

from simulator.api.http import Request
from simulator.options import Options
from simulator.simulation import Simulation
from simulator.testing_in_process import Answer, answer_of

START = datetime(2026, 6, 2, 13, 31, tzinfo=UTC)
SPEED = 20.0
# Virtual real seconds that a request takes, and for how long an answer may be given again.
CALL_SECONDS = 0.03
STALE_SECONDS = 20.0


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Faults:
    """The chance of each fate of a request; of the others it is answered."""

    lost_before: float = 0.0
    lost_after: float = 0.0
    unavailable: float = 0.0
    throttled: float = 0.0
    unauthorized: float = 0.0
    refused: float = 0.0
    late: float = 0.0
    doubled: float = 0.0
    stale: float = 0.0
    killed: float = 0.0

    def fates(self) -> list[tuple[str, float]]:
        return [(name, getattr(self, name)) for name in self.__dataclass_fields__]


# Where everything goes wrong at once nothing is learnt: one kind of trouble prevails in each session.
MOODS = (
    Faults(),
    Faults(lost_before=0.06, lost_after=0.06),
    Faults(late=0.1, lost_after=0.03),
    Faults(unavailable=0.15),
    Faults(throttled=0.05, unauthorized=0.03),
    Faults(refused=0.1, lost_before=0.03),
    Faults(killed=0.04, lost_after=0.02),
    Faults(doubled=0.2, late=0.04),
    Faults(stale=0.2, lost_after=0.02),
    Faults(
        lost_before=0.03,
        lost_after=0.03,
        late=0.03,
        doubled=0.02,
        stale=0.03,
        unavailable=0.03,
        killed=0.02,
        refused=0.02,
    ),
)


@dataclass
class World:
    """`real`: virtual real time, seconds since the epoch; `between`: called at each request, as another worker is."""

    seed: int
    real: float = START.timestamp()
    faults: Faults = field(default_factory=Faults)
    between: Callable[[], None] = lambda: None
    on_time: Callable[[], None] = lambda: None
    late: list[tuple[float, Request]] = field(default_factory=list)
    given: dict[str, tuple[float, Answer]] = field(default_factory=dict)
    troubled_at: float = 0.0
    requests: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        options = Options(at=START, seed=self.seed % 5, speed=SPEED, key="PKSIMULATOR", secret="simulator-secret")
        self.simulation = Simulation(options, real=lambda: self.real)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.real, UTC)

    def advance(self, seconds: float) -> None:
        """Let virtual time pass, in small steps; what was late lands on the way."""
        until = self.real + seconds
        while self.real < until:
            self.real = min(until, self.real + 0.25)
            due = [entry for entry in self.late if entry[0] <= self.real]
            self.late = [entry for entry in self.late if entry[0] > self.real]
            for _, request in due:
                self.answer(request)
            self.simulation.sync()
            self.on_time()

    def answer(self, request: Request) -> Answer:
        """What the exchange says: status, JSON, headers."""
        return answer_of(self.simulation, request)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """As a person with a program of its own does, past all faults."""
        parts = urlsplit(path)
        content = json.dumps(body).encode() if body is not None else b""
        return self.answer(Request(method, parts.path, QueryParams(parts.query), {}, content))[1]

    def send(self, request: Request) -> Answer:
        """A request of the product, with whatever happens to it."""
        self.requests += 1
        if not request.path.startswith("/sim/"):
            # Of those who ask for the time one asks, and the others do not wait for it: they would wait for themselves.
            self.between()
        self.advance(CALL_SECONDS)
        fate = self._fate(request)
        if fate != "answered":
            self.troubled_at = self.real
        match fate:
            case "killed":
                if self.chance.random() < 0.5:
                    self.answer(request)
                raise Killed
            case "lost_before":
                raise requests.ConnectionError("lost on the way there")
            case "lost_after":
                self.answer(request)
                raise requests.ReadTimeout("lost on the way back")
            case "late":
                self.late.append((self.real + self.chance.uniform(1, 60), request))
                raise requests.ReadTimeout("still on its way")
            case "unavailable":
                return 503, {"code": 50310000, "message": "try again"}, []
            case "throttled":
                return 429, {"code": 42910000, "message": "rate limit exceeded"}, []
            case "unauthorized":
                return 401, {"message": "unauthorized."}, []
            case "refused" if request.method == "POST":
                return 403, {"code": 40310100, "message": "trade denied due to pattern day trading protection"}, []
            case "doubled" if request.method == "POST":
                # A proxy on the way has sent it twice, and the second answer is the one that arrives.
                self.answer(request)
        return self._answer_now(request, stale=fate == "stale")

    def _answer_now(self, request: Request, *, stale: bool) -> Answer:
        """What the exchange says, or said of it a while ago: answers about orders do not always come in sequence."""
        about = f"{request.path} {sorted(request.query.items())}"
        at, before = self.given.get(about, (0.0, None))
        if stale and before is not None and self.real - at < STALE_SECONDS and request.path.startswith("/v2/orders"):
            return before
        answer = self.answer(request)
        if request.method == "GET":
            self.given[about] = self.real, answer
        return answer

    def _fate(self, request: Request) -> str:
        if request.path.startswith("/sim/"):
            return "answered"
        dice = self.chance.random()
        for name, chance in self.faults.fates():
            if dice < chance:
                return name
            dice -= chance
        return "answered"
