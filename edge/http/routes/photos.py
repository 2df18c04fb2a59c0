"""Photographs of inspections, by their sha256: taken in before or after the inspection that cites them."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, put
from litestar.di import NamedDependency
from litestar.params import FromQuery, Parameter

from edge.http.access import needs
from edge.http.body import bounded_bytes
from edge.http.node import StoreNode
from edge.ledger import photos
from edge.ledger.disk import takes_photos
from shared.errors import DomainError

Sha256 = Annotated[str, Parameter(pattern=r"^[0-9a-f]{64}$")]


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    sha256: str
    size: int
    mime: str
    state: str


def _known(node: StoreNode, sha256: str) -> Photo | None:
    with node.readers.lend() as connection:
        found = connection.execute(
            "SELECT size, mime, at_cloud FROM photo WHERE sha256 = ?", (sha256,)
        ).fetchone()
    if found is None:
        return None
    size, mime, at_cloud = found
    return Photo(sha256=sha256, size=size, mime=mime, state="present" if at_cloud else "pending")


@put("/photos/{sha256:str}", opt=needs("photos.write") | {"body": "image/jpeg, image/webp, image/png"})
async def keep(
    request: Request[Any, Any, Any], sha256: Sha256, node: NamedDependency[StoreNode]
) -> Response[Photo]:
    """Keep a photograph; the same one again changes nothing.

    Its name is the sha256 of these very bytes, and inspections cite it, so nothing is taken out of it here: a picture
    that still tells place, owner or time is refused (`photo_has_metadata`). The app writes every picture anew before it
    names it; another program does the same first.
    """
    data = await bounded_bytes(request, photos.BYTES_MAX, "photo_too_large")
    known = await asyncio.to_thread(_known, node, sha256)
    if known is not None:
        return Response(known, status_code=200)
    if not takes_photos(node.folder):
        raise DomainError("disk_full")
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    mime, thumb = await asyncio.to_thread(photos.check, data, sha256, declared)
    await asyncio.to_thread(photos.write, node.folder, sha256, data, thumb)
    await asyncio.wrap_future(node.writer.run(lambda tx: photos.note(tx, sha256, mime, len(data))))
    node.photo_kept()
    return Response(Photo(sha256=sha256, size=len(data), mime=mime, state="pending"), status_code=201)


@get("/photos/{sha256:str}", opt=needs("quality.read"), sync_to_thread=True)
def show(sha256: Sha256, node: NamedDependency[StoreNode], thumb: FromQuery[bool] = False) -> Response[bytes]:
    """A photograph, or its thumbnail."""
    known = _known(node, sha256)
    if known is None:
        raise DomainError("not_found")
    place = (photos.thumb_of if thumb else photos.path_of)(node.folder, sha256)
    try:
        data = place.read_bytes()
    except FileNotFoundError:
        raise DomainError("not_found") from None
    return Response(
        data,
        media_type="image/jpeg" if thumb else known.mime,
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


router = Router("/v1", route_handlers=[keep, show])
