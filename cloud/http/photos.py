"""Photos of inspections, as the stores sent them, and small ones for lists."""

from __future__ import annotations

import io
from typing import Annotated

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from PIL import Image
from sqlalchemy import select

from cloud.http.answers import Answer
from cloud.http.asker import Asker
from cloud.http.gate import STORES
from cloud.intake import blobs
from cloud.store.installation import Installation
from cloud.store.ledger_tables import BLOB
from cloud.store.tenant import mine
from shared.errors import DomainError

_THUMB = (320, 320)
_PIXELS_MAX = 50_000_000


@get("/v1/photos/{sha:str}", permission="quality.read", scope=STORES, sync_to_thread=True)
def photo(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    sha: FromPath[str],
    thumb: Annotated[int, QueryParameter(ge=0, le=1)] = 0,
) -> Answer:
    """The photo; its name is the hash of its bytes, so it never changes."""
    with asker.store.reading() as reading:
        found = blobs.find(installation, reading, sha)
        if found is None:
            raise DomainError("blob_unknown")
        store = reading.scalar(select(BLOB.c.node_id).where(mine(BLOB), BLOB.c.sha256 == sha))
    asker.require_store(store)
    data, mime = found.file.read_bytes(), found.mime
    if thumb:
        data, mime = _small(data), "image/jpeg"
    return Response(
        data,
        media_type=mime,
        headers={"Cache-Control": "private, max-age=31536000, immutable", "ETag": f'"{sha}-{thumb}"'},
    )


def _small(data: bytes) -> bytes:
    """A thumbnail; a picture that claims more pixels than a camera has is refused before it is unpacked."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > _PIXELS_MAX:
                raise DomainError("photo_malformed", why="pixels")
            picture.draft("RGB", _THUMB)
            small = picture.convert("RGB")
            small.thumbnail(_THUMB)
            out = io.BytesIO()
            small.save(out, "JPEG", quality=75)
            return out.getvalue()
    except OSError as error:
        raise DomainError("photo_malformed", why=str(error)[:80]) from None


router = Router("/", route_handlers=[photo])
