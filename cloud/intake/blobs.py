"""Photos from the stores: chunks of 1 MiB, each checked, put together only when the whole has the hash that names it.

A photo never holds up a fact. Chunks lie beside each other until the last one is here, so an upload cut at any
point goes on where it was. Temporary file, fsync, rename, fsync of the folder, and only then the row.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path

import msgspec
from sqlalchemy import select

from cloud.store.installation import Installation
from cloud.store.ledger_tables import BLOB
from cloud.store.tenant import Reading, TenantStore, mine
from shared.errors import DomainError

CHUNK_BYTES = 1024 * 1024
CHUNKS_MAX = 16
_SHA = re.compile(r"^[0-9a-f]{64}$")
MIMES = frozenset(("image/jpeg", "image/webp", "image/png"))


class Complete(msgspec.Struct, frozen=True, kw_only=True):
    """What a node says when it has sent every chunk."""

    chunks: int
    size: int
    mime: str


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """A photo that is here."""

    sha256: str
    size: int
    mime: str
    file: Path


def require_sha(text: str) -> str:
    """A photo's id, which is also a file's name here. Raises `blob_unknown`."""
    if not _SHA.match(text):
        raise DomainError("blob_unknown")
    return text


def file_of(installation: Installation, tenant: str, sha256: str) -> Path:
    return installation.folder / "blobs" / tenant / sha256[:2] / sha256


def _incoming(installation: Installation, tenant: str, sha256: str) -> Path:
    return installation.folder / "blobs" / tenant / "incoming" / sha256


def find(installation: Installation, reading: Reading, sha256: str) -> Blob | None:
    """The photo, if row and file are here: after a restore without its files the stores send them again."""
    row = reading.first(
        select(BLOB).where(mine(BLOB), BLOB.c.sha256 == require_sha(sha256), BLOB.c.state == "present")
    )
    if row is None:
        return None
    file = file_of(installation, reading.tenant, sha256)
    if not file.is_file():
        return None
    return Blob(sha256=sha256, size=row.size, mime=row.mime, file=file)


def chunks_here(installation: Installation, tenant: str, sha256: str) -> list[int]:
    """The chunks of an unfinished upload that are here."""
    folder = _incoming(installation, tenant, require_sha(sha256))
    if not folder.is_dir():
        return []
    return sorted(int(chunk.name) for chunk in folder.iterdir() if chunk.name.isdigit())


def put_chunk(
    installation: Installation, tenant: str, sha256: str, index: int, data: bytes, chunk_sha256: str
) -> None:
    """Keep one chunk; the same again is welcome."""
    if not 0 <= index < CHUNKS_MAX or len(data) > CHUNK_BYTES:
        raise DomainError("blob_too_large")
    if hashlib.sha256(data).hexdigest() != chunk_sha256.lower():
        raise DomainError("blob_chunk_differs", index=index)
    folder = _incoming(installation, tenant, require_sha(sha256))
    folder.mkdir(parents=True, exist_ok=True)
    _write_whole(folder / str(index), data)


def complete(installation: Installation, store: TenantStore, node: str, sha256: str, said: Complete) -> Blob:
    """Put the photo together. Raises `blob_incomplete`, or `blob_chunk_differs` and begins anew."""
    if said.mime not in MIMES:
        raise DomainError("photo_malformed", why=said.mime[:40])
    if not 1 <= said.chunks <= CHUNKS_MAX:
        raise DomainError("blob_too_large")
    with store.reading() as reading:
        here = find(installation, reading, sha256)
    if here is not None:
        return here
    folder = _incoming(installation, store.tenant, sha256)
    parts = []
    for index in range(said.chunks):
        chunk = folder / str(index)
        if not chunk.is_file():
            raise DomainError("blob_incomplete", index=index)
        parts.append(chunk.read_bytes())
    data = b"".join(parts)
    if hashlib.sha256(data).hexdigest() != sha256 or len(data) != said.size:
        shutil.rmtree(folder, ignore_errors=True)
        raise DomainError("blob_chunk_differs", index=0)
    file = file_of(installation, store.tenant, sha256)
    file.parent.mkdir(parents=True, exist_ok=True)
    _write_whole(file, data)
    with store.writing() as writing:
        writing.put(
            BLOB,
            {
                "sha256": sha256,
                "size": len(data),
                "mime": said.mime,
                "state": "present",
                "node_id": node,
                "made_ms": installation.clock(),
            },
        )
    shutil.rmtree(folder, ignore_errors=True)
    return Blob(sha256=sha256, size=len(data), mime=said.mime, file=file)


def _write_whole(file: Path, data: bytes) -> None:
    """The file appears with all its bytes on the disk, or not at all."""
    temporary = file.with_name(f"{file.name}.{os.getpid()}-{os.urandom(4).hex()}.part")
    with temporary.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
