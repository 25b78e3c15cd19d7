"""What happened, one JSON line per change, on disk before anyone is told.

The first line names the market. Every other line carries the market time it was written at; a line with orders or fills
is one indivisible change. A line with `until` promises that no clock reading beyond that instant was ever given out, so
a restart that begins there never shows an earlier time than before.

A line that could not be written whole (the disk is full) is cut back at once, and nothing is written after it: whoever
writes ends, and begins again from the journal. What is torn at its end when it is opened, after a power cut or a kill,
is a change nobody was told about: it is cut off.
"""

import fcntl
import json
import logging
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

VERSION = 1
_READ_SIZE = 1 << 20
_BEGINNING = b'{"market":'

logger = logging.getLogger(__name__)


class JournalError(Exception):
    """The journal cannot be continued; the text says why and what to do."""


class JournalFull(JournalError):
    """A line could not be written; the state in memory is ahead of the journal and must not be shown any more."""


@dataclass(frozen=True)
class Header:
    """The market a journal belongs to; `start` is the market time of its beginning."""

    market: str
    seed: int
    start: str
    version: int = VERSION


class Journal:
    """An open journal; with no path it only counts."""

    def __init__(self, path: Path | None, fsync: bool = False) -> None:
        self.path = path
        self.header: Header | None = None
        self.records: list[dict[str, Any]] = []
        self.entries = 0
        self.until: datetime | None = None
        self.failure: JournalFull | None = None
        self._length = 0
        self._fsync = fsync
        self._file: int | None = None
        if path is not None:
            self._open(path)

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise JournalError(f"--journal {path} cannot be opened: {error.strerror}.") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise JournalError(f"--journal {path} is in use by another simulator.") from error
        self._read(path)

    def _read(self, path: Path) -> None:
        assert self._file is not None
        content = bytearray()
        while block := os.read(self._file, _READ_SIZE):
            content += block
        lines = bytes(content).split(b"\n")
        records = [_record(line, is_first=number == 0) for number, line in enumerate(lines[:-1])]
        good = next((number for number, record in enumerate(records) if record is None), len(records))
        # Of a first line that was torn nothing is known but how it begins.
        if not good and (records or not _BEGINNING.startswith(bytes(content[: len(_BEGINNING)]))):
            raise JournalError(f"--journal {path} is not a journal of this version of the simulator.")
        if any(records[good:]):
            raise JournalError(f"--journal {path}: line {good + 1} is damaged.")
        for number, record in enumerate(records[:good], start=1):
            assert record is not None
            self._remember(record, number)
        self._length = sum(len(line) + 1 for line in lines[:good])
        if self._length < len(content):
            logger.warning("%s: %s bytes torn at its end are cut off", path, len(content) - self._length)
        self._cut_back()

    def _remember(self, record: dict[str, Any], number: int) -> None:
        if number == 1:
            self.header = Header(**record)
            return
        if "until" not in record:
            self.entries += 1
        elif self.records and "until" in self.records[-1]:
            # Of consecutive clock marks only the last says anything.
            self.records.pop()
        self.records.append(record)

    def begin(self, header: Header) -> None:
        """Start a new journal in place of whatever was there."""
        self.header, self.entries, self.until, self.records = header, 0, None, []
        self._length = 0
        self._cut_back()
        self._write(asdict(header))

    def change(self, at: datetime, change: dict[str, Any]) -> None:
        """Record one indivisible change that happened at `at`."""
        self.entries += 1
        self._write({"at": at.isoformat()} | change)

    def mark(self, at: datetime, until: datetime) -> None:
        """Record that everything up to `at` was processed, and that readings up to `until` may be given out."""
        self.until = until
        self._write({"at": at.isoformat(), "until": until.isoformat()})

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _write(self, record: dict[str, Any]) -> None:
        """Raises JournalFull, also for everything after the first line that could not be written."""
        if self._file is None:
            return
        if self.failure is not None:
            raise self.failure
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        try:
            written = 0
            while written < len(line):
                written += os.write(self._file, line[written:])
            if self._fsync:
                os.fsync(self._file)
        except OSError as error:
            self.failure = JournalFull(f"--journal {self.path} cannot be written: {error.strerror}.")
            with suppress(JournalError):
                self._cut_back()
            raise self.failure from error
        self._length += len(line)

    def _cut_back(self) -> None:
        """Leave whole lines only; what cannot be cut off now is cut off when the journal is opened next."""
        if self._file is None:
            return
        try:
            os.ftruncate(self._file, self._length)
            os.lseek(self._file, self._length, os.SEEK_SET)
        except OSError as error:
            raise JournalError(f"--journal {self.path} cannot be cut back: {error.strerror}.") from error


def _record(line: bytes, *, is_first: bool) -> dict[str, Any] | None:
    """The header or a change; None for what is neither."""
    try:
        record = json.loads(line)
        if not isinstance(record, dict):
            return None
        if is_first:
            return record if record["version"] == VERSION and Header(**record) else None
        return record if datetime.fromisoformat(record["at"]).tzinfo else None
    except (ValueError, TypeError, KeyError):
        return None
