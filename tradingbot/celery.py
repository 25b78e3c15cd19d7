"""The Celery application: ticks, and what a face asks for."""

import os

from celery import Celery
from celery.signals import setup_logging
from kombu.transport.redis import Transport as RedisTransport
from redis.exceptions import OutOfMemoryError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")

app = Celery("tradingbot")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["engine", "research"])


@setup_logging.connect
def _keep_logging(**_: object) -> None:
    """Django has set logging up already; Celery must not do it again."""


# Redis that refuses memory ends a worker for good, because to kombu 5.7 that is a fault of the channel; as one of the
# connection it is asked again every second.
RedisTransport.connection_errors = (*RedisTransport.connection_errors, OutOfMemoryError)
