"""Everything in one process: web in the main thread; worker, beat and streams in threads beside it."""

# Installs the reactor; must come before anything else that touches Twisted.
from tradingbot.runtime.web_server import WebServer  # isort: skip

import logging
import threading
from collections.abc import Callable

from celery import Celery
from celery.beat import Service
from celery.worker import WorkController
from django.conf import settings

from engine.scheduler import BotScheduler

log = logging.getLogger(__name__)

WORKER_THREADS = 4
STOP_SECONDS = 3.0


def web_serve(application: object, on_ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM."""
    WebServer(
        application,
        endpoints=[f"tcp:port={settings.PORT}:interface={settings.HOST}"],
        signal_handlers=True,
        ready_callable=on_ready,
        websocket_timeout=-1,
        verbosity=0,
        server_name="tradingbot",
    ).run()


def worker_start(app: Celery) -> WorkController:
    worker = WorkController(
        app=app,
        pool="threads",
        concurrency=WORKER_THREADS,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel="WARNING",
    )
    threading.Thread(target=worker.start, name="worker", daemon=True).start()
    return worker


def beat_start(app: Celery) -> Service:
    # Without scheduler_cls it would silently take another scheduler than the settings say.
    beat = Service(app, scheduler_cls=BotScheduler, max_interval=1)
    threading.Thread(target=beat.start, name="beat", daemon=True).start()
    return beat


def work_stop(worker: WorkController, beat: Service | None) -> None:
    """Take no more work and let what is under way come to its end, within reason: it would be found again anyway."""
    if beat is not None:
        beat.stop()
    stopping = threading.Thread(target=worker.stop, name="worker-stop", daemon=True)
    stopping.start()
    stopping.join(STOP_SECONDS)
