"""Errors as RFC 9457 problem+json, with the key, the values and a text in the caller's language."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, NotAuthorizedException, ValidationException

from shared.errors import DomainError, Value
from shared.i18n import all_texts, language_of, tell

_log = structlog.get_logger("edge.http")

STATUS: dict[str, int] = {
    "sign_in_needed": 401,
    "sign_in_failed": 401,
    "not_permitted": 403,
    "store_out_of_scope": 403,
    "device_revoked": 403,
    "cross_site_request": 403,
    "not_found": 404,
    "sku_unknown": 404,
    "method_not_allowed": 405,
    "body_too_large": 413,
    "photo_too_large": 413,
    "body_not_json_type": 415,
    "sign_in_throttled": 429,
    "internal_error": 500,
    "storage_failed": 503,
    "node_not_enrolled": 503,
    "service_unavailable": 503,
    "bridge_unknown": 404,
    "enrol_code_refused": 403,
    "enrol_proof_refused": 403,
    "broker_without_accounts": 503,
    "broker_not_reached": 503,
    "bridge_not_answering": 504,
    "disk_full": 507,
    "print_disk_full": 507,
}
BAD_REQUEST = 400
_BY_STATUS = {401: "sign_in_needed", 403: "not_permitted", 404: "not_found", 405: "method_not_allowed"}

AnyRequest = Request[Any, Any, Any]


def problem(
    request: AnyRequest, key: str, values: dict[str, Value], status: int | None = None
) -> Response[dict[str, Any]]:
    """The answer to a request that could not be done."""
    status = status or STATUS.get(key, BAD_REQUEST)
    language = language_of(request.headers.get("accept-language", ""))
    detail = tell(key, language, values) if key in all_texts() else key
    headers = {"Cache-Control": "no-store"}
    if key == "sign_in_throttled":
        headers["Retry-After"] = str(values.get("seconds", 1))
    return Response(
        {
            "type": f"/errors/{key}",
            "title": key,
            "status": status,
            "detail": detail,
            "key": key,
            "values": values,
        },
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def of_domain_error(request: AnyRequest, error: DomainError) -> Response[dict[str, Any]]:
    return problem(request, error.key, error.values)


def of_bad_query(request: AnyRequest, error: ValidationException) -> Response[dict[str, Any]]:
    told = "; ".join(str(part.get("key", "")) for part in error.extra or [] if isinstance(part, dict))
    return problem(request, "query_malformed", {"why": told or "?"}, BAD_REQUEST)


def of_http_exception(request: AnyRequest, error: HTTPException) -> Response[dict[str, Any]]:
    status = error.status_code
    if status >= 500:
        return of_our_mistake(request, error)
    key = _BY_STATUS.get(status)
    if key is None or isinstance(error, NotAuthorizedException):
        return problem(request, "body_malformed", {"why": str(error.detail)[:120]}, status)
    return problem(request, key, {"permission": ""} if key == "not_permitted" else {}, status)


def of_our_mistake(request: AnyRequest, error: Exception) -> Response[dict[str, Any]]:
    """Logged once, with the reference that the caller is shown and nothing else of it."""
    reference = secrets.token_hex(4)
    _log.error("request failed", reference=reference, path=request.url.path, exc_info=error)
    return problem(request, "internal_error", {"reference": reference}, 500)


HANDLERS: dict[type[Exception] | int, Any] = {
    DomainError: of_domain_error,
    ValidationException: of_bad_query,
    HTTPException: of_http_exception,
    Exception: of_our_mistake,
}
