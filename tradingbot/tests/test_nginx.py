"""The shipped nginx in front of a web process: what it passes on of a request, and what it makes of it."""

import http.client
import json
import re
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from simulator.testing import free_port
from tradingbot.testing_nginx import NGINX_TEMPLATE, nginx_start
from tradingbot.version import VERSION
from web.testing import PASSWORD, UserFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

PROBLEM = "application/problem+json"


class Browser:
    """Sends Host and Origin as a browser does, and keeps cookies; `headers` are added to each request or replaced."""

    def __init__(self, port: int, **headers: str) -> None:
        self.port = port
        self.headers = {"Host": f"127.0.0.1:{port}", "Origin": f"http://127.0.0.1:{port}"} | headers
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = self.headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} | headers
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        connection.close()
        return answer.status, answer.headers, content

    def log_in(self, password: str = PASSWORD, path: str = "/api/auth/login", **headers: str) -> int:
        self.ask("GET", "/api/auth/csrf")
        body = json.dumps({"username": "ann", "password": password}).encode()
        token = self.cookies.get("csrftoken", "")
        return self.ask("POST", path, body, **{"Content-Type": "application/json", "X-CSRFToken": token} | headers)[0]


@pytest.fixture
def _people(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = UserFactory.of("trader", username="ann")
    user.set_password(PASSWORD)
    user.save()


NginxMaker = Callable[..., int]


@pytest.fixture
def nginx(live_server: Any, settings: Any, tmp_path: Path, _people: None) -> Iterator[NginxMaker]:
    """Starts the shipped nginx in front of this process; returns its port."""
    running = []

    def start(num_proxies: int = 1) -> int:
        settings.ALLOWED_HOSTS = ["127.0.0.1"]
        settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": num_proxies}
        port = free_port()
        backend = live_server.thread.port
        running.append(nginx_start(tmp_path / str(port), listen=port, backend=backend, num_proxies=num_proxies))
        return port

    yield start
    for process in running:
        process.terminate()
        process.wait()


def test_a_browser_logs_in_through_it(nginx: NginxMaker) -> None:
    browser = Browser(nginx())
    assert browser.log_in() == 200
    assert json.loads(browser.ask("GET", "/api/auth/me")[2]) == {
        "username": "ann",
        "role": "trader",
        "version": VERSION,
        "newest_event": 0,
    }
    token = browser.cookies["csrftoken"]
    assert browser.ask("POST", "/api/auth/logout", **{"X-CSRFToken": token})[0] == 204


def test_a_page_of_another_origin_does_not_log_in(nginx: NginxMaker) -> None:
    port = nginx()
    assert Browser(port, Origin="http://evil.example").log_in() == 403
    assert Browser(port, Origin=f"http://127.0.0.1:{port + 1}").log_in() == 403


@pytest.mark.parametrize("path", ["/api/auth/csrf", "/admin/login/", "/health", "/api/nothing", "/ws"])
def test_a_foreign_host_is_refused(nginx: NginxMaker, path: str) -> None:
    port = nginx()
    for host in ("evil.example", "web", f"127.0.0.1.evil.example:{port}"):
        assert Browser(port, Host=host).ask("GET", path)[0] == 400


def test_a_load_balancer_that_asks_by_an_address_hears_whether_it_lives(nginx: NginxMaker) -> None:
    status, _, content = Browser(nginx(), Host="10.0.1.5:8080").ask("GET", "/health/live")
    assert (status, json.loads(content)["status"]) == (200, "ok")


def test_what_a_client_says_of_its_address_is_not_believed(nginx: NginxMaker) -> None:
    browser = Browser(nginx())
    statuses = [
        browser.log_in("guess", "/api/auth/token", **{"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(14)
    ]
    assert statuses == [400] * 10 + [429] * 4


def test_what_a_client_says_of_its_scheme_is_not_believed(nginx: NginxMaker, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    port = nginx()
    browser = Browser(port, **{"X-Forwarded-Proto": "https", "Origin": f"https://127.0.0.1:{port}"})
    assert browser.log_in() == 403


def test_behind_a_second_proxy_each_client_has_a_limit_of_its_own(nginx: NginxMaker, settings: Any) -> None:
    """The proxy in front appends the address it saw; what the client wrote before it counts for nothing."""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    port = nginx(num_proxies=2)

    def seen(client: str, number: int) -> dict[str, str]:
        return {"X-Forwarded-For": f"198.51.100.{number}, {client}", "X-Forwarded-Proto": "https"}

    secure = Browser(port, Host="127.0.0.1", Origin="https://127.0.0.1")
    statuses = [secure.log_in("guess", **seen("203.0.113.1", number)) for number in range(12)]
    assert statuses == [400] * 10 + [429] * 2
    other = Browser(port, Host="127.0.0.1", Origin="https://127.0.0.1")
    body = json.dumps({"username": "bob", "password": "guess"}).encode()
    json_type = {"Content-Type": "application/json"}
    assert other.ask("POST", "/api/auth/token", body, **json_type, **seen("203.0.113.2", 1))[0] == 400
    assert other.ask("POST", "/api/auth/token", body, **json_type, **seen("203.0.113.1", 1))[0] == 429


def test_errors_of_nginx_itself_below_api_are_problems(nginx: NginxMaker, live_server: Any) -> None:
    status, headers, content = Browser(nginx()).ask("POST", "/api/auth/login", b"x" * 70_000)
    assert (status, headers["Content-Type"], json.loads(content)["status"]) == (413, PROBLEM, 413)


@pytest.mark.parametrize("path", ["/", "/bots", "/index.html", "/favicon.svg", "/assets/"])
def test_every_file_of_the_page_has_the_headers(nginx: NginxMaker, path: str) -> None:
    browser = Browser(nginx())
    if path == "/assets/":
        path += browser.ask("GET", "/")[2].decode().partition("/assets/")[2].partition('"')[0]
    status, headers, _ = browser.ask("GET", path)
    assert status == 200
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert headers["Referrer-Policy"] == "same-origin"
    assert ("immutable" in headers["Cache-Control"]) == path.startswith("/assets/")


def test_no_location_ends_the_inheritance_of_what_is_passed_on() -> None:
    inside_locations = re.findall(r"^ {4,}proxy_set_header.*$", NGINX_TEMPLATE.read_text(), re.MULTILINE)
    assert inside_locations == []
