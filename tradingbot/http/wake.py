"""Waking a worker: what is asked for is a row already, so a message that is lost costs a second, never the request."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def wake(task: str) -> None:
    try:
        current_app.send_task(task, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("%s was not sent, the sweeper will see to it: %s", task, error)
