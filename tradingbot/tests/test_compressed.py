"""What is sent is compressed where the browser takes that: files when the page is built, answers as they are made."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from bots.tests.factories import BotFactory
from web.testing import client_of

pytestmark = pytest.mark.django_db

CONTENT = {"": b"as it is written", ".gz": b"as gzipped", ".br": b"brotli"}


def test_a_list_is_a_fraction_of_its_size() -> None:
    BotFactory.create_batch(20)
    client = client_of("admin")
    plain = client.get("/api/bots")
    assert not plain.has_header("Content-Encoding")
    answer = client.get("/api/bots", HTTP_ACCEPT_ENCODING="gzip, br")
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    assert json.loads(gzip.decompress(answer.content)) == json.loads(plain.content)
    assert len(answer.content) < len(plain.content) / 4


def test_a_streamed_table_is_sent_as_it_is() -> None:
    """A browser would read the first piece of it alone."""
    answer = client_of("admin").get("/api/trades/export", HTTP_ACCEPT_ENCODING="gzip, br")
    assert answer.streaming
    assert not answer.has_header("Content-Encoding")


@pytest.mark.parametrize(("accepted", "sent"), [("gzip, deflate", "gzip"), ("gzip, br", "br"), ("identity", None)])
def test_the_pages_files_are_sent_as_they_were_compressed(
    settings: Any, tmp_path: Path, accepted: str, sent: str | None
) -> None:
    (tmp_path / "assets").mkdir()
    # Of what a browser takes, the smallest.
    for suffix, content in CONTENT.items():
        (tmp_path / "assets" / f"index-12345678.js{suffix}").write_bytes(content)
    settings.WHITENOISE_ROOT = tmp_path
    answer = Client().get("/assets/index-12345678.js", HTTP_ACCEPT_ENCODING=accepted)
    assert answer.get("Content-Encoding") == sent
    assert b"".join(answer) == CONTENT[{None: "", "gzip": ".gz", "br": ".br"}[sent]]
    assert answer["Cache-Control"] == "max-age=315360000, public, immutable"
