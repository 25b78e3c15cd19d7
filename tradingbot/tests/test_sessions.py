"""Whoever reads the table of sessions, or a backup, is logged in as nobody."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session
from django.test import Client

from tradingbot.sessions import SessionStore, stored_key
from web.testing import UserFactory

pytestmark = pytest.mark.django_db


def is_in(session_key: str) -> bool:
    client = Client()
    client.cookies["sessionid"] = session_key
    return client.get("/api/auth/me").status_code == 200


def test_what_is_stored_lets_nobody_in() -> None:
    client = Client()
    client.force_login(UserFactory.of("admin"))
    own = client.cookies["sessionid"].value
    row = Session.objects.get()
    assert is_in(own)
    assert row.session_key == stored_key(own) != own
    assert len(row.session_key) == 40
    assert not is_in(row.session_key)
    assert own not in row.session_data
    assert own not in str(row.get_decoded())


def test_a_logout_and_a_new_login_leave_no_row_behind() -> None:
    client = Client()
    user = UserFactory.of("viewer")
    client.force_login(user)
    first = client.cookies["sessionid"].value
    client.force_login(user)
    assert client.get("/api/auth/me").status_code == 200
    client.post("/api/auth/logout")
    assert not is_in(first)
    assert not Session.objects.exists()


def both_ways(store: Any, name: str, *given: Any) -> Any:
    return getattr(store, name)(*given), async_to_sync(getattr(store, f"a{name}"))(*given)


def test_the_asynchronous_methods_do_the_same() -> None:
    store = SessionStore()
    store["who"] = "ann"
    async_to_sync(store.asave)()
    key = store.session_key
    assert Session.objects.get().session_key == stored_key(key)
    assert both_ways(SessionStore(key), "load") == ({"who": "ann"}, {"who": "ann"})
    assert both_ways(SessionStore(), "exists", key) == (True, True)
    assert both_ways(SessionStore(), "exists", stored_key(key)) == (False, False)
    async_to_sync(SessionStore(stored_key(key)).adelete)()
    assert Session.objects.count() == 1
    async_to_sync(SessionStore(key).adelete)()
    SessionStore().delete()
    async_to_sync(SessionStore().adelete)()
    assert not Session.objects.exists()
    lost = SessionStore(key)
    assert (lost.load(), lost.session_key) == ({}, None)


def test_a_key_that_nobody_was_given_is_not_taken_over() -> None:
    """A browser that brings a key of its own gets another one."""
    client = Client()
    client.cookies["sessionid"] = "chosenbysomebodyelse0000000000000"
    client.force_login(UserFactory.of("viewer"))
    assert client.cookies["sessionid"].value != "chosenbysomebodyelse0000000000000"
