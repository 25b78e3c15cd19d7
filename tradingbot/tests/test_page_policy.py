"""Every answer says what a browser may do with it."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as product
from django.test import Client

from tradingbot.testing_nginx import NGINX_TEMPLATE
from web.page_policy import PAGE_POLICY
from web.testing import client_of

pytestmark = pytest.mark.django_db

HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def _built_page(settings: Any, tmp_path: Path) -> None:
    """As WhiteNoise serves it, whether the front end is built here or not."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "assets" / "index-12345678.js").write_text("")
    settings.WHITENOISE_ROOT = settings.FRONTEND_DIST = tmp_path


@pytest.mark.usefixtures("_built_page")
@pytest.mark.parametrize(
    "path",
    [
        *("/", "/bots", "/index.html", "/assets/index-12345678.js"),
        *("/admin/", "/admin/login/", "/admin/nothing", "/static/admin/css/base.css", "/static/nothing"),
        *("/api/docs", "/api/schema", "/api/bots", "/api/nothing", "/health", "/nothing.js"),
    ],
)
def test_every_answer_has_the_headers(path: str) -> None:
    for client in (Client(), client_of("admin")):
        answer = client.get(path)
        assert {name: answer.get(name) for name in HEADERS} == HEADERS


def test_a_foreign_host_gets_them_too() -> None:
    answer = Client().get("/", HTTP_HOST="evil.example")
    assert (answer.status_code, answer["Content-Security-Policy"]) == (400, PAGE_POLICY)


def test_no_script_may_be_written_into_a_page() -> None:
    scripts = next(part for part in PAGE_POLICY.split("; ") if part.startswith("script-src"))
    assert scripts == "script-src 'self'"
    page = client_of("admin").get("/api/docs").content.decode()
    assert "<script>" not in page
    assert client_of("admin").get("/api/docs?script=").status_code == 200


def test_nginx_says_the_same_of_the_files_it_serves_itself() -> None:
    text = NGINX_TEMPLATE.read_text()
    for name, value in HEADERS.items():
        assert f'add_header {name} "{value}" always;' in text


def test_the_page_has_no_script_in_it() -> None:
    """Vite puts none in; whoever writes one into it would see an empty page."""
    text = (product.BASE_DIR / "frontend" / "index.html").read_text()
    assert "<script>" not in text
    assert "onload=" not in text
