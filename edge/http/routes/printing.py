"""Labels and receipts: what they look like, printing them, and the store's printers.

A printer that fails is an answer, never an error of the request: the page shows what to do and offers the PDF.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, Parameter, QueryParameter

from edge.http.access import needs
from edge.http.body import json_body
from edge.http.goods import today
from edge.http.node import Caller, StoreNode
from edge.ledger import dbapi
from edge.printing.desk import Dialect, Printer, ReceiptStyle, State, TextMode
from edge.printing.papers import Books, PaperKind, Sheet, Wanted, bytes_for, sheet_of
from shared.errors import DomainError
from shared.i18n import Language, tell
from shared.ledger.ops import Told
from shared.printing.labels import CodeChoice, Paper
from shared.units import DecimalText, decimal_text, micro

LABEL, ROLL = Paper(width=400, height=300), Paper(width=580, height=300)
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")


class PrinterShown(msgspec.Struct, frozen=True, kw_only=True):
    """A printer with its paper in millimetres, as people speak of it."""

    id: str
    name: str
    dialect: Dialect
    address: str
    prints: Literal["labels", "receipts", "both"]
    paper_width_mm: int
    paper_height_mm: int
    text_mode: TextMode
    cut: bool


class PrinterSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A printer as its form sends it; without an id it is a new one."""

    name: Name
    dialect: Dialect
    address: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{0,40}$(?!\n)")] = ""
    prints: Literal["labels", "receipts", "both"] = "both"
    paper_width_mm: Annotated[int, msgspec.Meta(ge=25, le=110)] = 40
    paper_height_mm: Annotated[int, msgspec.Meta(ge=20, le=150)] = 30
    text_mode: TextMode = "picture"
    cut: bool = True


class StyleShown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands on receipts besides the sale; the tax rate in percent."""

    heading: Short = ""
    footing: Short = ""
    tax_number: Annotated[str, msgspec.Meta(max_length=40)] = ""
    tax_rate: DecimalText | None = None


class Printers(msgspec.Struct, frozen=True, kw_only=True):
    items: list[PrinterShown]
    style: StyleShown


class Print(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request to print; `key` is made once by the page, so that asking again prints nothing twice."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-zA-Z-]{16,64}$(?!\n)")]
    printer: Annotated[str, msgspec.Meta(max_length=40)]
    kind: PaperKind
    sku: Annotated[str, msgspec.Meta(max_length=64)] = ""
    lot: Annotated[str, msgspec.Meta(max_length=64)] = ""
    weight: Annotated[str, msgspec.Meta(max_length=20)] = ""
    sale: Annotated[str, msgspec.Meta(max_length=64)] = ""
    code: CodeChoice = "auto"
    copies: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    language: Language | None = None


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it; with `failed` the same key may be tried again, with `unsure` a person looks first."""

    key: str
    state: State
    error: Told | None = None


def _books(node: StoreNode, connection: dbapi.Connection) -> Books:
    symbol = connection.execute('SELECT symbol FROM "tenant" LIMIT 1').fetchone()
    told = symbol[0] if symbol else node.writer.identity.tenant.get("symbol")
    return Books(
        connection=connection,
        store=node.store,
        today=today(connection, node.store, node.now_ms()),
        currency=str(told or "¥"),
        style=node.print_desk.style(),
    )


def _sheet(node: StoreNode, wanted: Wanted, paper: Paper, copy_number: int = 1) -> Sheet:
    with node.readers.lend() as connection:
        return sheet_of(wanted, _books(node, connection), paper, copy_number)


@get("/print/preview", opt=needs("printing.print"), sync_to_thread=True)
def preview(
    node: NamedDependency[StoreNode],
    caller: NamedDependency[Caller],
    kind: FromQuery[PaperKind],
    sku: Annotated[str, Parameter(max_length=64)] = "",
    lot: Annotated[str, Parameter(max_length=64)] = "",
    weight: Annotated[str, Parameter(max_length=20)] = "",
    sale: Annotated[str, Parameter(max_length=64)] = "",
    code: FromQuery[CodeChoice] = "auto",
    language: Annotated[Language | None, QueryParameter(name="lang")] = None,
    width_mm: Annotated[int, Parameter(ge=0, le=110)] = 0,
    height_mm: Annotated[int, Parameter(ge=0, le=150)] = 0,
    as_: Annotated[Literal["png", "pdf"], QueryParameter(name="as")] = "png",
) -> Response[bytes]:
    """What would come out, as a picture of the printer's dots or as a PDF to print elsewhere."""
    wanted = Wanted(
        kind=kind, sku=sku, lot=lot, weight=weight, sale=sale, code=code, language=language or caller.language
    )
    usual = ROLL if kind == "receipt" else LABEL
    paper = Paper(width=width_mm * 10 or usual.width, height=height_mm * 10 or usual.height)
    page = _sheet(node, wanted, paper).page
    # Fonts, pictures and PDF take 15 MB of memory that a node which never prints need not have.
    if as_ == "png":
        from edge.printing.raster import png_of

        return Response(png_of(page), media_type="image/png")
    from edge.printing.pdf import pdf_of

    return Response(
        pdf_of((page,)),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{kind}.pdf"'},
    )


