"""What happened, one JSON line per change, on disk before anyone is told.

The first line names the market. Every other line carries the market time it was written at; a line with orders or fills
is one indivisible change. A line with `until` promises that no clock reading beyond that instant was ever given out, so
a restart that begins there never shows an earlier time than before. A torn last line is a change nobody was told about:
it is cut off.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

VERSION = 1
_READ_SIZE = 1 << 20


class JournalError(Exception):
    """The journal cannot be continued; the text says why and what to do."""


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
        good = 0
        for number, line in enumerate(lines[:-1], start=1):
            try:
                record = json.loads(line)
            except ValueError as error:
                if 1 < number == len(lines) - 1:
                    break
                raise JournalError(f"--journal {path}: line {number} is damaged.") from error
            good += len(line) + 1
            self._remember(record, number, path)
        os.ftruncate(self._file, good)
        os.lseek(self._file, good, os.SEEK_SET)

    def _remember(self, record: dict[str, Any], number: int, path: Path) -> None:
        if number == 1:
            if not isinstance(record, dict) or record.get("version") != VERSION:
                raise JournalError(f"--journal {path} is not a journal of this version of the simulator.")
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
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.lseek(self._file, 0, os.SEEK_SET)
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
        if self._file is None:
            return
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        written = 0
        while written < len(line):
            written += os.write(self._file, line[written:])
        if self._fsync:
            os.fsync(self._file)
