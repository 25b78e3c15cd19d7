"""Waking a worker: what is asked for is a row already, so a message that is lost costs a second, never the request."""

import logging

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def wake(task: str, *args: object, queue: str | None = None, expires: float | None = None) -> None:
    """Send a task; to a queue of its own only where processes meet over Redis: else nobody would read it there."""
    if queue is not None and not settings.REDIS_URL:
        return
    try:
        current_app.send_task(task, args, retry=False, queue=queue, expires=expires)
    except (OperationalError, OSError) as error:
        log.warning("%s was not sent, the sweeper will see to it: %s", task, error)
