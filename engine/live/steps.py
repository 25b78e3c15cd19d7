"""One thing after another, of which none keeps the next from being done."""

import logging
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import TypeVar

from engine.brokers.errors import BrokerError, BrokerUnauthorized
from engine.services import account_error

log = logging.getLogger(__name__)

T = TypeVar("T")

# What whoever is at it does between two steps, such as keeping a lease.
between_steps: ContextVar[Callable[[], object] | None] = ContextVar("between_steps", default=None)


def step(action: Callable[[], object]) -> None:
    """Do it; what goes wrong is logged, and found again in the rows by whoever looks next."""
    between = between_steps.get()
    if between is not None:
        between()
    try:
        action()
    except BrokerUnauthorized as error:
        account_error(str(error), unauthorized=True)
    except BrokerError as error:
        log.info("the broker did not answer: %s", error)
    except Exception:
        log.exception("a step failed; the others go on")


def each(things: Iterable[T], action: Callable[[T], object]) -> None:
    """Do it for every one; one that makes trouble does not hold up the next."""
    for thing in things:
        step(lambda thing=thing: action(thing))  # type: ignore[misc]
