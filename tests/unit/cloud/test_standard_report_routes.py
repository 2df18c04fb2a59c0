"""The standard reports over HTTP: who may ask, what is refused, and how complete an answer says it is."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from cloud.app import create_app
from cloud.reports.registry import reports
from cloud.store.engine import sqlite_url
from cloud.store.installation import Installation
from cloud.store.ledger_tables import NODE
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import Browser, Office, key_of
from tests.unit.cloud.test_http_rim import as_

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Answers do not depend on the kind of database."""
    return sqlite_url(tmp_path / "cloud.db")


def test_the_gallery_shows_what_one_may_ask(owner: Browser, installation: Installation) -> None:
    """All of them to the owner, in both languages; to a clerk only those a clerk may ask."""
    Office(installation).open_shops()
    cards = owner.get("/v1/reports", headers=ENGLISH).json()["reports"]
    assert [card["key"] for card in cards] == list(reports())
    assert "Daily report" in [card["title"] for card in cards]
    assert "日报" in [card["title"] for card in owner.get("/v1/reports").json()["reports"]]
    with Browser(create_app(installation)) as client:
        as_(client, owner, "li", "clerk", "s1")
        seen = {card["key"] for card in client.get("/v1/reports").json()["reports"]}
        assert seen == {key for key, report in reports().items() if report.permission == "stock.read"}
        for key, report in reports().items():
            status = client.get(f"/v1/reports/{key}").status_code
            assert status == (200 if key in seen else 403), report.permission


def test_a_manager_asks_about_the_own_store_alone(owner: Browser, installation: Installation) -> None:
    """Another store is refused by name; without a name the answer is about the own one."""
    Office(installation).open_shops()
    with Browser(create_app(installation)) as client:
        as_(client, owner, "li", "store_manager", "s1")
        assert key_of(client.get("/v1/reports/daily?store=s2")) == "store_out_of_scope"
        assert client.get("/v1/reports/daily").json()["store_count"] == 1


def test_sales_by_person_need_the_right_to_see_people(owner: Browser, installation: Installation) -> None:
    """Head office staff hold no personal label: neither offered nor answered."""
    Office(installation).open_shops()
    assert owner.get("/v1/reports/sales-by?by=staff").status_code == 200
    with Browser(create_app(installation)) as client:
        as_(client, owner, "wang", "head_office", "*")
        assert key_of(client.get("/v1/reports/sales-by?by=staff")) == "not_permitted"
        (card,) = [card for card in client.get("/v1/reports").json()["reports"] if card["key"] == "sales-by"]
        assert "staff" not in [choice["value"] for choice in card["by"]]


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("daily?format=doc", "report_format_unknown"),
        ("sales-by?by=moon", "report_by_unknown"),
        ("daily?by=store", "report_by_unknown"),
        ("sales-by?compare=decade", "report_compare_unknown"),
        ("turnover?compare=year", "report_compare_unknown"),
        ("daily?days=3", "report_parameter_unknown"),
        ("expiring?days=-1", "report_days_wrong"),
        ("expiring?days=367", "report_days_wrong"),
        ("expiring?days=x", "query_malformed"),
        ("daily?from=2026-11-23&to=2026-11-22", "period_malformed"),
        ("daily?store=s9", None),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    owner: Browser, installation: Installation, asked: str, key: str | None
) -> None:
    """Nothing is guessed; a store that is not there has an empty report."""
    Office(installation).open_shops()
    answer = owner.get(f"/v1/reports/{asked}")
    if key is None:
        assert answer.json()["store_count"] == 0
    else:
        assert answer.status_code in (400, 422)
        assert key_of(answer) == key


def test_files_come_with_a_name_and_the_right_kind(owner: Browser, installation: Installation) -> None:
    """A spreadsheet opens, paper begins as paper does, and neither is shown inside our page."""
    Office(installation).open_shops()
    sheet = owner.get("/v1/reports/daily?format=xlsx&to=2026-11-22", headers=ENGLISH)
    assert sheet.headers["content-disposition"] == 'attachment; filename="liushui-daily-2026-11-22.xlsx"'
    assert "Compared" in openpyxl.load_workbook(io.BytesIO(sheet.content)).sheetnames
    paper = owner.get("/v1/reports/daily?format=pdf&from=2026-11-01&to=2026-11-22")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")


def test_a_report_says_which_stores_are_not_complete(
    owner: Browser, installation: Installation, clock: Clock
) -> None:
    """One node spoke just now and has sent all, one holds facts back since noon, one was never heard."""
    office = Office(installation)
    office.open_shops()
    office.do("catalogue.define_store", store="s3", name="S3")
    now_ms = clock()
    with installation.home.writing() as writing:
        for store, unsent in (("s1", 0), ("s2", 4)):
            writing.insert(
                NODE,
                {
                    "node_id": store,
                    "wire_id": store.encode() * 8,
                    "last_hello_ms": now_ms,
                    "unsent": unsent,
                    "oldest_unsent_ms": (now_ms - 7_200_000) if unsent else 0,
                },
            )
    told = owner.get("/v1/reports/daily").json()
    assert (told["store_count"], [row["store"] for row in told["behind"]]) == (3, ["s2", "s3"])
    assert told["behind"][1]["up_to"] is None
    clock.pass_(minutes=16)
    assert [row["store"] for row in owner.get("/v1/reports/daily").json()["behind"]] == ["s1", "s2", "s3"]
    past = owner.get("/v1/reports/daily?to=2026-01-01").json()
    assert [row["store"] for row in past["behind"]] == ["s3"], "what is held back is younger than that day"
