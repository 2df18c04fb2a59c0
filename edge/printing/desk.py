"""The print desk: the store's printers, how its receipts look, and which requests have been printed.

It has a small database of its own beside the day-book. A request carries a key made by the page: the same key
again is the same piece of paper, so a double tap or a phone that asks twice over a bad network prints once. A
request that failed may be tried again under its key; one that was cut off by a restart is not, because nobody
knows what is on paper.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from edge.ledger import dbapi
from edge.ledger.clock import NowMs
from edge.printing import devices
from shared.errors import DomainError
from shared.printing.labels import Paper, require_paper
from shared.printing.receipt import head_width

Dialect = Literal["zpl", "escpos"]
TextMode = Literal["picture", "gb18030"]
"""How a receipt printer gets its text: as dots, or as characters that it sets itself."""
State = Literal["done", "failed", "unsure"]
_KEPT_JOBS = 2000
_DDL = (
    "CREATE TABLE IF NOT EXISTS printer (id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS job (no INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL, "
    "printer TEXT NOT NULL, what TEXT NOT NULL, digest BLOB NOT NULL, state TEXT NOT NULL, error TEXT NOT NULL) STRICT",
    "CREATE INDEX IF NOT EXISTS job_by_what ON job (what, state)",
)


class Printer(msgspec.Struct, frozen=True, kw_only=True):
    """One printer of the store; sizes in tenths of a millimetre. `prints` says what it is first offered for."""

    id: str
    name: str
    dialect: Dialect
    address: str
    prints: Literal["labels", "receipts", "both"] = "both"
    paper_width: int = 400
    paper_height: int = 300
    text_mode: TextMode = "picture"
    cut: bool = True

    def paper_for(self, kind: str) -> Paper:
        """What can be printed on: a receipt has its own margins, a label must keep to what the head reaches."""
        width = self.paper_width
        if self.dialect == "escpos" and kind != "receipt":
            width = head_width(width)
        return Paper(width=width, height=self.paper_height)


class ReceiptStyle(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on this store's receipts besides the sale; the rate in hundredths of a percent."""

    heading: str = ""
    footing: str = ""
    tax_number: str = ""
    tax_rate: int | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request; `error` is the key of the text that says what to do."""

    key: str
    printer: str
    state: State
    error: str = ""


class PrintDesk:
    """The desk of one store; one lock for its database, and one for each printer while it is being sent to."""

    def __init__(self, path: Path, now_ms: NowMs) -> None:
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._busy: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._path = path
        self._opened: dbapi.Connection | None = None

    @property
    def _book(self) -> dbapi.Connection:
        """Opened by the first who needs it: most nodes of a test never print."""
        if self._opened is None:
            self._opened = dbapi.open_writer(self._path, cache_kib=256)
            for statement in _DDL:
                self._opened.execute(statement)
        return self._opened

    def close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def printers(self) -> list[Printer]:
        with self._lock:
            rows = self._book.execute("SELECT body FROM printer ORDER BY id").fetchall()
        return [msgspec.json.decode(body, type=Printer) for (body,) in rows]

    def printer(self, name: str) -> Printer:
        """Raises `printer_unknown`."""
        for printer in self.printers():
            if printer.id == name:
                return printer
        raise DomainError("printer_unknown", printer=name[:40])

    def keep_printer(self, printer: Printer) -> None:
        """Add or change a printer. Raises `printer_address`, `paper_size`."""
        devices.require_address(printer.address)
        require_paper(printer.paper_for("label"))
        with self._lock:
            self._book.execute(
                "INSERT INTO printer VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                (printer.id, msgspec.json.encode(printer)),
            )

    def forget_printer(self, name: str) -> None:
        with self._lock:
            self._book.execute("DELETE FROM printer WHERE id = ?", (name,))

    def style(self) -> ReceiptStyle:
        with self._lock:
            found = self._book.execute("SELECT body FROM setting WHERE name = 'receipt'").fetchone()
        return ReceiptStyle() if found is None else msgspec.json.decode(found[0], type=ReceiptStyle)

    def keep_style(self, style: ReceiptStyle) -> None:
        with self._lock:
            self._book.execute(
                "INSERT INTO setting VALUES ('receipt', ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body",
                (msgspec.json.encode(style),),
            )

    def printed(self, what: str) -> int:
        """How often this has been printed: a second receipt says that it is a copy."""
        with self._lock:
            found = self._book.execute(
                "SELECT count(*) FROM job WHERE what = ? AND state = 'done'", (what,)
            ).fetchone()
        return int(found[0])

    def print(
        self, key: str, printer: Printer, what: str, asked: bytes, make: Callable[[], bytes]
    ) -> Outcome:
        """Print once per key. `asked` is what was asked for in bytes: another request under a used key is refused.

        Raises `print_key_reused`, and whatever `make` raises before anything was sent.
        """
        digest = hashlib.sha256(printer.id.encode() + b"\0" + asked).digest()
        with self._busy[printer.id]:
            known = self._known(key, digest)
            if known is not None:
                return known
            data = make()
            if not self._noted(key, printer, what, digest, "sending", ""):
                # Without the note a second tap would print a second paper.
                raise DomainError("print_disk_full")
            state: State = "done"
            error = ""
            try:
                devices.send(printer.address, data)
            except devices.Unreachable:
                state, error = "failed", "printer_unreachable"
            except devices.Stopped:
                state, error = "failed", "printer_stopped"
            # On paper it is, whether or not this can be noted; if not, the same key is answered "look first".
            self._noted(key, printer, what, digest, state, error)
        return Outcome(key=key, printer=printer.id, state=state, error=error)

    def _known(self, key: str, digest: bytes) -> Outcome | None:
        """The outcome under this key; None when there is none or it failed and is being tried again."""
        with self._lock:
            found = self._book.execute(
                "SELECT printer, digest, state FROM job WHERE key = ?", (key,)
            ).fetchone()
            if found is None:
                return None
            printer, known_digest, state = found
            if known_digest != digest:
                raise DomainError("print_key_reused")
            if state == "failed":
                return None
            if state == "sending":
                # Nobody else is sending to this printer now, so it was a process that has ended since.
                self._book.execute(
                    "UPDATE job SET state = 'unsure', error = 'printer_unsure' WHERE key = ?", (key,)
                )
                state = "unsure"
        return Outcome(
            key=key, printer=printer, state=state, error="printer_unsure" if state == "unsure" else ""
        )

    def _noted(self, key: str, printer: Printer, what: str, digest: bytes, state: str, error: str) -> bool:
        """Whether this could be written down: a full disk takes no notes."""
        with self._lock, contextlib.suppress(dbapi.Error):
            self._book.execute(
                "INSERT INTO job (key, at_ms, printer, what, digest, state, error) VALUES (?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET at_ms = excluded.at_ms, state = excluded.state, "
                "error = excluded.error",
                (key, self._now_ms(), printer.id, what, digest, state, error),
            )
            self._book.execute("DELETE FROM job WHERE no <= (SELECT max(no) FROM job) - ?", (_KEPT_JOBS,))
            return True
        return False
