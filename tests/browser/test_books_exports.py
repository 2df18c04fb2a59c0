"""Head office hands vouchers to an accountant's program: what waits by month, a batch and its file, the file again."""

from __future__ import annotations

import re
from pathlib import Path

from dbfread import DBF
from playwright.sync_api import Download, Page, expect

from tests.browser.conftest import OpenOffice
from tests.browser.head_office import HeadOffice, settled
from tests.browser.test_pages import photograph


def saved(download: Download, folder: Path) -> list[dict[str, object]]:
    """The records of a downloaded DBF."""
    path = folder / download.suggested_filename
    download.save_as(path)
    return [dict(record) for record in DBF(str(path), encoding="gbk", load=True)]


def exported(page: Page) -> None:
    """The app's own question, answered."""
    page.get_by_role("dialog").get_by_role("button", name="Export").click()


def test_a_month_leaves_once_and_its_file_is_had_again(
    office: OpenOffice, chain: HeadOffice, tmp_path: Path
) -> None:
    """The month's vouchers go to Kingdee by the page; Yonyou has not got them, the file is the same."""
    chain.wait_for(lambda: chain.read("/v1/books/progress")["unposted"] == 0, "the day is posted")
    browser = office()
    page = browser.page
    browser.go("/office/books/exports")
    settled(page)
    expect(page.get_by_text("Nothing was exported yet")).to_be_visible()
    month = page.get_by_role("table", name="What waits").locator("tbody tr").last
    photograph(browser, "desk-en-exports-waiting")
    count = len(chain.read("/v1/books/vouchers", limit=200)["rows"])
    with page.expect_download() as first:
        month.get_by_role("button", name=re.compile("^Export ")).click()
        exported(page)
    rows = saved(first.value, tmp_path)
    assert rows
    assert sum(float(str(row["FDEBIT"])) for row in rows) == sum(float(str(row["FCREDIT"])) for row in rows)
    assert all(len(row) == 45 for row in rows)
    expect(month).to_contain_text("All exported")
    batch = page.get_by_role("table", name="Batches").locator("tbody tr")
    expect(batch).to_have_count(1)
    expect(batch).to_contain_text(f"{count} as ")
    expect(batch).to_contain_text("owner")
    photograph(browser, "desk-en-exports")
    with page.expect_download() as again:
        batch.get_by_role("button", name=re.compile(r"\(DBF\)")).click()
    assert saved(again.value, tmp_path) == rows
    page.get_by_label("Format").select_option("yonyou")
    expect(month.get_by_role("button", name=re.compile("^Export "))).to_be_visible()
    page.get_by_label("Format").select_option("beancount")
    with page.expect_download() as audited:
        page.get_by_role("button", name="Download the books").click()
    assert "balance Assets" in Path(str(audited.value.path())).read_text(encoding="utf-8")
    batch.locator("td[data-column=batch] a").click()
    settled(page)
    expect(page.get_by_role("table", name="Vouchers").locator("tbody tr")).to_have_count(count)
    photograph(browser, "desk-en-batch")
    page.get_by_role("table", name="Vouchers").locator("tbody a").first.click()
    settled(page)
    expect(page.get_by_text(re.compile("Kingdee, .*, number 1"))).to_be_visible()


def test_what_another_took_meanwhile_is_refused_and_said(office: OpenOffice, chain: HeadOffice) -> None:
    """On a phone, in Chinese: the vouchers went to Yonyou after the page was opened; nothing leaves twice."""
    browser = office(desk=False, language="zh-CN")
    page = browser.page
    browser.go("/office/books/exports?form=yonyou")
    settled(page)
    photograph(browser, "phone-zh-exports")
    told = chain.read("/v1/books")["today"]
    meanwhile = {"form": "yonyou", "from": f"{told[:7]}-01", "to": told}
    assert chain.owner.post("/v1/books/exports", json=meanwhile).is_success
    page.get_by_role("button", name=re.compile("^导出20")).last.click()
    page.get_by_role("dialog").get_by_role("button", name="导出").click()
    expect(page.get_by_role("alert")).to_contain_text("没有还没导出过的凭证")
    expect(page.get_by_role("table", name="等着导出").locator("tbody tr").last).to_contain_text("都导出过了")
