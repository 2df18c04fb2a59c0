"""Vouchers for other programs: a batch is made once, its file can be had again by its name; books for auditors."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from cloud.books import exported, exporting
from cloud.books.drill_down import span_of
from cloud.books.exported import ExportPage, ExportRow, ExportStanding
from cloud.books.exporting import Form, Wanted
from cloud.books.vouchers import HandedPage, vouchers_of_batch
from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.http.gate import CHAIN
from cloud.reports.asked import business_today
from cloud.store.installation import Installation
from shared.accounting.export.outgoing import By
from shared.errors import DomainError

Asked = Annotated[str, QueryParameter(name="form", required=True, max_length=20)]
Chosen = Annotated[str, QueryParameter(name="form", required=False, max_length=20)]
MaybeFrom = Annotated[date | None, QueryParameter(name="from", required=False)]
MaybeTo = Annotated[date | None, QueryParameter(name="to", required=False)]
From = Annotated[date, QueryParameter(name="from", required=True)]
To = Annotated[date, QueryParameter(name="to", required=True)]
After = Annotated[str, QueryParameter(required=False, max_length=200)]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
SUFFIX = {"kingdee-dbf": "dbf", "kingdee-xlsx": "xlsx", "yonyou": "txt"}


class NewExport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Vouchers posted in these days that the program of `form` has not got; `by` a day of a store and kind, or each."""

    form: Form
    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    by: By = "day"


@get("/v1/books/exports", permission="books.export", scope=CHAIN, answers=ExportPage, sync_to_thread=True)
def list_exports(asker: NamedDependency[Asker], after: After = "", limit: Limit = 50) -> Answer:
    """Every batch, the newest first."""
    with asker.store.reading() as reading:
        return answer(exported.export_page(reading, after, limit), asker)


@get(
    "/v1/books/exports/standing",
    permission="books.export",
    scope=CHAIN,
    answers=ExportStanding,
    sync_to_thread=True,
)
def export_standing(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    first: MaybeFrom = None,
    last: MaybeTo = None,
    form: Chosen = "kingdee-dbf",
) -> Answer:
    """What of a span the program of `form` has, and what waits; the present month unless said otherwise."""
    system = exporting.system_of(exporting.form_named(form))
    with asker.store.reading() as reading:
        span = span_of(first, last, business_today(reading, installation.clock()), None)
        exporting.require_span(span.first, span.last)
        return answer(exported.standing(reading, system, span.first, span.last), asker)


@post(
    "/v1/books/exports",
    permission="books.export",
    scope=CHAIN,
    body=NewExport,
    answers=ExportRow,
    status_code=200,
    sync_to_thread=True,
)
def make_export(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    asked: NamedDependency[NewExport],
) -> Answer:
    """Take what the program has not got; a batch whose file cannot be made takes nothing."""
    wanted = Wanted(form=asked.form, first=asked.first, last=asked.last, by=asked.by)
    chance, now_ms, user = installation.chance(3), installation.clock(), asker.principal.user
    with asker.store.writing() as writing:
        batch = exporting.new_batch(writing, wanted, chance, user, now_ms)
        exporting.content(writing, batch, asked.form)
    return answer(exported.export_row(batch), asker)


@get("/v1/books/exports/{batch:str}", permission="books.export", scope=CHAIN, sync_to_thread=True)
def export_file(asker: NamedDependency[Asker], batch: FromPath[str], form: Asked) -> Response[bytes]:
    """The file of a batch, the same every time."""
    wanted = exporting.form_named(form)
    with asker.store.reading() as reading:
        content = exporting.content(reading, exporting.batch_named(reading, batch), wanted)
    return _file(content, f"{batch}.{SUFFIX[wanted]}")


@get(
    "/v1/books/exports/{batch:str}/vouchers",
    permission="books.export",
    scope=CHAIN,
    answers=HandedPage,
    sync_to_thread=True,
)
def batch_vouchers(
    asker: NamedDependency[Asker], batch: FromPath[str], after: After = "", limit: Limit = 100
) -> Answer:
    """The vouchers of a batch, oldest first, with their numbers in the other program."""
    with asker.store.reading() as reading:
        return answer(vouchers_of_batch(reading, batch, after, limit), asker)


@get("/v1/books/beancount", permission="books.export", scope=CHAIN, sync_to_thread=True)
def beancount_file(asker: NamedDependency[Asker], first: From, last: To) -> Response[bytes]:
    """The books of a period for auditors, with balances that beancount checks."""
    if last < first:
        raise DomainError("period_malformed", first=first.isoformat(), last=last.isoformat())
    exporting.require_span(first, last)
    with asker.store.reading() as reading:
        lines = list(exporting.beancount(reading, asker.store.tenant, first, last))
    return _file(("\n".join(lines) + "\n").encode(), f"{first.isoformat()}_{last.isoformat()}.beancount")


def _file(content: bytes, name: str) -> Response[bytes]:
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


router = Router(
    "/",
    route_handlers=[list_exports, export_standing, make_export, export_file, batch_vouchers, beancount_file],
)
