"""Guessing passwords: one limit for every way to log in, which locks nobody out who has been in before."""

import logging
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import aauthenticate
from django.contrib.auth.models import User
from django.core import signing
from django.core.cache import cache
from django.test import Client, RequestFactory

from tradingbot.logins import rations
from tradingbot.logins.backend import TooManyLogins
from tradingbot.logins.devices import COOKIE, SALT
from tradingbot.logins.rations import account_key, address_of
from web.testing import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

WAYS = ("/api/auth/login", "/api/auth/token", "/admin/login/")
ELSEWHERE = "203.0.113.9"


@pytest.fixture(autouse=True)
def ann(settings: Any) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = UserFactory.of("admin", username="ann")
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client: Client, way: str, password: str = PASSWORD, name: str = "ann", **where: Any) -> int:
    """200 and 302 are in, 400 or the form again is not; the form again is told as 400, too."""
    body = {"username": name, "password": password}
    if way.startswith("/admin/"):
        answer = client.post(f"{way}?next=/admin/", body, **where)
        return 400 if answer.status_code == 200 else 200 if answer.status_code == 302 else answer.status_code
    return client.post(way, body, content_type="application/json", **where).status_code


def log_out(client: Client) -> None:
    """The session ends; the browser keeps its other cookies."""
    del client.cookies["sessionid"]


@pytest.mark.parametrize("way", WAYS)
def test_each_way_has_the_limit_and_the_right_password_does_not_pass_it(way: str) -> None:
    client = Client()
    assert [log_in(client, way, "guess") for _ in range(40)] == [400] * 10 + [429] * 30
    assert log_in(client, way) == 429
    assert "sessionid" not in client.cookies


def test_all_ways_share_one_limit() -> None:
    assert [log_in(Client(), WAYS[number % 3], "guess") for number in range(12)] == [400] * 10 + [429] * 2


@pytest.mark.parametrize("way", WAYS)
def test_whoever_waits_is_told_how_long(way: str) -> None:
    for _ in range(10):
        log_in(Client(), way, "guess")
    answer = Client().post(way, {"username": "ann", "password": "guess"}, content_type="application/json")
    if way.startswith("/admin/"):
        answer = Client().post(way, {"username": "ann", "password": "guess"})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60


def test_after_a_while_there_is_a_new_ration(monkeypatch: pytest.MonkeyPatch) -> None:
    at = rations.now_real()
    monkeypatch.setattr("tradingbot.logins.backend.now_real", lambda: at)
    for _ in range(11):
        log_in(Client(), WAYS[0], "guess")
    [ration] = [rations.Ration("account", account_key("ann"))]
    over, wait = ration.take(at + 58.5)
    assert (over, wait) == (1, 2)


def test_an_account_has_a_limit_wherever_the_guesses_come_from() -> None:
    statuses = [log_in(Client(), WAYS[0], "guess", REMOTE_ADDR=f"203.0.113.{number}") for number in range(12)]
    assert statuses == [400] * 10 + [429] * 2
    assert log_in(Client(), WAYS[0], "guess", name="ANN", REMOTE_ADDR="198.51.100.7") == 429, "however it is written"
    assert log_in(Client(), WAYS[0], "guess", name="bob", REMOTE_ADDR="198.51.100.8") == 400


def test_all_strangers_together_have_a_limit_and_a_known_browser_passes_it() -> None:
    """To compare a password takes long on purpose: with addresses enough it would take all there is."""
    owner = Client()
    log_in(owner, WAYS[0])
    log_out(owner)

    def guess(number: int) -> int:
        where = {"REMOTE_ADDR": f"2001:db8:{number:x}::1"}
        return log_in(Client(), WAYS[number % 3], "guess", name=f"person{number}", **where)

    assert [guess(number) for number in range(102)] == [400] * 100 + [429] * 2
    assert log_in(owner, WAYS[0]) == 200


def test_guesses_at_many_names_push_out_no_count() -> None:
    """The cache of one process keeps a bounded number of entries."""
    for number in range(9):
        log_in(Client(), WAYS[0], "guess", REMOTE_ADDR=f"203.0.113.{number}")
    for number in range(400):
        cache.add(f"login:account:{number}", 1, 60)
    assert log_in(Client(), WAYS[0], "guess", REMOTE_ADDR="198.51.100.1") == 400
    assert log_in(Client(), WAYS[0], "guess", REMOTE_ADDR="198.51.100.2") == 429


