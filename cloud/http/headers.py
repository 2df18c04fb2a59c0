"""Headers on every answer: what a browser must not do with it, and how long it may keep it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from email.utils import formatdate

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)

_ALWAYS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
}
_HTTPS = "max-age=31536000; includeSubDomains"


def before_send(https: bool) -> Callable[[Message, Scope], Awaitable[None]]:
    """The hook that adds them to every answer, errors included; what says nothing else is not to be kept."""
    added = _ALWAYS | ({"Strict-Transport-Security": _HTTPS} if https else {})

    async def add(message: Message, _scope: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in added.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
            # A node whose clock is wrong corrects its tokens by this.
            headers.setdefault("Date", formatdate(usegmt=True))

    return add
