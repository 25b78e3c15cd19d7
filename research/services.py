"""Backtests people ask for: each is a row, and a process that is free takes one up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q

from bots.models import Bot
from bots.services import NotAllowed
from engine.backtest.history import KNOWN_SINCE, HistoryError, looks_late, sessions_within
from engine.backtest.result import COST_NUMBERS, Costs, costs_json
from engine.core.config import BotConfig, ConfigError, FieldError, config_parse
from engine.core.config_json import config_as_json
from engine.core.field_errors import shown
from engine.core.schedule import NEW_YORK
from engine.core.timeframes import MINUTES
from events.services import event_publish
from marketdata.calendar import REGULAR_MINUTES
from research.models import Backtest
from research.payloads import BacktestPayload

UNFINISHED = (Backtest.Status.QUEUED, Backtest.Status.RUNNING)
WAITING_AT_MOST = 50
# The limit of one person: others' backtests come before that person's next one, and must have room to wait.
OF_ONE_AT_MOST = 10
BARS_AT_MOST = 5_000_000
# Real time; a process that says nothing for so long is dead.
SILENT_AFTER = timedelta(seconds=60)
ATTEMPTS_AT_MOST = 2


def backtest_ask(
    *, config: Any, first: Any, last: Any, costs: Mapping[str, Any], bot: Bot | None, asked_by: str, now: datetime
) -> Backtest:
    """Ask for a backtest of a configuration.

    Args:
        config: The configuration as JSON.
        first: The first New York day, as text.
        last: The last New York day, as text.
        costs: What trading costs, by the fields of `Costs`.
        bot: The bot that has this configuration; None for a configuration without one.
        asked_by: Who asks.
        now: Market time.

    Raises:
        ConfigError: Something is wrong with what was sent; the error names every fault.
        NotAllowed: Too many backtests are waiting.
    """
    errors: list[FieldError] = []
    name, stored = "", {}
    try:
        parsed = config_parse(config)
        name, stored = parsed.name, config_as_json(parsed)
    except ConfigError as wrong:
        errors += wrong.errors
    days = _days(first, last, now, errors)
    paid = _costs(costs, errors)
    if not errors and days is not None:
        errors += _too_much(parsed, *days)
    if errors or days is None:
        raise ConfigError(errors)
    with transaction.atomic():
        unfinished = Backtest.objects.filter(status__in=UNFINISHED)
        if unfinished.filter(asked_by=asked_by).count() >= OF_ONE_AT_MOST:
            raise NotAllowed(
                f"{OF_ONE_AT_MOST} backtests of yours are waiting already: cancel some, or wait until they are done"
            )
        if unfinished.count() >= WAITING_AT_MOST:
            raise NotAllowed(
                f"{WAITING_AT_MOST} backtests are waiting already: cancel some, or wait until they are done"
            )
        row = Backtest.objects.create(
            name=name,
            bot=bot,
            asked_by=asked_by,
            config=stored,
            first_day=days[0],
            last_day=days[1],
            costs=costs_json(paid),
        )
        backtest_announce(row)
    return row


def backtest_cancel(*, backtest: Backtest, now: datetime) -> Backtest:
    """Cancel a backtest; `now` is real time.

    A waiting one ends at once, a running one ends itself at its next step, and an ended one stays as it is.
    """
    with transaction.atomic():
        Backtest.objects.filter(pk=backtest.pk, status=Backtest.Status.RUNNING).update(cancel_requested=True)
        Backtest.objects.filter(pk=backtest.pk, status=Backtest.Status.QUEUED).update(
            status=Backtest.Status.CANCELLED, cancel_requested=True, finished_at=now
        )
        backtest.refresh_from_db()
        backtest_announce(backtest)
    return backtest


def backtest_delete(*, backtest: Backtest) -> None:
    """Delete a backtest that has ended.

    Raises:
        NotAllowed: It has not ended.
    """
    deleted, _ = Backtest.objects.filter(pk=backtest.pk).exclude(status__in=UNFINISHED).delete()
    if not deleted:
        raise NotAllowed("it is not done yet: cancel it first")


def backtest_claim(*, now: datetime) -> Backtest | None:
    """Take up a waiting backtest, which only one of several processes gets; `now` is real time.

    The person for whom no backtest was taken up for the longest is next, with the oldest of theirs. So nobody waits
    for all the backtests of another.
    """
    _dead_ones_end(now)
    for pk in _in_turn():
        with transaction.atomic():
            taken = Backtest.objects.filter(pk=pk, status=Backtest.Status.QUEUED).update(
                status=Backtest.Status.RUNNING,
                attempts=F("attempts") + 1,
                progress=0.0,
                heartbeat_at=now,
                started_at=now,
                error="",
            )
            if taken:
                row = Backtest.objects.get(pk=pk)
                backtest_announce(row)
                return row
    return None


def _in_turn() -> list[int]:
    queued = Backtest.objects.filter(status=Backtest.Status.QUEUED).values_list("asked_by", "pk")
    people = {person for person, _ in queued}
    started = dict(
        Backtest.objects.filter(asked_by__in=people, started_at__isnull=False)
        .values_list("asked_by")
        .annotate(last=Max("started_at"))
    )
    never = datetime.min.replace(tzinfo=UTC)
    return [pk for _, pk in sorted((started.get(person, never), pk) for person, pk in queued)]


def backtest_note(*, backtest: Backtest, progress: float, now: datetime) -> bool:
    """Note how far a run is, and that its process is alive; False when the run is to end."""
    with transaction.atomic():
        going_on = Backtest.objects.filter(
            pk=backtest.pk, status=Backtest.Status.RUNNING, attempts=backtest.attempts, cancel_requested=False
        ).update(progress=progress, heartbeat_at=now)
        if going_on:
            backtest.progress = progress
            backtest_announce(backtest)
    return bool(going_on)


def backtest_end(
    *, backtest: Backtest, status: str, now: datetime, result: Mapping[str, Any] | None = None, error: str = ""
) -> bool:
    """End a run as done, failed or cancelled; False when somebody else has ended it or taken it up since."""
    with transaction.atomic():
        ended = Backtest.objects.filter(
            pk=backtest.pk, status=Backtest.Status.RUNNING, attempts=backtest.attempts
        ).update(
            status=status,
            progress=1.0 if status == Backtest.Status.DONE else F("progress"),
            result=result,
            error=error[:600],
            finished_at=now,
        )
        if ended:
            backtest.refresh_from_db()
            backtest_announce(backtest)
    return bool(ended)


def backtests_wait(now: datetime) -> bool:
    """Return whether there is a backtest to take up; `now` is real time."""
    silent = Q(status=Backtest.Status.RUNNING, heartbeat_at__lt=now - SILENT_AFTER)
    return Backtest.objects.filter(Q(status=Backtest.Status.QUEUED) | silent).exists()


def backtest_announce(backtest: Backtest) -> None:
    """Tell the open pages how far a backtest is."""
    event_publish(
        "backtest_changed",
        {"id": backtest.pk, "status": backtest.status, "progress": round(backtest.progress, 3)},
    )


def backtest_payload(backtest: Backtest) -> BacktestPayload:
    """Return a row as the page lists it, JSON-ready, without its report."""
    metrics = (backtest.result or {}).get("metrics", {})
    return {
        "id": backtest.pk,
        "name": backtest.name,
        "bot": backtest.bot_id,
        "asked_by": backtest.asked_by,
        "symbols": backtest.config["symbols"],
        "timeframe": backtest.config["timeframe"],
        "from": backtest.first_day.isoformat(),
        "to": backtest.last_day.isoformat(),
        "status": backtest.status,
        "progress": backtest.progress,
        "error": backtest.error,
        "created_at": backtest.created_at.isoformat(),
        "finished_at": backtest.finished_at.isoformat() if backtest.finished_at else None,
        "net_profit": metrics.get("net_profit"),
        "total_return": metrics.get("total_return"),
        "closed_positions": metrics.get("closed_positions"),
    }


def _dead_ones_end(now: datetime) -> None:
    """Queue a backtest again whose process died; the second time it fails, and one to be cancelled is cancelled."""
    for row in Backtest.objects.filter(status=Backtest.Status.RUNNING, heartbeat_at__lt=now - SILENT_AFTER):
        again = row.attempts < ATTEMPTS_AT_MOST and not row.cancel_requested
        with transaction.atomic():
            mine = Backtest.objects.filter(
                pk=row.pk, status=Backtest.Status.RUNNING, attempts=row.attempts, heartbeat_at=row.heartbeat_at
            )
            if row.cancel_requested:
                ended = mine.update(status=Backtest.Status.CANCELLED, finished_at=now)
            elif again:
                ended = mine.update(status=Backtest.Status.QUEUED, progress=0.0)
            else:
                ended = mine.update(
                    status=Backtest.Status.FAILED, finished_at=now, error="the process that ran it died, twice"
                )
            if ended:
                row.refresh_from_db()
                backtest_announce(row)


def _days(first: Any, last: Any, now: datetime, errors: list[FieldError]) -> tuple[date, date] | None:
    found: list[date] = []
    for name, value in (("from", first), ("to", last)):
        try:
            day = date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            errors.append(FieldError(name, "must be a day such as 2026-03-02", shown(value), "a day"))
            continue
        if day < KNOWN_SINCE:
            errors.append(FieldError(name, f"must not be before {KNOWN_SINCE}", value, f"{KNOWN_SINCE} or later"))
        found.append(day)
    if len(found) != 2 or errors:
        return None
    try:
        sessions = sessions_within(*found)
    except HistoryError as error:
        errors.append(FieldError("from", str(error), first))
        return None
    today = now.astimezone(NEW_YORK).date()
    if found[1] > today or sessions[-1].close > now:
        message = f"must be a day whose session is over; in the market it is {today}"
        errors.append(FieldError("to", message, last, f"before {today}"))
        return None
    return found[0], found[1]


def _costs(given: Mapping[str, Any], errors: list[FieldError]) -> Costs:
    values: dict[str, Any] = {}
    for name in COST_NUMBERS:
        value = given.get(name)
        if value is None or value == "":
            continue
        try:
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                raise InvalidOperation
            number = Decimal(str(value))
            one: dict[str, Any] = {name: number}
            replace(Costs(), **one)
        except InvalidOperation:
            errors.append(FieldError(name, "must be a number", shown(value)))
        except ValueError as error:
            errors.append(FieldError(name, str(error), shown(value)))
        else:
            values[name] = number
    within_bar = given.get("within_bar")
    if within_bar is not None and not isinstance(within_bar, bool):
        errors.append(FieldError("within_bar", "must be true or false", shown(within_bar)))
    return replace(Costs(), **values, within_bar=within_bar is True)


def _too_much(config: BotConfig, first: date, last: date) -> list[FieldError]:
    sessions = len(sessions_within(first, last))
    a_session = REGULAR_MINUTES if config.timeframe in MINUTES or looks_late(config) else 1
    bars = sessions * a_session * len(config.symbols)
    if bars <= BARS_AT_MOST:
        return []
    right = f"at most {BARS_AT_MOST:,} bars"
    return [FieldError("from", f"{bars:,} bars are too many at once: ask for fewer days or symbols", str(first), right)]