@post(
    "/print",
    status_code=200,
    opt=needs("printing.print") | {"body": Print},
    dependencies=json_body(Print),
    sync_to_thread=True,
)
def print_it(
    node: NamedDependency[StoreNode], caller: NamedDependency[Caller], asked: NamedDependency[Print]
) -> Printed:
    """Print once under this key."""
    printer = node.print_desk.printer(asked.printer)
    language = asked.language or caller.language
    wanted = Wanted(
        kind=asked.kind, sku=asked.sku, lot=asked.lot, weight=asked.weight, sale=asked.sale,
        code=asked.code, language=language,
    )  # fmt: skip

    def made() -> bytes:
        before = node.print_desk.printed(wanted.name) if asked.kind == "receipt" else 0
        return bytes_for(
            printer, _sheet(node, wanted, printer.paper_for(asked.kind), before + 1), asked.copies
        )

    exactly = msgspec.json.encode((wanted, asked.copies))
    outcome = node.print_desk.print(asked.key, printer, wanted.name, exactly, made)
    if not outcome.error:
        return Printed(key=outcome.key, state=outcome.state)
    values = {"printer": printer.name, "address": printer.address}
    text = tell(outcome.error, caller.language, values)
    return Printed(
        key=outcome.key, state=outcome.state, error=Told(key=outcome.error, text=text, values=dict(values))
    )


def _shown(printer: Printer) -> PrinterShown:
    return PrinterShown(
        id=printer.id,
        name=printer.name,
        dialect=printer.dialect,
        address=printer.address,
        prints=printer.prints,
        paper_width_mm=printer.paper_width // 10,
        paper_height_mm=printer.paper_height // 10,
        text_mode=printer.text_mode,
        cut=printer.cut,
    )


def _all(node: StoreNode) -> Printers:
    style = node.print_desk.style()
    rate = None if style.tax_rate is None else decimal_text(style.tax_rate * 10_000)
    return Printers(
        items=[_shown(printer) for printer in node.print_desk.printers()],
        style=StyleShown(
            heading=style.heading, footing=style.footing, tax_number=style.tax_number, tax_rate=rate
        ),
    )


@get("/printers", opt=needs("printing.print"), sync_to_thread=True)
def printers(node: NamedDependency[StoreNode]) -> Printers:
    """The store's printers and what its receipts say."""
    return _all(node)


@post(
    "/printers",
    status_code=200,
    opt=needs("printing.configure") | {"body": PrinterSet},
    dependencies=json_body(PrinterSet),
    sync_to_thread=True,
)
def set_printer(node: NamedDependency[StoreNode], asked: NamedDependency[PrinterSet]) -> Printers:
    """Add or change a printer."""
    node.print_desk.keep_printer(
        Printer(
            id=asked.id or _new_id(asked.address),
            name=asked.name.strip(),
            dialect=asked.dialect,
            address=asked.address.strip(),
            prints=asked.prints,
            paper_width=asked.paper_width_mm * 10,
            paper_height=asked.paper_height_mm * 10,
            text_mode=asked.text_mode,
            cut=asked.cut,
        )
    )
    return _all(node)


def _new_id(address: str) -> str:
    """One printer an address: adding the same one twice changes it."""
    return _NOT_IN_IDS.sub("-", address.lower()).strip("-")[:40] or "printer"


@delete("/printers/{printer:str}", opt=needs("printing.configure"), sync_to_thread=True)
def forget_printer(
    node: NamedDependency[StoreNode], printer: Annotated[str, Parameter(max_length=40)]
) -> None:
    """Take a printer off the list."""
    node.print_desk.forget_printer(printer)


@post(
    "/printers/receipt",
    status_code=200,
    opt=needs("printing.configure") | {"body": StyleShown},
    dependencies=json_body(StyleShown),
    sync_to_thread=True,
)
def set_style(node: NamedDependency[StoreNode], asked: NamedDependency[StyleShown]) -> Printers:
    """What stands on receipts besides the sale."""
    rate = None if asked.tax_rate is None else micro(asked.tax_rate, "tax_rate") // 10_000
    if rate is not None and not 0 <= rate <= 3000:
        raise DomainError("tax_rate_range")
    node.print_desk.keep_style(
        ReceiptStyle(
            heading=asked.heading, footing=asked.footing, tax_number=asked.tax_number.strip(), tax_rate=rate
        )
    )
    return _all(node)


router = Router("/v1", route_handlers=[preview, print_it, printers, set_printer, forget_printer, set_style])
