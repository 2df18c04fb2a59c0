"""Photographs on disk, named by their own sha256: checked before they are believed, whole before they are named.

A picture is looked at without decoding more than it may hold, refused when it carries where or by whom it was
taken, written beside its place, synced, renamed, its folder synced, and only then noted in the day-book.
"""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from edge.ledger.writer import Transaction
from shared.errors import DomainError

if TYPE_CHECKING:
    from PIL.Image import Image

BYTES_MAX = 4 * 1024 * 1024
PIXELS_MAX = 40_000_000
THUMB_EDGE = 360
FOLDER = "photos"
_FORMATS = {"JPEG": "image/jpeg", "WEBP": "image/webp", "PNG": "image/png"}
_METADATA = frozenset(("exif", "xmp", "XML:com.adobe.xmp", "photoshop", "Raw profile type exif"))


def path_of(folder: Path, sha256: str) -> Path:
    """Where a picture lies under the node's folder."""
    return folder / FOLDER / sha256[:2] / sha256


def thumb_of(folder: Path, sha256: str) -> Path:
    return path_of(folder, sha256).with_suffix(".thumb")


def check(data: bytes, sha256: str, declared: str) -> tuple[str, bytes]:
    """The picture's type and its thumbnail. Raises `photo_too_large`, `photo_hash_differs`, `photo_malformed`."""
    if len(data) > BYTES_MAX:
        raise DomainError("photo_too_large", limit="4 MiB")
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DomainError("photo_hash_differs")
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    try:
        with Image.open(io.BytesIO(data), formats=list(_FORMATS)) as picture:
            mime = _FORMATS[str(picture.format)]
            if mime != declared:
                raise DomainError("photo_malformed", why=f"{declared}: {mime}")
            if picture.width * picture.height > PIXELS_MAX:
                raise DomainError("photo_malformed", why=f"{picture.width} x {picture.height}")
            return mime, _thumbnail(picture)
    except UnidentifiedImageError:
        raise DomainError("photo_malformed", why="JPEG, WebP, PNG") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DomainError("photo_malformed", why=type(error).__name__) from None


def _thumbnail(picture: Image) -> bytes:
    """Decodes the whole picture, so a cut one is found, at the smallest size that does."""
    picture.draft("RGB", (THUMB_EDGE * 2, THUMB_EDGE * 2))
    picture.load()
    # Looked for after decoding, since PNG and WebP tell of it only then. Changing the picture would change its
    # name, which the inspection cites, so the app must leave it out before it names the picture.
    if _METADATA & picture.info.keys() or len(picture.getexif()):
        raise DomainError("photo_has_metadata")
    small = picture.convert("RGB")
    small.thumbnail((THUMB_EDGE, THUMB_EDGE))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return out.getvalue()


def write(folder: Path, sha256: str, data: bytes, thumb: bytes) -> None:
    """Put picture and thumbnail in their place, all or nothing, on the disk when this returns."""
    place = path_of(folder, sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    for target, content in ((thumb_of(folder, sha256), thumb), (place, data)):
        passing = target.with_name(f"{target.name}.{os.getpid()}.part")
        with passing.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(passing, target)
    for above in (place.parent, place.parent.parent):
        _sync_folder(above)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def note(tx: Transaction, sha256: str, mime: str, size: int) -> None:
    """Write down that the picture is here; the uplink takes it from there."""
    tx.connection.execute(
        "INSERT INTO photo (sha256, mime, size, born_ms) VALUES (?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
        (sha256, mime, size, tx.now_ms),
    )
