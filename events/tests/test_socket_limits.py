"""Who may keep a socket open, for how long, and how much of the process it may take."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from events import consumers, limits
from events.limits import Rate, Sockets
from events.tests.test_live_socket import HERE, Page
from simulator.testing import free_port
from tradingbot.asgi import application
from web.origin import is_same_origin
from web.testing import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> Sockets:
    """A count of this test alone."""
    counted = Sockets()
    monkeypatch.setattr(consumers, "sockets", counted)
    return counted


@pytest.fixture
def checked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "SESSION_CHECKED_EVERY", 0.05)


class Person:
    """Somebody with a browser that is logged in."""

    def __init__(self) -> None:
        self.user = UserFactory.of("viewer")
        self.client = Client()
        self.client.force_login(self.user)

    def page(self) -> Page:
        return Page([(b"cookie", f"sessionid={self.client.cookies['sessionid'].value}".encode())])


@pytest.fixture
def person() -> Person:
    return Person()


def log_out(person: Person) -> None:
    assert person.client.post("/api/auth/logout").status_code == 204


def deactivate(person: Person) -> None:
    User.objects.filter(pk=person.user.pk).update(is_active=False)


def delete(person: Person) -> None:
    User.objects.filter(pk=person.user.pk).delete()


def change_password(person: Person) -> None:
    person.user.set_password("another horse battery")
    person.user.save()


def expire(person: Person) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def log_in_as_another(person: Person) -> None:
    """The same session key with somebody else in it."""
    session = person.client.session
    other = UserFactory.of("viewer")
    session["_auth_user_id"], session["_auth_user_hash"] = str(other.pk), other.get_session_auth_hash()
    session.save()


@pytest.mark.parametrize("act", [log_out, deactivate, delete, change_password, expire, log_in_as_another])
async def test_a_socket_ends_with_the_right_to_it(person: Person, act: Any, checked_often: None) -> None:
    page = person.page()
    await page.open()
    await page.subscribe()
    assert (await page.hear())["type"] == "pong"
    await asyncio.sleep(0.15)
    assert await page.is_quiet(), "it stays open while nothing happens"
    await sync_to_async(act)(person)
    assert await page.closed_with() == 4401
    await page.socket.disconnect()


def test_it_is_looked_often_enough_to_keep_the_promise_of_ten_seconds() -> None:
    assert consumers.SESSION_CHECKED_EVERY + consumers.SESSION_ANSWERS_WITHIN < 10


async def test_a_guard_that_dies_closes_the_socket(
    person: Person, checked_often: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(scope: Any) -> bool:
        raise AttributeError("no attribute 'objects'")

    page = person.page()
    await page.open()
    monkeypatch.setattr(consumers, "is_logged_in", broken)
    assert await page.closed_with() == 1011
    await page.socket.disconnect()


async def test_too_many_messages_close_it(person: Person) -> None:
    page = person.page()
    await page.open()
    for _ in range(limits.MESSAGES_AT_MOST):
        await page.say({"type": "ping"})
        assert (await page.hear())["type"] == "pong"
    await page.say({"type": "ping"})
    assert await page.closed_with() == 4429
    await page.socket.disconnect()


async def test_too_many_replays_close_it(person: Person) -> None:
    page = person.page()
    await page.open()
    for _ in range(limits.REPLAYS_AT_MOST):
        await page.subscribe(after=0)
        assert (await page.hear())["type"] == "pong"
    await page.subscribe(after=0)
    assert await page.closed_with() == 4429
    await page.socket.disconnect()


def test_a_rate_lets_pass_again_when_time_has_gone_by() -> None:
    rate = Rate(2, 10.0)
    assert [rate.passes(now) for now in (0.0, 1.0, 9.9, 10.0, 10.5, 11.0)] == [True, True, False, True, False, True]


async def test_a_person_has_so_many_sockets_and_another_still_gets_one(
    person: Person, counted: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SOCKETS_AT_MOST", 2)
    pages = [person.page() for _ in range(2)]
    for page in pages:
        await page.open()
    refused = person.page()
    await refused.socket.connect()
    assert await refused.closed_with() == 4429
    other = (await sync_to_async(Person)()).page()
    await other.open()
    await pages[0].socket.disconnect()
    again = person.page()
    await again.open()
    for page in (pages[1], other, again, refused):
        await page.socket.disconnect()
    assert counted._open == {}


async def test_a_socket_that_fails_while_it_opens_is_not_counted_for_ever(
    person: Person, counted: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> int:
        raise OSError("the database is away")

    monkeypatch.setattr(consumers, "newest_event_id", broken)
    page = person.page()
    await page.socket.connect()
    with pytest.raises(OSError, match="away"):
        await page.socket.receive_output(timeout=0.5)
    assert counted._open == {}


def test_sockets_are_counted_by_person() -> None:
    counted = Sockets()
    assert [counted.take(1) for _ in range(limits.SOCKETS_AT_MOST + 1)] == [True] * limits.SOCKETS_AT_MOST + [False]
    assert counted.take(2)
    counted.give_back(1)
    assert counted.take(1)


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://localhost:8000", "localhost:8000", True),
        ("http://localhost", "localhost", True),
        ("http://localhost", "localhost:80", True),
        ("http://localhost:80", "localhost", True),
        ("https://localhost", "localhost", True),
        ("https://localhost", "localhost:443", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("https://trusted.example", "localhost:8000", True),
        ("http://localhost:3000", "localhost:8000", False),
        ("http://127.0.0.1:9999", "localhost:9999", False),
        ("http://localhost", "localhost:443", False),
        ("http://evil.example", "localhost", False),
        ("http://evil.example", "evil.example", False),
        ("https://trusted.example", "evil.example", False),
        ("http://localhost.evil.example", "localhost", False),
        ("http://localhost@evil.example", "localhost", False),
        ("http://localhost:99999", "localhost:99999", False),
        ("ftp://localhost", "localhost", False),
        ("null", "localhost", False),
        ("localhost", "localhost", False),
        ("", "localhost", False),
        ("http://localhost", "", False),
        ("http://[", "[", False),
    ],
)
def test_an_origin_is_compared_with_its_port(origin: str, host: str, same: bool, settings: Any) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example"]
    assert is_same_origin(origin, host) == same


async def test_a_page_of_another_port_does_not_get_in(person: Person) -> None:
    cookie = f"sessionid={person.client.cookies['sessionid'].value}".encode()
    headers = [(b"cookie", cookie), (b"host", b"localhost:8000"), (b"origin", b"http://localhost:3000")]
    connected, _ = await WebsocketCommunicator(application, "/ws", headers=headers).connect()
    assert not connected


@pytest.mark.parametrize("path", ["/", "/ws/", "/wsx", "/api/bots", "/other"])
async def test_there_is_one_socket_and_others_are_refused_without_an_error(path: str) -> None:
    connected, _ = await WebsocketCommunicator(application, path, headers=HERE).connect()
    assert not connected


FLOOD = """
import asyncio, os, sys
from tradingbot.runtime.web_server import WebServer

