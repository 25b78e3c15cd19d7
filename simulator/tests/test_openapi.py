"""Answers against the broker's own OpenAPI descriptions, where these are at hand."""

from functools import cache

import pytest
import yaml
from django.conf import settings
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

FOLDER = settings.BASE_DIR.parent / "shared" / "reference" / "openapi"
BUY = {"symbol": "AAPL", "qty": "4", "side": "buy", "type": "market", "time_in_force": "gtc"}


@cache
def registry(name):
    path = FOLDER / f"alpaca-{name}.yaml"
    if not path.is_file():
        pytest.skip(f"needs {FOLDER.name}/{path.name}")
    spec = yaml.load(path.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return Registry().with_resource("urn:spec", Resource(_nullable(spec), DRAFT202012))


def _nullable(node):
    """OpenAPI 3.0 writes `nullable`, JSON schema a type."""
    if isinstance(node, dict):
        node = {key: _nullable(value) for key, value in node.items()}
        if node.pop("nullable", False) is True and "type" in node:
            node["type"] = [node["type"], "null"]
        return node
    return [_nullable(item) for item in node] if isinstance(node, list) else node


def check(name, schema, value):
    pointer = {"$ref": f"urn:spec#/components/schemas/{schema}"}
    validator = Draft202012Validator(pointer, registry=registry(name), format_checker=FormatChecker())
    errors = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]
    assert not errors, "\n".join(errors[:10])


def test_trading_answers(simulator):
    legs = {"order_class": "bracket", "take_profit": {"limit_price": 500}, "stop_loss": {"stop_price": 50}}
    posted = simulator.ask("POST", "/v2/orders", BUY | legs)
    simulator.ask("POST", "/v2/orders", BUY | {"symbol": "MSFT"})
    simulator.ask("POST", "/v2/orders", BUY | {"type": "limit", "limit_price": "9.5", "symbol": "KO"})
    for order in (posted, *simulator.ask("GET", "/v2/orders?status=all&nested=true")):
        for leg in order["legs"] or ():
            # "Always null for an order leg", says the text; its schema wants an object.
            assert leg.pop("legs") is None
        check("trading", "Order", order)
    check("trading", "Account", simulator.ask("GET", "/v2/account"))
    check("trading", "AccountConfigurations", simulator.ask("GET", "/v2/account/configurations"))
    for position in simulator.ask("GET", "/v2/positions"):
        check("trading", "Position", position)
    for activity in simulator.ask("GET", "/v2/account/activities/FILL"):
        check("trading", "TradingActivities", activity)
    for asset in simulator.ask("GET", "/v2/assets"):
        check("trading", "Assets", asset)
    check("trading", "legacy_clock", simulator.ask("GET", "/v2/clock"))
    for day in simulator.ask("GET", "/v2/calendar?start=2026-11-01&end=2026-12-31"):
        check("trading", "legacy_calendar_day", day)
    for row in simulator.ask("DELETE", "/v2/orders"):
        check("trading", "CanceledOrderResponse", row)
    for row in simulator.ask("DELETE", "/v2/positions?cancel_orders=true"):
        check("trading", "PositionClosedReponse", row)


def test_market_data_answers(simulator):
    simulator.step_seconds(60)
    query = "symbols=AAPL,MSFT&timeframe=1Min&start=2026-11-19&limit=3"
    check("data", "stock_bars_resp", simulator.ask("GET", f"/v2/stocks/bars?{query}"))
    check("data", "stock_bars_resp_single", simulator.ask("GET", "/v2/stocks/AAPL/bars?timeframe=1Min"))
    for kind in ("bars", "trades", "quotes"):
        check("data", f"stock_latest_{kind}_resp", simulator.ask("GET", f"/v2/stocks/{kind}/latest?symbols=AAPL,QQQ"))
        check("data", f"stock_latest_{kind}_resp_single", simulator.ask("GET", f"/v2/stocks/AAPL/{kind}/latest"))
    check("data", "stock_snapshots_resp", simulator.ask("GET", "/v2/stocks/snapshots?symbols=AAPL,QQQ"))
    check("data", "stock_snapshots_resp_single", simulator.ask("GET", "/v2/stocks/AAPL/snapshot"))
