"""Batches of vouchers for other programs, in both databases: each voucher once, a batch again to the byte."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from dbfread import DBF
from sqlalchemy import select

from cloud.app import create_app
from cloud.books import exporting
from cloud.books.cli import books as command
from cloud.books.exported import export_page, standing
from cloud.books.exporting import Batch, Form, Wanted, content, make_batch, vouchers_of
from cloud.books.poster import Poster
from cloud.books.vouchers import HandedRow, voucher, vouchers_of_batch
from cloud.identity import first_run
from cloud.store.book_tables import VOUCHER
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation
from cloud.store.migrate import prepare
from cloud.store.tenant import TenantStore, mine
from shared.accounting.export.outgoing import By
from shared.errors import DomainError
from shared.money import fen
from tests.unit.cloud.office import Browser, key_of
from tests.unit.cloud.shop import NOW, Shop
from tests.unit.cloud.test_books import sold
from tests.unit.cloud.test_http_rim import as_
from tests.unit.cloud.test_statements import dated, every_entry, two_months

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def books(store: TenantStore) -> TenantStore:
    two_months(store)
    return store


def made(
    store: TenantStore,
    name: str,
    form: Form = "kingdee-dbf",
    by: By = "day",
    days: tuple[date, date] = OCTOBER,
) -> Batch:
    first, last = days
    with store.writing() as writing:
        return make_batch(writing, Wanted(form=form, first=first, last=last, by=by), name, "wang", NOW)


def read(store: TenantStore, batch: Batch, form: Form) -> bytes:
    with store.reading() as reading:
        return content(reading, batch, form)


def records(file: bytes, folder: Path) -> list[dict[str, object]]:
    path = folder / "PZ.DBF"
    path.write_bytes(file)
    return [dict(record) for record in DBF(str(path), encoding="gbk", load=True)]


@pytest.mark.parametrize("by", ["day", "voucher"])
def test_the_file_holds_what_the_entries_of_the_month_do(books: TenantStore, tmp_path: Path, by: By) -> None:
    """By account, October's debit and credit to the cent; every voucher of the file balances, numbered from 1."""
    rows = records(read(books, made(books, "b1", by=by), "kingdee-dbf"), tmp_path)
    told: dict[str, float] = {}
    sides: dict[str, list[float]] = {}
    for row in rows:
        debit, credit = float(str(row["FDEBIT"])), float(str(row["FCREDIT"]))
        told[str(row["FNUM"])] = told.get(str(row["FNUM"]), 0) + debit - credit
        known = sides.setdefault(str(row["FACCTID"]), [0, 0])
        known[0] += debit
        known[1] += credit
    wanted: dict[str, list[float]] = {}
    for day, entry in every_entry(books):
        if OCTOBER[0] <= day <= OCTOBER[1]:
            known = wanted.setdefault(entry.account, [0, 0])
            known[entry.amount < 0] += abs(entry.amount) / 100
    assert {code: [pytest.approx(one) for one in both] for code, both in wanted.items()} == sides
    assert all(abs(off) < 0.005 for off in told.values())
    assert sorted({int(str(row["FNUM"])) for row in rows}) == list(range(1, len(told) + 1))


def test_a_voucher_goes_to_one_program_once(books: TenantStore) -> None:
    """October again has nothing left; Yonyou gets it all the same; a late voucher is in the next batch, numbered on."""
    first = made(books, "k1")
    with pytest.raises(DomainError, match="export_nothing"):
        made(books, "k2", form="kingdee-xlsx")
    assert made(books, "y1", form="yonyou").vouchers == first.vouchers
    late = Shop(books, "s9")
    late.log("a").record(dated(date(2026, 10, 30), sold("late", 1, 113, "cup"), "late")).push()
    late.project()
    Poster(books).post_all(NOW)
    second = made(books, "k3")
    assert second.vouchers == 1
    with books.reading() as reading:
        (only,) = vouchers_of(reading, second)
        numbers = [one.number for one in vouchers_of(reading, first)]
    assert only.number == max(numbers) + 1


