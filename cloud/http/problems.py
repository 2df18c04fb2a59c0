"""One mapper from what went wrong to RFC 9457 problem+json, with the key, its values and a text to show."""

from __future__ import annotations

import traceback
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from cloud.store.engine import is_unavailable
from shared.errors import DomainError
from shared.i18n import Language, language_of, tell_error

log = structlog.get_logger("cloud.http")

_STATUS = {
    "sign_in_needed": 401,
    "sign_in_failed": 401,
    "token_refused": 401,
    "node_unknown": 401,
    "node_revoked": 403,
    "node_replaced": 403,
    "mend_refused": 409,
    "not_permitted": 403,
    "store_out_of_scope": 403,
    "role_above_own": 403,
    "cross_site_request": 403,
    "frame_of_another_node": 403,
    "code_refused": 403,
    "not_found": 404,
    "log_unknown": 404,
    "fact_unknown": 404,
    "device_unknown": 404,
    "blob_unknown": 404,
    "user_unknown": 404,
    "report_unknown": 404,
    "channel_unknown": 404,
    "subscription_unknown": 404,
    "voucher_unknown": 404,
    "export_unknown": 404,
    "month_malformed": 400,
    "method_not_allowed": 405,
    "already_bootstrapped": 409,
    "blob_incomplete": 409,
    "last_owner": 409,
    "feed_gone": 410,
    "body_too_large": 413,
    "blob_too_large": 413,
    "body_not_json_type": 415,
    "bad_frame": 422,
    "sign_in_throttled": 429,
    "internal_error": 500,
    "service_unavailable": 503,
}
_BY_FRAMEWORK = {
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    503: "service_unavailable",
}
_UNAVAILABLE_S = "5"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457, with `key` and `values` for programs that have texts of their own."""

    type: str
    title: str
    status: int
    detail: str
    key: str
    values: dict[str, str | int | None]


def status_of(key: str) -> int:
    """What HTTP calls it: a rule said no is 422, an unreadable request is 400."""
    return _STATUS.get(key, 400 if key.startswith(("body_", "query_", "number_")) else 422)


def problem(error: DomainError, language: Language) -> Response[bytes]:
    status = status_of(error.key)
    text = tell_error(error, language)
    body = Problem(
        type=f"urn:liushui:{error.key}",
        title=text,
        status=status,
        detail=text,
        key=error.key,
        values=error.values,
    )
    seconds = error.values.get("seconds")
    headers = {"Retry-After": str(seconds)} if status == 429 and seconds is not None else {}
    if status == 503:
        headers = {"Retry-After": _UNAVAILABLE_S}
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def language_asked(request: Request[Any, Any, Any]) -> Language:
    return language_of(request.headers.get("accept-language", ""))


def from_domain(request: Request[Any, Any, Any], error: DomainError) -> Response[bytes]:
    """A rejection: a normal answer."""
    return problem(error, language_asked(request))


def from_framework(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the framework refused before any handler of ours saw it."""
    key = _BY_FRAMEWORK.get(error.status_code)
    if key == "body_too_large":
        told = DomainError(key, limit=1024 * 1024)
    elif key is not None:
        told = DomainError(key)
    elif error.status_code < 500:
        told = DomainError("query_malformed", why=_reason(error))
    else:
        return from_anything(request, error)
    return problem(told, language_asked(request))


def _reason(error: HTTPException) -> str:
    extra = error.extra
    if isinstance(extra, list) and extra and isinstance(extra[0], dict):
        return f"{extra[0].get('key', '')}: {extra[0].get('message', '')}"[:200]
    return str(error.detail)[:200]


def from_anything(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Our own mistake: logged once with a reference, told without a detail. A full disk or a lost database is none."""
    if is_unavailable(error):
        log.error("unavailable", path=request.url.path, error=f"{type(error).__name__}: {error}"[:300])
        return problem(DomainError("service_unavailable"), language_asked(request))
    reference = msgspec.json.encode(id(error)).hex()[-8:]
    trace = "".join(traceback.format_exception(error, limit=-6))
    log.error("request_failed", reference=reference, path=request.url.path, trace=trace)
    return problem(DomainError("internal_error", reference=reference), language_asked(request))
