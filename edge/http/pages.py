"""The app's own pages: built files from one folder, held to their cache rules, history routing for the rest.

Only files that lay in the folder at start can be asked for, so no path trick reaches anything else.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from edge.http.access import needs
from shared.errors import DomainError

_TYPES = {
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".js": "text/javascript; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_ALWAYS_ASK = "no-cache"
_FOR_EVER = "public, max-age=31536000, immutable"
_API = ("v1", "sync")
_NO_PAGES = (
    "<!doctype html><meta charset=utf-8><title>Liushui</title>"
    "<p>此主机没有安装页面。The pages are not built: <code>make pwa</code>."
)


def find_pages() -> Path | None:
    """The built app: inside an installed package, or beside a checkout."""
    here = Path(__file__).resolve().parent.parent
    for folder in (here / "_pwa", here.parent / "pwa" / "dist"):
        if (folder / "index.html").is_file():
            return folder
    return None


def page_routes(folder: Path | None) -> list[HTTPRouteHandler]:
    """Handlers for every path that is no API."""
    files: dict[str, Path] = {}
    if folder is not None:
        files = {str(file.relative_to(folder)): file for file in sorted(folder.rglob("*")) if file.is_file()}

    def answer(path: str) -> Response[Any]:
        if path.split("/", 1)[0] in _API:
            raise DomainError("not_found")
        file = files.get(path)
        if file is None and "." in path.rsplit("/", 1)[-1]:
            raise DomainError("not_found")
        file = file or files.get("index.html")
        if file is None:
            return Response(_NO_PAGES, media_type="text/html; charset=utf-8")
        return _file(file, immutable=path.startswith("assets/"))

    # Two handlers, since Litestar prepares a handler in a thread for one path only.
    @get("/", opt=needs("anyone", "none"), include_in_schema=False, sync_to_thread=True)
    def front_page() -> Response[Any]:
        """The app."""
        return answer("")

    @get("/{path:path}", opt=needs("anyone", "none"), include_in_schema=False, sync_to_thread=True)
    def page(request: Request[Any, Any, Any]) -> Response[Any]:
        """A built file, or the app itself for any path it routes on its own."""
        return answer(request.url.path.strip("/"))

    return [front_page, page]


def _file(file: Path, *, immutable: bool) -> Response[Any]:
    kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(
        file.read_bytes(),
        media_type=kind,
        headers={"Cache-Control": _FOR_EVER if immutable else _ALWAYS_ASK},
    )
