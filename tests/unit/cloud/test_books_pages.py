"""What the pages of the books read: accounts down to their lines, vouchers with what stands behind them, the proof."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cloud.app import create_app
from cloud.books.poster import Poster
from cloud.jobs.scheduler import JOBS
from cloud.store.installation import Installation
from shared.accounting.documents import DOCUMENTS
from shared.accounting.from_facts import is_booked
from shared.ledger.fact import fact_types
from shared.purchasing.events import InvoiceAccepted, InvoicedLine
from shared.quality.events import InspectedLine, InspectionRecorded
from shared.sales.events import GoodsReturned, ReturnedLine, Tender
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import Browser, Office, key_of
from tests.unit.cloud.shop import NOW, PIECE, Shop
from tests.unit.cloud.test_books import on, received, sold, with_triggers_silenced
from tests.unit.cloud.test_http_rim import as_
from tests.unit.cloud.test_statements import dated

ENGLISH = {"Accept-Language": "en"}
NOVEMBER = "from=2026-11-01&to=2026-11-30"


@pytest.fixture
def shop(installation: Installation, owner: Browser) -> Shop:
    """A store that received 10 @ 2.00 on the 2nd, sold 4 for 22.60 on the 3rd and took one back on the 4th."""
    Office(installation).open_shops()
    back = ReturnedLine(sku="tea", qty=PIECE, amount=565, lot="", place="main", disposition="restock")
    made = Shop(installation.home)
    made.log("a").record(
        on(2, received("r", 10, 2 * PIECE), "r"),
        on(3, sold("s", 4, 2260), "s"),
        on(4, GoodsReturned(sale="s", lines=(back,), tenders=(Tender(kind="wechat", amount=565),)), "b"),
    ).push()
    post(made)
    return made


def post(shop: Shop) -> None:
    shop.project()
    Poster(shop.store).post_all(NOW)


def read(client: Browser, path: str) -> Any:
    answer = client.get(path, headers=ENGLISH)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_accounts_add_up_and_lead_to_their_lines(owner: Browser, shop: Shop) -> None:
    """20.00 of goods, 8.00 sold, 2.00 back: the balance of 1405 is what its last line says."""
    told = read(owner, f"/v1/books/accounts?{NOVEMBER}")
    assert told["balanced"]
    by_code = {row["account"]: row for row in told["rows"]}
    assert (by_code["1405"]["debit"], by_code["1405"]["credit"], by_code["1405"]["closing"]) == (
        "22.00",
        "8.00",
        "14.00",
    )
    ledger = read(owner, f"/v1/books/accounts/1405?{NOVEMBER}")
    assert [(line["debit"], line["credit"], line["balance"]) for line in ledger["rows"]] == [
        ("20.00", "0.00", "20.00"),
        ("0.00", "8.00", "12.00"),
        ("2.00", "0.00", "14.00"),
    ]
    assert ledger["rows"][0]["against"] == ["220202"]
    assert (ledger["opening"], ledger["closing"], ledger["count"]) == ("0.00", "14.00", 3)


def test_a_ledger_is_turned_page_by_page(owner: Browser, shop: Shop) -> None:
    """One line a page: the same lines, the same balances, nothing twice; a later span opens with what was before."""
    whole = read(owner, f"/v1/books/accounts/1405?{NOVEMBER}")["rows"]
    turned, after = [], ""
    while True:
        page = read(owner, f"/v1/books/accounts/1405?{NOVEMBER}&limit=1&after={after}")
        turned += page["rows"]
        after = page.get("next", "")
        if not after:
            break
    assert turned == whole
    later = read(owner, "/v1/books/accounts/1405?from=2026-11-03&to=2026-11-03")
    assert (later["opening"], later["closing"], len(later["rows"])) == ("20.00", "12.00", 1)
    other = read(owner, f"/v1/books/accounts/1405?{NOVEMBER}&store=s2")
    assert (other["closing"], other["rows"]) == ("0.00", [])


def test_an_account_nobody_has_and_a_wrong_page_are_refused(owner: Browser, shop: Shop) -> None:
    """By name, with the status a page can act on."""
    assert key_of(owner.get("/v1/books/accounts/9999")) == "ledger_account_unknown"
    assert key_of(owner.get("/v1/books/accounts/1405?after=moon")) == "query_malformed"
    assert key_of(owner.get("/v1/books/vouchers?after=a~b")) == "query_malformed"
    assert key_of(owner.get("/v1/books/accounts?from=2026-12-01&to=2026-11-01")) == "period_malformed"
    for name in ("moon", "00" * 16):
        answer = owner.get(f"/v1/books/vouchers/{name}/1/0/0")
        assert (answer.status_code, key_of(answer)) == (404, "voucher_unknown")


def test_a_voucher_tells_its_lines_its_fact_and_its_relatives(owner: Browser, shop: Shop) -> None:
    """The sale's voucher names the return's, with the policy it was posted under and who recorded it."""
    newest = read(owner, f"/v1/books/vouchers?{NOVEMBER}")["rows"]
    assert [row["kind"] for row in newest] == ["sale_return", "sale", "purchase_receipt_estimated"]
    back, sale, _ = newest
    told = read(owner, f"/v1/books/vouchers/{sale['log']}/{sale['seq']}/0/0")
    assert sum(Decimal(line["debit"]) - Decimal(line["credit"]) for line in told["lines"]) == 0
    assert (told["amount"], told["policy"]["version"], told["policy"]["taxpayer"]) == ("30.60", 1, "general")
    assert told["recorded"]["actor"] == "li"
    assert [one["kind"] for one in told["related"]] == ["sale_return"]
    other = read(owner, f"/v1/books/vouchers/{back['log']}/{back['seq']}/0/0")
    assert [one["kind"] for one in other["related"]] == ["sale"]


def test_a_late_receipt_leaves_a_difference_that_names_its_cause(owner: Browser, shop: Shop) -> None:
    """A receipt of the 1st at 7.00 comes late: the sale has a second voucher, each names the other."""
    shop.log("late").record(on(1, received("r0", 10, 7 * PIECE), "late")).push()
    post(shop)
    page = read(owner, f"/v1/books/vouchers?{NOVEMBER}&kind=sale")["rows"]
    difference = next(row for row in page if row["number"] == 1)
    told = read(owner, f"/v1/books/vouchers/{difference['log']}/{difference['seq']}/0/1")
    assert (told["cause"]["kind"], told["cause"]["reference"]) == ("purchase_receipt_estimated", "r0")
    assert [one["number"] for one in told["others"]] == [0]
    assert {line["memo"] for line in told["lines"]} == {"Adjustment"}
    chinese = owner.get(f"/v1/books/vouchers/{difference['log']}/{difference['seq']}/0/1").json()
    assert {line["memo"] for line in chinese["lines"]} == {"调整"}


def test_the_photos_of_an_inspection_stand_behind_its_receipt(owner: Browser, shop: Shop) -> None:
    """Down to the photo's hash and the inspection's own fact."""
    seen = InspectionRecorded(
        inspection="i",
        receipt="r",
        lines=(InspectedLine(sku="tea", lot="", accepted=9 * PIECE, held=PIECE, rejected=0),),
        answers=(),
        photos=("ab" * 32,),
    )
    shop.log("quality").record(on(2, seen, "i")).push()
    post(shop)
    (receipt,) = read(owner, f"/v1/books/vouchers?{NOVEMBER}&reference=r&kind=purchase_receipt_estimated")[
        "rows"
    ]
    told = read(owner, f"/v1/books/vouchers/{receipt['log']}/{receipt['seq']}/0/0")
    assert [(one["photos"], one["store"]) for one in told["inspections"]] == [(["ab" * 32], "s1")]


def test_the_first_page_says_what_is_closed_what_waits_and_what_stands_where(
    owner: Browser, shop: Shop
) -> None:
    """One receipt waits for its invoice; October was never posted, so November is the first month."""
    told = read(owner, "/v1/books")
    assert [row["period"] for row in told["periods"]][-1] == "2026-11"
    assert {row["what"]: row["count"] for row in told["waiting"]} == {"uninvoiced": 1}
    assert {row["account"]: row["amount"] for row in told["balances"]}["1405"] == "14.00"
    assert (told["since"], told["proof"], told["chart"]) == ("2026-11-02", None, "small_business")
    assert [(row["store"], row["sealed_through"]) for row in told["stores"]] == [("s1", None)]


def test_a_proof_is_kept_and_the_first_difference_named(
    owner: Browser, shop: Shop, installation: Installation, clock: Clock
) -> None:
    """Asked for on the page or made at night; it says when something was posted since."""
    assert owner.post("/v1/books/proof").json()["holds"]
    assert read(owner, "/v1/books")["proof"]["current"]
    shop.log("more").record(on(5, sold("s2", 1, 565), "s2")).push()
    post(shop)
    kept = read(owner, "/v1/books")["proof"]
    assert (kept["holds"], kept["current"]) == (True, False)
    with with_triggers_silenced(shop.store) as writing:
        writing.connection.exec_driver_sql("UPDATE gl_day SET credit = 0 WHERE account = '500101'")
    clock.pass_(minutes=1)
    job = next(job for job in JOBS if job.name == "prove the books")
    with pytest.raises(Exception, match="500101"):
        job.work(installation)
    kept = read(owner, "/v1/books")["proof"]
    assert not kept["holds"]
    first = next(one for one in kept["findings"] if one["difference"])
    assert "500101" in first["difference"]


def test_books_are_for_those_who_may_read_them_and_have_the_whole_chain(
    owner: Browser, shop: Shop, installation: Installation
) -> None:
    """A store manager may not; nor may somebody of head office who has one store."""
    with Browser(create_app(installation)) as client:
        as_(client, owner, "li", "store_manager", "s1")
        assert key_of(client.get("/v1/books")) == "not_permitted"
    with Browser(create_app(installation)) as client:
        as_(client, owner, "wang", "head_office", "s1")
        assert key_of(client.get("/v1/books/accounts")) == "store_out_of_scope"


def test_what_cannot_be_posted_is_listed_with_its_reason(owner: Browser, shop: Shop) -> None:
    """An invoice for a receipt that no store has told of waits, in words, with its fact."""
    line = InvoicedLine(
        receipt="r9", store="s1", sku="tea", qty=PIECE, unit_price=PIECE, net=100, vat_bp=1300, tax=13
    )
    day = date(2026, 11, 4)
    billed = InvoiceAccepted(invoice="i", number="77", supplier="farm", dated=day, lines=(line,))
    office = Shop(shop.store, "hq")
    office.log("o").record(on(4, billed, "i")).push()
    post(office)
    (row,) = read(owner, "/v1/books/problems")["rows"]
    assert (row["key"], row["node"], row["business_date"]) == ("receipt_not_in_books", "hq", "2026-11-04")
    assert "r9" in row["text"]


def test_the_chart_says_what_may_be_booked_by_hand(owner: Browser, shop: Shop) -> None:
    """Not stock, not an account that has parts; receivables need a partner."""
    rules = {
        row["account"]: (row["by_hand"], row["partner"]) for row in read(owner, "/v1/books/chart")["accounts"]
    }
    assert (rules["1405"][0], rules["2202"][0], rules["5602"], rules["1122"]) == (
        False,
        False,
        (True, False),
        (True, True),
    )


def test_a_voucher_taken_back_and_its_reversal_name_each_other(
    owner: Browser, shop: Shop, installation: Installation
) -> None:
    """By hand, so it may be taken back once; a sale may not. The reason stays as it was written."""
    office = Office(installation)
    lines = [{"account": "5602", "debit": "10"}, {"account": "1002", "credit": "10"}]
    office.do("accounting.enter_voucher", dated="2026-11-10", reason="rent", lines=lines)
    Poster(shop.store).post_all(NOW)
    (made,) = read(owner, f"/v1/books/vouchers?{NOVEMBER}&kind=manual")["rows"]
    path = f"/v1/books/vouchers/{made['log']}/{made['seq']}/0/0"
    told = read(owner, path)
    assert (told["reversible"], told["taken_back"]) == (True, None)
    name = {"log": made["log"], "seq": made["seq"]}
    office.do("accounting.reverse_voucher", **name, dated="2026-11-11", reason="wrong month")
    Poster(shop.store).post_all(NOW)
    told = read(owner, path)
    assert (told["reversible"], told["taken_back"]["reason"]) == (False, "wrong month")
    (red,) = read(owner, f"/v1/books/vouchers?{NOVEMBER}&reference={told['taken_back']['reversal']}")["rows"]
    told = read(owner, f"/v1/books/vouchers/{red['log']}/{red['seq']}/0/0")
    assert told["reverses"]["kind"] == "manual"
    assert {line["memo"] for line in told["lines"]} == {"Reversal: wrong month"}
    (sale,) = read(owner, f"/v1/books/vouchers?{NOVEMBER}&kind=sale")["rows"]
    assert not read(owner, f"/v1/books/vouchers/{sale['log']}/{sale['seq']}/0/0")["reversible"]


def test_a_policy_counts_from_its_day_on_and_not_before(
    owner: Browser, shop: Shop, installation: Installation
) -> None:
    """Set in November for January: what is posted in November is a general taxpayer's, in January no more."""
    office = Office(installation)
    office.do("accounting.set_policy", since="2027-01-01", taxpayer="small_scale")
    poster = Poster(shop.store)
    shop.log("before").record(on(5, sold("s2", 1, 565), "s2")).push()
    shop.project()
    poster.post_all(NOW)
    assert read(owner, "/v1/books")["taxpayer"] == "general"
    shop.log("after").record(dated(date(2027, 1, 2), sold("s3", 1, 565), "s3")).push()
    shop.project()
    poster.post_all(NOW + 60 * 86_400_000)
    assert read(owner, "/v1/books")["taxpayer"] == "small_scale"


def test_every_kind_of_document_has_a_word_on_the_pages(house: Path) -> None:
    """A voucher is never called by a program's word."""
    texts = (house / "pwa/src/i18n/texts/books.ts").read_text(encoding="utf-8")
    assert [kind for kind in DOCUMENTS if f" doc_{kind}: [" not in texts] == []
    office = (house / "pwa/src/i18n/texts/office.ts").read_text(encoding="utf-8")
    booked = [kind for (kind, _), fact in fact_types().items() if is_booked(fact)]
    assert [kind for kind in booked if f" kind_{kind.replace('.', '_')}: [" not in office] == []
