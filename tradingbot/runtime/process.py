"""What every process that lives on does when it starts."""

from django.conf import settings
from prometheus_client import start_http_server

from engine.brokers.connect import broker_adapter
from engine.live.pulse import pulse_bad, pulse_good
from tradingbot.alerts import alerts_start
from tradingbot.runtime.health_watch import HealthWatch

REDIS_MISSING = "Set REDIS_URL: separate processes meet over Redis. `manage.py up` runs everything in one process."


def process_start(*, serves_http: bool) -> None:
    """Tell errors on the page, and serve metrics on METRICS_PORT where this process has no page to serve them on."""
    alerts_start()
    broker_adapter().on_answer(_broker_answered)
    if serves_http:
        HealthWatch().start()
    if settings.METRICS_PORT and not serves_http:
        start_http_server(settings.METRICS_PORT, addr=settings.HOST)


def _broker_answered(interface: str, why: str) -> None:
    if why:
        pulse_bad(f"broker {interface}", why)
    else:
        pulse_good(f"broker {interface}")
