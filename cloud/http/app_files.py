"""The phone and office app's files, and the app itself for every path that is a page of it."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from litestar import Response, Router, get
from litestar.params import FromPath

from cloud.http.gate import NONE, PUBLIC
from shared.errors import DomainError
from shared.places import PWA_FOLDERS

_TYPES = {
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".woff2": "font/woff2",
}
_NEVER_PAGES = ("v1", "sync", "assets")


def app_folder() -> Path | None:
    """Where the built app lies, if it was built."""
    return next((folder for folder in PWA_FOLDERS if (folder / "index.html").is_file()), None)


@get("/", permission=PUBLIC, scope=NONE, sync_to_thread=True, include_in_schema=False)
def app_page() -> Response[bytes]:
    """The app."""
    return _file_at("/")


@get("/{path:path}", permission=PUBLIC, scope=NONE, sync_to_thread=True, include_in_schema=False)
def app_file(path: FromPath[str]) -> Response[bytes]:
    """A file of the app, or the app for a path that is one of its pages."""
    return _file_at(path)


def _file_at(path: str) -> Response[bytes]:
    parts = [part for part in path.split("/") if part]
    folder = app_folder()
    if folder is None or (parts and parts[0] in ("v1", "sync")):
        raise DomainError("not_found")
    file = folder.joinpath(*parts).resolve() if parts else folder / "index.html"
    if not file.is_relative_to(folder.resolve()):
        raise DomainError("not_found")
    if not file.is_file():
        if parts and (parts[0] in _NEVER_PAGES or "." in parts[-1]):
            raise DomainError("not_found")
        file = folder / "index.html"
    immutable = bool(parts) and parts[0] == "assets"
    return Response(
        file.read_bytes(),
        media_type=_TYPES.get(file.suffix)
        or mimetypes.guess_type(file.name)[0]
        or "application/octet-stream",
        headers={"Cache-Control": "public, max-age=31536000, immutable" if immutable else "no-cache"},
    )


router = Router("/", route_handlers=[app_page, app_file])