async def flood(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    listening = asyncio.ensure_future(receive())
    while not listening.done():
        await send({"type": "websocket.send", "text": "x" * 10_000})
        await asyncio.sleep(0)
    print(listening.result()["type"], flush=True)

def ready():
    print("ready", flush=True)

WebServer(flood, endpoints=[f"tcp:port={sys.argv[1]}:interface=127.0.0.1"], ready_callable=ready, verbosity=0).run()
"""


@pytest.fixture
def flooding() -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """A server that sends without end to whoever connects."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", FLOOD, str(port)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=settings.BASE_DIR,
        env=os.environ | {"PYTHONPATH": str(settings.BASE_DIR)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield port, process
    process.kill()
    process.communicate()


def memory(pid: int) -> int:
    """Resident bytes."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_client_that_never_reads_is_let_go(flooding: tuple[int, "subprocess.Popen[str]"]) -> None:
    port, process = flooding
    before = memory(process.pid)
    with socket.create_connection(("127.0.0.1", port)) as client:
        handshake = ("GET /ws HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade")
        keys = ("Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==", "Sec-WebSocket-Version: 13", "", "")
        client.sendall("\r\n".join((*handshake, *keys)).encode())
        began = time.monotonic()
        assert process.stdout is not None
        assert process.stdout.readline() == "websocket.disconnect\n"
        assert time.monotonic() - began < 20
    assert memory(process.pid) - before < 30_000_000


@pytest.mark.parametrize("path", ["consumers.py", "tailer.py"])
def test_a_task_of_a_socket_can_always_be_cancelled(path: str) -> None:
    """Python 3.11's wait_for may swallow a cancellation: the task then goes on for ever."""
    assert "asyncio.wait_for(" not in (settings.BASE_DIR / "events" / path).read_text()
