"""The file of a backup: a gzipped tar whose first member, manifest.json, says what the others are."""

import gzip
import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
_COMPRESSION = 3
_BLOCK = 1 << 20


class BackupError(Exception):
    """One line for people; nothing was changed."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    vendor: sqlite or postgresql; migrations: [app, name] of every one that was applied; files: by member, its SHA-256
    and size in bytes; market: simulator or paper
    """

    made_at: str
    vendor: str
    market: str
    migrations: list[list[str]]
    files: dict[str, list[str | int]] = field(default_factory=dict)
    format: int = FORMAT


def archive_write(path: Path, members: Mapping[str, Path], manifest: Manifest) -> None:
    """Write it beside its place and move it there when it is whole and was read back. Raises BackupError."""
    part = path.with_name(path.name + ".part")
    files: dict[str, list[str | int]] = {name: [_sha256(file), file.stat().st_size] for name, file in members.items()}
    whole = Manifest(**(asdict(manifest) | {"files": files}))
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=_COMPRESSION) as tar:
                _add_text(tar, part, json.dumps(asdict(whole), indent=1))
                for name, file in members.items():
                    tar.add(file, name, recursive=False)
            raw.flush()
            os.fsync(raw.fileno())
        archive_verify(part)
        part.rename(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def archive_verify(path: Path) -> Manifest:
    """Read all of it. Raises BackupError where anything is missing, damaged, or of a newer program."""
    return _read(path, None)


def archive_extract(path: Path, into: Path) -> Manifest:
    """Read all of it and put the members there. Raises BackupError."""
    return _read(path, into)


def _read(path: Path, into: Path | None) -> Manifest:
    try:
        with gzip.open(path) as raw:
            with tarfile.open(fileobj=raw, mode="r:") as tar:
                manifest = _manifest(path, tar)
                found = {member.name for member in tar if _is_right(path, tar, member, manifest, into)}
            # To its very end, where the checksum of all of it is.
            while raw.read(_BLOCK):
                pass
    except FileNotFoundError as error:
        raise BackupError(f"there is no file {path}") from error
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BackupError(f"{path} is no backup, or only a part of one") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}") from error
    if missing := set(manifest.files) - found:
        raise BackupError(f"{path} is not whole: {', '.join(sorted(missing))} is missing")
    return manifest


def _manifest(path: Path, tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    content = tar.extractfile(first) if first is not None and first.name == MANIFEST and first.isfile() else None
    if content is None:
        raise BackupError(f"{path} is no backup")
    try:
        given = json.loads(content.read())
        if isinstance(given, dict) and isinstance(given.get("format"), int) and given["format"] > FORMAT:
            raise BackupError(f"{path} was made by a newer version of tradingbot; restore it with that one")
        manifest = Manifest(**given)
        datetime.fromisoformat(manifest.made_at)
        dict(manifest.migrations)
        dict(manifest.files)
    except (ValueError, TypeError) as error:
        raise BackupError(f"{path} is no backup") from error
    return manifest


def _is_right(path: Path, tar: tarfile.TarFile, member: tarfile.TarInfo, manifest: Manifest, into: Path | None) -> bool:
    """Whether it is a member the manifest names; written below `into`, if that is given."""
    if member.name == MANIFEST:
        return False
    content = tar.extractfile(member) if member.isfile() and member.name in manifest.files else None
    if content is None:
        raise BackupError(f"{path} holds {member.name}, which belongs to no backup")
    digest, size = hashlib.sha256(), 0
    target = (into / member.name).open("wb") if into is not None else None
    try:
        while block := content.read(_BLOCK):
            digest.update(block)
            size += len(block)
            if target is not None:
                target.write(block)
    finally:
        if target is not None:
            target.close()
    if [digest.hexdigest(), size] != list(manifest.files[member.name]):
        raise BackupError(f"{path} is damaged: {member.name} is not what was written")
    return True


def _add_text(tar: tarfile.TarFile, beside: Path, text: str) -> None:
    file = beside.with_name(beside.name + ".manifest")
    try:
        file.write_text(text)
        tar.add(file, MANIFEST, recursive=False)
    finally:
        file.unlink(missing_ok=True)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
