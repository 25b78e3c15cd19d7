"""Who may ask for what: every route, every role."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import URLPattern, URLResolver, get_resolver

from bots.models import Bot, SavedTemplate
from bots.tests.factories import BotFactory
from engine.models import Halt
from marketdata.tests.factories import SymbolFactory
from positions.models import Position
from positions.tests.factories import PositionFactory
from research.tests.factories import BacktestFactory
from trades.models import Trade
from trades.tests.factories import TradeFactory
from web.testing import BOT, ROLES, client_of, problem

# Every route and the least role that may use it. A new route must be named here.
ROUTES = {
    ("GET", "api/auth/csrf"): "anonymous",
    ("POST", "api/auth/login"): "anonymous",
    ("POST", "api/auth/logout"): "viewer",
    ("GET", "api/auth/me"): "viewer",
    ("POST", "api/auth/token"): "anonymous",
    ("POST", "api/auth/token/refresh"): "anonymous",
    ("GET", "api/schema"): "viewer",
    ("GET", "api/docs"): "viewer",
    ("GET", "api/alerts"): "viewer",
    ("POST", "api/alerts/read"): "viewer",
    ("GET", "api/halts"): "viewer",
    ("POST", "api/halts"): "trader",
    ("POST", "api/halts/<pk>/clear"): "trader",
    ("GET", "api/summary"): "viewer",
    ("GET", "api/market-status"): "viewer",
    ("GET", "api/market-data/<symbol>"): "viewer",
    ("GET", "api/symbols"): "viewer",
    ("POST", "api/symbols/rename"): "admin",
    ("GET", "api/indicators"): "viewer",
    ("GET", "api/bots"): "viewer",
    ("GET", "api/bots/schema"): "viewer",
    ("POST", "api/bots"): "admin",
    ("GET", "api/bots/<pk>"): "viewer",
    ("PUT", "api/bots/<pk>"): "admin",
    ("DELETE", "api/bots/<pk>"): "admin",
    ("POST", "api/bots/act"): "trader",
    ("POST", "api/bots/<pk>/start"): "trader",
    ("POST", "api/bots/<pk>/stop"): "trader",
    ("POST", "api/bots/<pk>/pause"): "trader",
    ("GET", "api/templates"): "viewer",
    ("POST", "api/templates"): "admin",
    ("PATCH", "api/templates/<pk>"): "admin",
    ("DELETE", "api/templates/<pk>"): "admin",
    ("GET", "api/decisions"): "viewer",
    ("POST", "api/bots/<pk>/rollback"): "admin",
    ("GET", "api/backtests"): "viewer",
    ("POST", "api/backtests"): "trader",
    ("GET", "api/backtests/<pk>"): "viewer",
    ("DELETE", "api/backtests/<pk>"): "trader",
    ("POST", "api/backtests/<pk>/cancel"): "trader",
    ("GET", "api/backtests/<pk>/report"): "viewer",
    ("GET", "api/backtests/<pk>/export"): "viewer",
    ("GET", "api/trades"): "viewer",
    ("GET", "api/trades/<pk>"): "viewer",
    ("GET", "api/trades/stats"): "viewer",
    ("GET", "api/trades/working"): "viewer",
    ("POST", "api/trades/<pk>/cancel"): "trader",
    ("PUT", "api/trades/<pk>/note"): "trader",
    ("GET", "api/trades/export"): "viewer",
    ("GET", "api/account"): "viewer",
    ("GET", "api/account/activities"): "viewer",
    ("GET", "api/account/equity"): "viewer",
    ("GET", "api/calendar"): "viewer",
    ("GET", "api/analytics"): "viewer",
    ("GET", "api/analytics/exposure"): "viewer",
    ("GET", "api/bots/<pk>/versions"): "viewer",
    ("GET", "api/positions/summary"): "viewer",
    ("GET", "api/positions"): "viewer",
    ("GET", "api/positions/<pk>"): "viewer",
    ("POST", "api/positions/<pk>/close"): "trader",
    ("POST", "api/positions/<pk>/levels"): "trader",
    ("GET", "health"): "anonymous",
    ("GET", "health/live"): "anonymous",
    ("GET", "health/ready"): "anonymous",
}
METHODS = ("get", "post", "put", "patch", "delete")


def routes() -> Iterator[tuple[str, str]]:
    """(method, path) of everything that answers with JSON, from the URLconf itself."""
    for path, view in _views(get_resolver().url_patterns, ""):
        actions = getattr(view, "actions", None)
        kind = getattr(view, "cls", None)
        if actions:
            yield from ((method.upper(), path) for method in actions if method != "head")
        elif kind is not None:
            yield from ((method.upper(), path) for method in METHODS if hasattr(kind, method))


def _views(patterns: list[Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + _plain(pattern)
        if isinstance(pattern, URLResolver):
            if path != "admin/":
                yield from _views(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


def _plain(pattern: Any) -> str:
    path = str(pattern.pattern).replace("<str:symbol>", "<symbol>").removeprefix("^").removesuffix("$")
    path = path.removesuffix("\\Z").replace("(?P<pk>[0-9]{1,18})", "<pk>")
    return path.removesuffix("\\Z").removesuffix("/?")


@pytest.fixture
def paths(db: None) -> dict[str, str]:
    """The paths, with rows behind them."""
    SymbolFactory.create()
    trade = TradeFactory.create()
    position = PositionFactory.create(bot=trade.bot)
    halt = Halt.objects.create(reason="the news", set_by="ann")
    numbers = {"api/bots": trade.bot_id, "api/trades": trade.pk, "api/positions": position.pk, "api/halts": halt.pk}
    numbers["api/backtests"] = BacktestFactory.create().pk
    numbers["api/templates"] = SavedTemplate.objects.create(name="Calm", key="calm", config={}).pk
    return {
        path: "/" + path.replace("<symbol>", "AAPL").replace("<pk>", str(numbers.get(path.split("/<pk>")[0])))
        for _, path in ROUTES
    }


def ask(role: str, method: str, path: str) -> Any:
    body = BOT if path.startswith("/api/bots") and method in ("POST", "PUT") and path.count("/") < 4 else {}
    return client_of(role).generic(method, path, content_type="application/json", data=json.dumps(body))


def test_every_route_is_known_here() -> None:
    assert sorted(routes()) == sorted(ROUTES)


@pytest.mark.parametrize(("method", "path"), [route for route, role in ROUTES.items() if role != "anonymous"])
def test_nobody_gets_anything_without_a_login(paths: dict[str, str], method: str, path: str) -> None:
    before = list(Bot.objects.values())
    problem(ask("anonymous", method, paths[path]), 403)
    assert list(Bot.objects.values()) == before
    assert Trade.objects.count() == Position.objects.count() == 1


@pytest.mark.parametrize(("method", "path"), [route for route, role in ROUTES.items() if role in ("trader", "admin")])
def test_a_viewer_can_do_nothing(paths: dict[str, str], method: str, path: str) -> None:
    before = list(Bot.objects.values())
    body = problem(ask("viewer", method, paths[path]), 403)
    assert body["detail"] == "your role does not allow this"
    assert list(Bot.objects.values()) == before
    assert Trade.objects.count() == Position.objects.count() == 1


@pytest.mark.parametrize(("method", "path"), [route for route, role in ROUTES.items() if role == "admin"])
def test_a_trader_cannot_configure(paths: dict[str, str], method: str, path: str) -> None:
    before = list(Bot.objects.values())
    problem(ask("trader", method, paths[path]), 403)
    assert list(Bot.objects.values()) == before


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_whoever_may_is_not_refused(paths: dict[str, str], method: str, path: str, role: str) -> None:
    least = ROUTES[method, path]
    allowed = least == "anonymous" or ROLES.index(role) >= ROLES.index(least)
    status = ask(role, method, paths[path]).status_code
    assert (status != 403) == allowed
    assert status != 500


@pytest.mark.django_db
def test_a_bot_is_started_by_a_trader_and_configured_by_an_admin() -> None:
    SymbolFactory.create()
    bot = BotFactory.create()
    assert client_of("trader").post(f"/api/bots/{bot.pk}/start").status_code == 200
    assert client_of("admin").post("/api/bots", BOT, format="json").status_code == 201


@pytest.mark.django_db
def test_an_inactive_user_gets_nothing() -> None:
    client = client_of("admin")
    assert client.get("/api/bots").status_code == 200
    User.objects.update(is_active=False)
    problem(client.get("/api/bots"), 403)
