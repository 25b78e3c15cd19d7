"""The page's files are sent as they were compressed when they were built."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

CONTENT = {"": b"as it is written", ".gz": b"as gzipped", ".br": b"brotli"}


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
