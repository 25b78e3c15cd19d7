"""The Celery application: ticks, sweeping, and what a face asks for."""

import os
from collections.abc import Mapping
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")

app = Celery("tradingbot")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["engine"])


@setup_logging.connect
def _keep_logging(**_: object) -> None:
    """Django has set logging up already; Celery must not do it again."""


@worker_init.connect
def _compare_books_first(options: Mapping[str, Any] | None = None, **_: object) -> None:
    """A worker process that starts knows nothing of what happened meanwhile: the sweeper asks the broker first."""
    if (options or {}).get("queues") == ["backtests"]:
        # It trades nothing.
        return
    from django.db import DatabaseError

    from engine.live.reconcile import recovery_required

    try:
        recovery_required()
    except DatabaseError as error:
        # A signal swallows every other exception, and the worker would trade on.
        raise SystemExit(f"the database does not answer: {error}") from None