def test_a_batch_is_given_again_to_the_byte(books: TenantStore) -> None:
    """Whatever was exported since, in each of its program's forms; another program's is refused, and a wrong name."""
    batch = made(books, "k1", by="voucher", days=(date(2026, 10, 1), date(2026, 10, 15)))
    before = [read(books, batch, form) for form in ("kingdee-dbf", "kingdee-xlsx")]
    made(books, "k2")
    with books.reading() as reading:
        again = exporting.batch_named(reading, "k1")
        assert [one.batch for one in exporting.batches(reading)] == ["k1", "k2"]
        with pytest.raises(DomainError, match="export_unknown"):
            exporting.batch_named(reading, "k9")
    assert again == batch
    assert [read(books, again, form) for form in ("kingdee-dbf", "kingdee-xlsx")] == before
    written = openpyxl.load_workbook(io.BytesIO(before[1])).properties
    made_at = datetime.fromtimestamp(batch.made_ms // 1000, UTC).replace(tzinfo=None)
    assert (written.created, written.modified) == (made_at, made_at)
    with pytest.raises(DomainError, match="export_form_differs"):
        read(books, batch, "yonyou")


def test_a_spreadsheet_holds_the_rows_of_the_dbf(books: TenantStore, tmp_path: Path) -> None:
    """Column by column: texts are texts, amounts numbers, days days."""
    batch = made(books, "k1", by="voucher")
    rows = records(read(books, batch, "kingdee-dbf"), tmp_path)
    sheet = openpyxl.load_workbook(io.BytesIO(read(books, batch, "kingdee-xlsx")))["凭证"]
    head, *lines = sheet.iter_rows()
    names = [str(cell.value) for cell in head]
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        cells = dict(zip(names, line, strict=True))
        assert cells["FACCTID"].value == row["FACCTID"]
        assert cells["FACCTID"].data_type == "s"
        assert cells["FDEBIT"].value == pytest.approx(row["FDEBIT"])
        assert cells["FDATE"].value.date() == row["FDATE"]
        assert cells["FEXP"].data_type != "f"


@pytest.mark.parametrize("days", [(OCTOBER[1], OCTOBER[0]), (date(2025, 1, 1), date(2026, 10, 1))])
def test_a_period_that_is_none_is_refused(books: TenantStore, days: tuple[date, date]) -> None:
    """Backwards, or longer than a year; nothing is marked."""
    with pytest.raises(DomainError, match="export_period_wrong"):
        made(books, "k1", days=days)
    assert made(books, "k2").vouchers > 0


def test_two_at_once_do_not_take_the_same(books: TenantStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks that are there already undo the whole batch."""
    made(books, "k1", days=(date(2026, 10, 1), date(2026, 10, 3)))
    with books.reading() as reading:
        wanted = Wanted(form="kingdee-dbf", first=date(2026, 10, 1), last=date(2026, 10, 3))
        taken = list(exporting._not_yet(reading, wanted, "other"))
    monkeypatch.setattr(exporting, "_not_yet", lambda *_: iter(taken))
    with pytest.raises(DomainError, match="export_crossed"):
        made(books, "k2", days=(date(2026, 10, 1), date(2026, 10, 3)))
    with books.reading() as reading:
        assert [one.batch for one in exporting.batches(reading)] == ["k1"]


def test_an_auditor_checks_our_balances_with_beancount(books: TenantStore, tmp_path: Path) -> None:
    """From 5 October on: what stood there before, each voucher, and every balance, which bean-check confirms."""
    file = tmp_path / "books.beancount"
    with books.reading() as reading:
        lines = list(exporting.beancount(reading, "Bakery", date(2026, 10, 5), date(2026, 11, 20)))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "beancount.scripts.check", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    stock = sum(
        entry.amount for day, entry in every_entry(books) if entry.account == "1405" and entry.store == "s1"
    )
    (stated,) = [line for line in lines if " balance " in line and ":A1405:" in line and "s1" in line]
    assert f"{stock / 100:.2f}" in stated


def test_the_terminal_writes_a_file_once_and_again_by_its_batch(tmp_path: Path) -> None:
    """The second time it says that there is nothing left; --batch gives the same bytes."""
    folder = tmp_path / "office"
    folder.mkdir()
    database = Database(sqlite_url(folder / "cloud.db"))
    prepare(database)
    installation = Installation(database, folder)
    first_run.ensure_tenant(installation)
    two_months(installation.home)
    out = tmp_path / "PZ.DBF"
    asked = [
        "export",
        "--format",
        "kingdee-dbf",
        "--from",
        "2026-10-01",
        "--to",
        "2026-10-31",
        "--dir",
        str(folder),
    ]
    answer = CliRunner().invoke(command, [*asked, "--out", str(out)])
    assert answer.exit_code == 0, answer.output
    content_then, name = out.read_bytes(), answer.output.split()[0]
    refused = CliRunner().invoke(command, [*asked, "--out", str(tmp_path / "none.dbf")])
    assert refused.exit_code == 2
    assert "exported already" in refused.output + refused.stderr
    assert not (tmp_path / "none.dbf").exists()
    again = tmp_path / "again.dbf"
    named = ["export", "--format", "kingdee-dbf", "--batch", name, "--out", str(again), "--dir", str(folder)]
    assert CliRunner().invoke(command, named).exit_code == 0
    assert again.read_bytes() == content_then
    assert name in CliRunner().invoke(command, ["export", "--list", "--dir", str(folder)]).output
    database.close()


def test_over_http_a_batch_is_made_listed_and_fetched(owner: Browser, installation: Installation) -> None:
    """By those who may export; what is wrong is refused by name, and nobody else sees a batch."""
    two_months(installation.home)
    asked = {"form": "kingdee-dbf", "from": "2026-10-01", "to": "2026-10-31"}
    batch = owner.post("/v1/books/exports", json=asked).json()
    assert key_of(owner.post("/v1/books/exports", json=asked)) == "export_nothing"
    assert owner.get("/v1/books/exports").json()["rows"] == [batch]
    file = owner.get(f"/v1/books/exports/{batch['batch']}?form=kingdee-dbf")
    assert file.headers["content-disposition"].endswith('.dbf"')
    assert file.content == read(
        installation.home, exporting_batch(installation, batch["batch"]), "kingdee-dbf"
    )
    assert key_of(owner.get(f"/v1/books/exports/{batch['batch']}?form=moon")) == "export_form_unknown"
    assert key_of(owner.get("/v1/books/exports/none?form=yonyou")) == "export_unknown"
    audited = owner.get("/v1/books/beancount?from=2026-10-01&to=2026-10-31").text
    assert "balance Assets:A1405:s1" in audited.replace("S-s1", "s1")
    assert key_of(owner.get("/v1/books/beancount?from=2026-10-02&to=2026-10-01")) == "period_malformed"
    span = "from=2026-10-01&to=2026-10-31"
    assert owner.get(f"/v1/books/exports/standing?{span}&form=yonyou").json()["waiting"] == batch["vouchers"]
    assert owner.get(f"/v1/books/exports/standing?{span}&form=kingdee-xlsx").json()["waiting"] == 0
    backwards = owner.get("/v1/books/exports/standing?from=2026-10-02&to=2026-10-01&form=yonyou")
    too_long = owner.get("/v1/books/exports/standing?from=2025-10-01&to=2026-10-31&form=yonyou")
    unknown = owner.get(f"/v1/books/exports/standing?{span}&form=moon")
    assert [key_of(one) for one in (backwards, too_long, unknown)] == [
        "period_malformed",
        "export_period_wrong",
        "export_form_unknown",
    ]
    assert key_of(owner.get("/v1/books/beancount?from=2020-10-01&to=2026-10-01")) == "export_period_wrong"
    handed = owner.get(f"/v1/books/exports/{batch['batch']}/vouchers?limit=200").json()["rows"]
    assert len(handed) == batch["vouchers"]
    with Browser(create_app(installation)) as client:
        as_(client, owner, "wu", "accountant", "*")
        assert client.get("/v1/books/exports").status_code == 200
        as_(client, owner, "li", "store_manager", "s1")
        assert key_of(client.get("/v1/books/exports")) == "not_permitted"


def test_what_waits_is_told_by_month_and_program(books: TenantStore) -> None:
    """Nothing taken, then half of October, then a late voucher in it; Yonyou's marks are not Kingdee's."""
    days = date(2026, 10, 1), date(2026, 11, 30)
    with books.reading() as reading:
        october, november = standing(reading, "kingdee", *days).months
        posted = VOUCHER.c.posting_date.between("2026-10-01", "2026-11-30")
        amounts = reading.all(select(VOUCHER.c.amount).where(mine(VOUCHER), posted))
        whole = standing(reading, "kingdee", *days)
    assert (october.month, november.month) == ("2026-10", "2026-11")
    assert (october.exported, october.waiting) == (0, october.vouchers)
    assert whole.waiting == len(amounts)
    assert fen(whole.waiting_amount, "amount") == sum(int(row.amount) for row in amounts)
    taken = made(books, "k1", days=(days[0], date(2026, 10, 15)))
    made(books, "y1", form="yonyou")
    with books.reading() as reading:
        after = standing(reading, "kingdee", *days).months[0]
        assert (after.exported, after.waiting) == (taken.vouchers, october.vouchers - taken.vouchers)
        assert standing(reading, "yonyou", *days).months[0].waiting == 0
    late = Shop(books, "s9")
    late.log("a").record(dated(date(2026, 10, 3), sold("late", 1, 113, "cup"), "late")).push()
    late.project()
    Poster(books).post_all(NOW)
    with books.reading() as reading:
        (row,) = standing(reading, "yonyou", *days).months[:1]
        assert (row.waiting, row.waiting_amount) == (1, "1.13")


def test_batches_come_by_pages_and_name_their_vouchers(books: TenantStore) -> None:
    """Newest first, none twice; a batch lists what it took under the numbers of its file, page by page."""
    october = made(books, "k1")
    november = made(books, "k2", days=(date(2026, 11, 1), date(2026, 11, 30)))
    with books.reading() as reading:
        first = export_page(reading, "", 1)
        assert first.next is not None
        second = export_page(reading, first.next, 1)
        assert [row.batch for row in (*first.rows, *second.rows)] == ["k1", "k2"]
        assert second.next is None
        with pytest.raises(DomainError, match="query_malformed"):
            export_page(reading, "k1", 1)
        told: list[HandedRow] = []
        after: str | None = ""
        while after is not None:
            page = vouchers_of_batch(reading, "k1", after, 3)
            told += page.rows
            after = page.next
        with pytest.raises(DomainError, match="export_unknown"):
            vouchers_of_batch(reading, "k9", "", 3)
        one = voucher(reading, told[0].log, told[0].seq, told[0].part, told[0].number, "en")
    assert len(told) == len({(row.node, row.log, row.seq, row.part, row.number) for row in told})
    assert len(told) == october.vouchers
    assert sum(fen(row.amount, "amount") for row in told) == october.amount
    assert {row.made_number for row in told} == set(range(1, october.made + 1))
    assert [(mark.system, mark.batch, mark.made_number) for mark in one.exported] == [
        ("kingdee", "k1", told[0].made_number)
    ]
    assert november.vouchers


def exporting_batch(installation: Installation, name: str) -> Batch:
    with installation.home.reading() as reading:
        return exporting.batch_named(reading, name)
