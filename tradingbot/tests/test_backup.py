"""A backup of the running product, and what may be done with the file; the whole way is in test_restored.py."""

import gzip
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.options import Options
from simulator.simulation import Simulation
from tradingbot.runtime.backup import making
from tradingbot.runtime.backup.archive import BackupError, Manifest, archive_extract, archive_verify, archive_write
from tradingbot.runtime.backup.making import backup_restore
from tradingbot.runtime.data_dir import data_dir_lock

MADE = Manifest("2026-11-29T12:00:00+00:00", "sqlite", "simulator", [["bots", "0001_initial"]])


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "source.sqlite3"
    with sqlite3.connect(file) as made:
        made.execute("CREATE TABLE t (x)")
        made.executemany("INSERT INTO t VALUES (?)", [(f"row {number} of the database",) for number in range(2000)])
    return file


@pytest.fixture
def backup(tmp_path: Path, database: Path) -> Path:
    archive_write(tmp_path / "whole.backup", {"db.sqlite3": database}, MADE)
    return tmp_path / "whole.backup"


def packed(members: dict[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return raw.getvalue()


def manifest_of(backup: Path, **changes: Any) -> bytes:
    with tarfile.open(backup) as tar:
        content = tar.extractfile("manifest.json")
        assert content is not None
        return json.dumps(json.loads(content.read()) | changes).encode()


def test_it_gives_back_what_was_written_and_only_its_owner_reads_it(
    backup: Path, database: Path, tmp_path: Path
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    assert archive_extract(backup, room).made_at == MADE.made_at
    assert (room / "db.sqlite3").read_bytes() == database.read_bytes()
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir() if "part" in file.name] == []


def test_whatever_part_of_it_is_left_it_is_refused(backup: Path) -> None:
    whole = backup.read_bytes()
    for end in [*range(0, len(whole) - 1, max(1, len(whole) // 60)), len(whole) - 1]:
        backup.write_bytes(whole[:end])
        with pytest.raises(BackupError, match=r"no backup|not whole|only a part"):
            archive_verify(backup)


def test_whatever_byte_of_it_is_changed_it_is_refused_or_means_the_same(backup: Path, tmp_path: Path) -> None:
    whole = bytearray(backup.read_bytes())
    expected = archive_verify(backup)
    for place in range(0, len(whole), max(1, len(whole) // 100)):
        changed = bytearray(whole)
        changed[place] ^= 0x5A
        backup.write_bytes(changed)
        try:
            # Some bytes say when it was packed and the like.
            assert archive_verify(backup).files == expected.files
        except BackupError:
            continue


WRONG: list[tuple[str, Callable[[Path], bytes], str]] = [
    ("text", lambda backup: b"my notes\n", "is no backup"),
    ("gzipped text", lambda backup: gzip.compress(b"my notes\n"), "is no backup"),
    ("another tar", lambda backup: packed({"notes": b"mine"}), "is no backup"),
    ("no JSON", lambda backup: packed({"manifest.json": b"{"}), "is no backup"),
    ("other JSON", lambda backup: packed({"manifest.json": b"[]"}), "is no backup"),
    ("strange fields", lambda backup: packed({"manifest.json": b'{"format": 1, "x": 2}'}), "is no backup"),
    ("newer", lambda backup: packed({"manifest.json": b'{"format": 2}'}), "newer version of tradingbot"),
    ("no members", lambda backup: packed({"manifest.json": manifest_of(backup)}), "db.sqlite3 is missing"),
    (
        "another database",
        lambda backup: packed({"manifest.json": manifest_of(backup), "db.sqlite3": b"SQLite format 3"}),
        "is damaged: db.sqlite3",
    ),
    (
        "a path",
        lambda backup: packed({"manifest.json": manifest_of(backup), "../evil": b"x"}),
        "belongs to no backup",
    ),
]


@pytest.mark.parametrize(("content", "why"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_no_backup_is_refused_in_one_line(
    backup: Path, tmp_path: Path, content: Callable[[Path], bytes], why: str
) -> None:
    backup.write_bytes(content(backup))
    room = tmp_path / "room"
    room.mkdir()
    with pytest.raises(BackupError, match=why) as refused:
        archive_extract(backup, room)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "evil").exists()


@pytest.fixture
def here(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with a database, for a product on SQLite."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    (settings.DATA_DIR / "db.sqlite3").write_bytes(b"what is there")
    monkeypatch.setattr(making, "connection", type("OnSqlite", (), {"vendor": "sqlite"}))
    return Path(settings.DATA_DIR)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"vendor": "postgresql"}, "is of postgresql, and this product runs on sqlite"),
        ({"market": "paper"}, "is of paper trading, and this product is set to simulator"),
        ({"migrations": [["bots", "0001_initial"], ["bots", "0999_later"]]}, r"newer version .*bots\.0999_later"),
    ],
)
def test_a_backup_that_does_not_fit_changes_nothing(
    here: Path, database: Path, tmp_path: Path, changes: dict[str, Any], why: str
) -> None:
    given = {"made_at": MADE.made_at, "vendor": "sqlite", "market": "simulator", "migrations": MADE.migrations}
    archive_write(tmp_path / "other.backup", {"db.sqlite3": database}, Manifest(**(given | changes)))
    with pytest.raises(BackupError, match=why):
        backup_restore(tmp_path / "other.backup")
    assert (here / "db.sqlite3").read_bytes() == b"what is there"
    assert sorted(file.name for file in here.iterdir()) == ["db.sqlite3"]


def test_nothing_is_restored_where_the_product_runs(here: Path, backup: Path) -> None:
    with data_dir_lock(here), pytest.raises(BackupError, match="the product is running"):
        backup_restore(backup)
    assert (here / "db.sqlite3").read_bytes() == b"what is there"


def test_the_journal_of_a_running_exchange_is_not_taken_from_it(here: Path, database: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(b"another market\n")
    archive_write(tmp_path / "with.backup", {"db.sqlite3": database, "exchange.journal": tmp_path / "theirs"}, MADE)
    exchange = Simulation(Options(frozen=True, journal=here / "exchange.journal"))
    before = (here / "exchange.journal").read_bytes()
    try:
        with pytest.raises(BackupError, match="is running; stop it first"):
            backup_restore(tmp_path / "with.backup")
    finally:
        exchange.journal.close()
    assert (here / "exchange.journal").read_bytes() == before
    assert (here / "db.sqlite3").read_bytes() == b"what is there"


def test_a_backup_is_never_written_over_another_file(backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupError, match="is there already"):
        making.backup_make(backup)
    assert backup.read_bytes() == before
