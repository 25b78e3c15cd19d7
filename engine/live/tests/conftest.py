"""Takes a safeguard away from the tests here, where SAFEGUARD_GONE names one: see test_safeguards.py."""

import os

import pytest


@pytest.fixture(autouse=True)
def _a_safeguard_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    name = os.environ.get("SAFEGUARD_GONE")
    if name:
        from engine.live.tests.safeguards import IN_EXAMPLES

        IN_EXAMPLES[name](monkeypatch)
