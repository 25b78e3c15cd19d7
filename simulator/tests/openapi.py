"""Checks every logged answer of a simulator against the broker's own OpenAPI descriptions, where these are at hand."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml
from django.conf import settings

FOLDER: Path = settings.BASE_DIR.parent / "shared" / "reference" / "openapi"

# Where an answer differs from the description on purpose, and why: each takes out what is not to be checked.
EXCEPTIONS = {
    # "Always null for an order leg", says the text of `legs`; its schema wants a list.
    "legs of legs": lambda answer: _without_legs_of_legs(answer),
    # The date of a split is a date, as in the description's own example; its format wants a time.
    "dates": lambda answer: _with_times(answer),
    # Closing all positions answers with an error in place of an order where one was refused; the schema knows orders
    # only, the broker's own SDK tests have both.
    "refused closings": lambda answer: _without_refusals(answer),
    # Cash in lieu of a part of a share: the broker's lists of kinds differ, and this description's is one without it.
    "cash in lieu": lambda answer: _without_cash_in_lieu(answer),
}


def available() -> bool:
    return FOLDER.is_dir()


def complaints(log: Path) -> tuple[int, list[str]]:
    """(how many answers were checked, what is wrong with them) of a log written by `--log`."""
    checked, found = 0, []
    seen: set[str] = set()
    for line in log.read_text().splitlines():
        # Most answers come again and again.
        if line in seen:
            continue
        seen.add(line)
        entry = json.loads(line)
        if not 200 <= entry["status"] < 300 or entry["path"].startswith("/sim/"):
            continue
        checked += 1
        validator = _validator(entry["method"], re.sub("/{2,}", "/", entry["path"]), str(entry["status"]))
        answer = entry["answer"]
        if validator is None:
            if answer is not None:
                found.append(f"{entry['method']} {entry['path']} {entry['status']}: the description has no such answer")
            continue
        for change in EXCEPTIONS.values():
            answer = change(answer)
        error = next(iter(validator.iter_errors(answer)), None)
        if error is not None:
            where = "/".join(str(part) for part in error.instance_path)
            found.append(f"{entry['method']} {entry['path']} {entry['status']} at {where}: {error.message[:300]}")
    return checked, found


def _without_legs_of_legs(answer: Any) -> Any:
    if isinstance(answer, list):
        return [_without_legs_of_legs(row) for row in answer]
    if isinstance(answer, dict) and isinstance(answer.get("body"), dict):
        return answer | {"body": _without_legs_of_legs(answer["body"])}
    if isinstance(answer, dict) and isinstance(answer.get("legs"), list):
        legs = [{name: value for name, value in leg.items() if name != "legs"} for leg in answer["legs"]]
        return answer | {"legs": legs}
    return answer


def _without_refusals(answer: Any) -> Any:
    if isinstance(answer, list):
        return [row for row in answer if not (isinstance(row, dict) and "body" in row and row.get("status") != 200)]
    return answer


def _without_cash_in_lieu(answer: Any) -> Any:
    if isinstance(answer, list):
        return [row for row in answer if not (isinstance(row, dict) and row.get("activity_type") == "CIL")]
    return answer


def _with_times(answer: Any) -> Any:
    return [_with_time(row) for row in answer] if isinstance(answer, list) else answer


def _with_time(row: Any) -> Any:
    is_activity = isinstance(row, dict) and {"activity_type", "date"} <= set(row)
    return row | {"date": f"{row['date']}T00:00:00Z"} if is_activity else row


@cache
def _spec(name: str) -> dict[str, Any]:
    text = (FOLDER / f"alpaca-{name}.yaml").read_text()
    spec: dict[str, Any] = _nullable(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    return spec


def _nullable(node: Any) -> Any:
    """OpenAPI 3.0 writes `nullable`, JSON schema a type."""
    if isinstance(node, dict):
        node = {key: _nullable(value) for key, value in node.items()}
        if node.pop("nullable", False) is True and "type" in node:
            node["type"] = [node["type"], "null"]
        return node
    return [_nullable(item) for item in node] if isinstance(node, list) else node


@cache
def _paths() -> list[tuple[re.Pattern[str], str, str]]:
    """(pattern, description, template), the most exact first."""
    found = []
    for name in ("trading", "data"):
        for template in _spec(name)["paths"]:
            pattern = re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template)))
            found.append((pattern, name, template))
    return sorted(found, key=lambda row: row[2].count("{"))


@cache
def _validator(method: str, path: str, status: str) -> Any:
    """None where the description has no body for this answer."""
    for pattern, name, template in _paths():
        operation = _spec(name)["paths"][template].get(method.lower())
        if pattern.fullmatch(path) and operation is not None:
            response = _resolved(_spec(name), operation["responses"].get(status, {}))
            schema = response.get("content", {}).get("application/json", {}).get("schema")
            if schema is None:
                return None
            whole = schema | {"components": _spec(name)["components"]}
            return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    return None


def _resolved(spec: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = spec
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node
