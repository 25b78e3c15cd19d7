"""One thing after another, of which none keeps the next from being done."""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db.models import Model

from engine.brokers.errors import BrokerError, BrokerUnauthorized
from engine.services import account_error

log = logging.getLogger(__name__)

T = TypeVar("T")

# What whoever is at it does between two steps, such as keeping a lease.
between_steps: ContextVar[Callable[[], object] | None] = ContextVar("between_steps", default=None)


def step(action: Callable[..., object], *given: Any, **named: Any) -> None:
    """Call it; what goes wrong is logged with its name, and found again in the rows by whoever looks next."""
    between = between_steps.get()
    if between is not None:
        between()
    try:
        action(*given, **named)
    except BrokerUnauthorized as error:
        account_error(str(error), unauthorized=True)
    except BrokerError as error:
        log.info("%s: the broker did not answer: %s", _name(action, given), error)
    except Exception:
        log.exception("%s failed; the others go on", _name(action, given))


def each(things: Iterable[T], action: Callable[[T], object]) -> None:
    """Do it for every one; one that makes trouble does not hold up the next."""
    for thing in things:
        step(action, thing)


def _name(action: Callable[..., object], given: Sequence[Any]) -> str:
    """What it is called, and what row it is about. Asks the database nothing: that may be what has failed."""
    about = [f"{type(one).__name__} {one.pk}" for one in given if isinstance(one, Model)]
    return " of ".join([getattr(action, "__qualname__", str(action)).replace(".<locals>.<lambda>", ""), *about])