def test_an_address_has_a_limit_whoever_is_guessed_at() -> None:
    statuses = [log_in(Client(), WAYS[0], "guess", name=f"person{number}") for number in range(12)]
    assert statuses == [400] * 10 + [429] * 2
    assert log_in(Client(), WAYS[0], REMOTE_ADDR=ELSEWHERE) == 200


def test_what_an_address_may_not_try_is_not_counted_against_the_account() -> None:
    for number in range(30):
        log_in(Client(), WAYS[0], "guess", name="ann" if number > 15 else "bob")
    assert log_in(Client(), WAYS[0], REMOTE_ADDR=ELSEWHERE) == 200


@pytest.mark.parametrize("way", WAYS)
def test_logging_in_counts_for_nothing_and_takes_nothing_back(way: str) -> None:
    assert [log_in(Client(), way) for _ in range(15)] == [200] * 15
    for _ in range(9):
        log_in(Client(), way, "guess")
    assert log_in(Client(), way) == 200
    assert [log_in(Client(), way, "guess") for _ in range(2)] == [400, 429]


@pytest.mark.parametrize("way", ["/api/auth/login", "/admin/login/"])
def test_a_browser_that_was_in_before_is_not_locked_out_by_strangers(way: str) -> None:
    owner = Client()
    assert log_in(owner, way) == 200
    log_out(owner)
    for number in range(30):
        log_in(Client(), WAYS[number % 3], "guess")
    assert log_in(Client(), way, REMOTE_ADDR=ELSEWHERE) == 429
    assert log_in(owner, way) == 200


def test_a_known_browser_has_no_more_guesses_than_others() -> None:
    thief = Client()
    log_in(thief, WAYS[0])
    log_out(thief)
    assert [log_in(thief, WAYS[0], "guess") for _ in range(12)] == [400] * 10 + [429] * 2
    assert log_in(thief, WAYS[0]) == 429
    assert log_in(Client(), WAYS[0]) == 200, "they were its own guesses"


def test_a_browser_is_known_to_one_account_and_only_by_our_own_cookie() -> None:
    owner = Client()
    log_in(owner, WAYS[0])
    cookie = owner.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    log_out(owner)
    assert [log_in(owner, WAYS[0], "guess", name="bob") for _ in range(11)] == [400] * 10 + [429]
    for _ in range(10):
        log_in(Client(), WAYS[0], "guess", REMOTE_ADDR=ELSEWHERE)
    forged = (
        "",
        "x",
        cookie.value[:-1],
        signing.dumps([account_key("ann"), "1"], salt="another"),
        signing.dumps("ann", salt=SALT),
        signing.dumps(5, salt=SALT),
    )
    for value in forged:
        stranger = Client()
        stranger.cookies[COOKIE] = value
        assert log_in(stranger, WAYS[0], REMOTE_ADDR="198.51.100.1") == 429


def test_a_login_that_failed_leaves_no_cookie() -> None:
    client = Client()
    log_in(client, WAYS[0], "guess")
    assert COOKIE not in client.cookies


def test_the_asynchronous_way_is_limited_as_well() -> None:
    """Django's own of that name would compare the password beside the limit."""
    client = Client()
    for _ in range(10):
        log_in(client, WAYS[0], "guess")

    with pytest.raises(TooManyLogins):
        async_to_sync(aauthenticate)(username="ann", password=PASSWORD)


@pytest.mark.parametrize("way", WAYS)
def test_every_attempt_is_logged_without_secrets(way: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "tradingbot.logins")
    log_in(Client(), way, "guess-canary")
    log_in(Client(), way, "guess-canary", name="password-canary")
    log_in(Client(), way, "guess-canary", name="a\0b")
    log_in(Client(), way)
    for _ in range(12):
        log_in(Client(), way, "guess-canary")
    lines = [(line.levelname, line.getMessage()) for line in caplog.records if line.name.startswith("tradingbot")]
    told = f"from 127.0.0.1 at {way}"
    assert ("WARNING", f"not logged in: 'ann' {told}") in lines
    assert ("WARNING", f"not logged in: an unknown name {told}") in lines
    assert ("INFO", f"logged in: 'ann' {told}") in lines
    assert [text for _, text in lines if "too many" in text] == [
        f"too many attempts to log in, 'ann' {told}, of one address"
    ], "once, or they fill the log"
    assert "canary" not in caplog.text
    assert PASSWORD not in caplog.text


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_an_address_of_ipv6_is_a_network(told: str, address: str) -> None:
    assert address_of(RequestFactory(REMOTE_ADDR=told).get("/")) == address
