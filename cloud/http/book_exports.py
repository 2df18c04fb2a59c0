"""Vouchers for other programs: a batch is made once, its file can be had again by its name; books for auditors."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from cloud.books import exporting
from cloud.books.exporting import Batch, Form, Wanted
from cloud.http.answers import Answer, plain
from cloud.http.asker import Asker
from cloud.http.gate import CHAIN
from cloud.store.clocks import moment
from cloud.store.installation import Installation
from shared.accounting.export.outgoing import By
from shared.errors import DomainError
from shared.money import fen_text

Asked = Annotated[str, QueryParameter(name="form", required=True, max_length=20)]
From = Annotated[date, QueryParameter(name="from", required=True)]
To = Annotated[date, QueryParameter(name="to", required=True)]
SUFFIX = {"kingdee-dbf": "dbf", "kingdee-xlsx": "xlsx", "yonyou": "txt"}


class NewExport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Vouchers posted in these days that the program of `form` has not got; `by` a day of a store and kind, or each."""

    form: Form
    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    by: By = "day"


class ExportRow(msgspec.Struct, frozen=True, kw_only=True):
    """`vouchers` of ours became `made` of the program's; `amount` is the sum of debits."""

    batch: str
    system: str
    by: By
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    vouchers: int
    made: int
    amount: str
    made_at: str
    made_by: str


class Exports(msgspec.Struct, frozen=True, kw_only=True):
    exports: list[ExportRow]


def _row(batch: Batch) -> ExportRow:
    return ExportRow(
        batch=batch.batch,
        system=batch.system,
        by=batch.by,
        first=batch.first.isoformat(),
        last=batch.last.isoformat(),
        vouchers=batch.vouchers,
        made=batch.made,
        amount=fen_text(batch.amount),
        made_at=moment(batch.made_ms),
        made_by=batch.made_by,
    )


@get("/v1/books/exports", permission="books.export", scope=CHAIN, answers=Exports, sync_to_thread=True)
def list_exports(asker: NamedDependency[Asker]) -> Answer:
    """Every batch, the newest first."""
    with asker.store.reading() as reading:
        return plain(Exports(exports=[_row(batch) for batch in exporting.batches(reading)]))


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
    return plain(_row(batch))


@get("/v1/books/exports/{batch:str}", permission="books.export", scope=CHAIN, sync_to_thread=True)
def export_file(asker: NamedDependency[Asker], batch: FromPath[str], form: Asked) -> Response[bytes]:
    """The file of a batch, the same every time."""
    wanted = exporting.form_named(form)
    with asker.store.reading() as reading:
        content = exporting.content(reading, exporting.batch_named(reading, batch), wanted)
    return _file(content, f"{batch}.{SUFFIX[wanted]}")


@get("/v1/books/beancount", permission="books.export", scope=CHAIN, sync_to_thread=True)
def beancount_file(asker: NamedDependency[Asker], first: From, last: To) -> Response[bytes]:
    """The books of a period for auditors, with balances that beancount checks."""
    if last < first:
        raise DomainError("period_malformed", first=first.isoformat(), last=last.isoformat())
    with asker.store.reading() as reading:
        lines = list(exporting.beancount(reading, asker.store.tenant, first, last))
    return _file(("\n".join(lines) + "\n").encode(), f"{first.isoformat()}_{last.isoformat()}.beancount")


def _file(content: bytes, name: str) -> Response[bytes]:
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


router = Router("/", route_handlers=[list_exports, make_export, export_file, beancount_file])
