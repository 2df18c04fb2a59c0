"""The closing wizard's answers: every step with what stands against it by name, and how a closed month says it was."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from cloud.books.closing import STEPS
from cloud.books.poster import Poster
from cloud.store.engine import sqlite_url
from cloud.store.installation import Installation
from shared.accounting.events import DaySealed
from shared.accounting.periods import Obstacle
from tests.unit.cloud.office import Browser, Office, key_of
from tests.unit.cloud.shop import NOW, Shop, event


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Closing itself is tested on both kinds of database."""
    return sqlite_url(tmp_path / "cloud.db")


@pytest.fixture
def office(installation: Installation, owner: Browser) -> Office:
    made = Office(installation)
    made.open_shops()
    return made


def steps(owner: Browser, period: str = "2026-10") -> dict[str, list[tuple[str, str, str]]]:
    """By step, what stands against it."""
    told = read(owner, period)["steps"]
    return {
        step["step"]: [(one["where"], one["sku_name"] or one["sku"], one["told"]) for one in step["against"]]
        for step in told
    }


def read(owner: Browser, period: str) -> Any:
    answer = owner.get(f"/v1/books/periods/{period}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_obstacle_belongs_to_one_step() -> None:
    """What a close is refused for is shown somewhere before it is asked for."""
    placed = [obstacle for _, kinds in STEPS for obstacle in kinds]
    assert sorted(placed) == sorted(get_args(Obstacle))


def test_what_stands_against_a_month_is_named_step_by_step(owner: Browser, office: Office) -> None:
    """S1 has sealed only the 30th and sold milk nobody received: two steps are open, the others are done."""
    shop = Shop(office.store, "s1")
    shop.log("one").record(event(DaySealed(through=date(2026, 10, 30)), "seal")).sell("a").push()
    shop.project()
    Poster(office.store).post_all(NOW)
    found = steps(owner)
    assert found["stores"] == [("s1", "", "2026-10-30")]
    assert found["stock"] == [("s1", "Milk", "-1")]
    assert {step: found[step] for step in ("order", "posted", "invoices", "proof")} == {
        "order": [],
        "posted": [],
        "invoices": [],
        "proof": [],
    }


def test_a_month_closed_by_force_says_what_was_waived_and_by_whom(owner: Browser, office: Office) -> None:
    """And no longer asks for anything; asked to be opened again it says so."""
    Shop(office.store, "s1").log("one").sell("a").push()
    office.do("accounting.close_period", period="2026-10", forced=True, reason="counted by hand")
    told = read(owner, "2026-10")
    assert (told["period"]["state"], told["period"]["closed_by"], told["steps"]) == ("closed", "boss", [])
    assert [one["obstacle"] for one in told["waived"]] == ["store_not_sealed"]
    office.do("accounting.ask_reopen", period="2026-10", reason="wrong rate")
    told = read(owner, "2026-10")["period"]
    assert (told["state"], told["asked_by"], told["asked_reason"]) == ("asked", "boss", "wrong rate")
    listed = owner.get("/v1/books/periods").json()["periods"]
    assert [row["period"] for row in listed] == ["2026-11", "2026-10"]


@pytest.mark.parametrize("period", ["2026-13", "october", "2026-1", "1999-01"])
def test_what_is_no_month_is_refused(owner: Browser, office: Office, period: str) -> None:
    """With a word on how a month is written."""
    answer = owner.get(f"/v1/books/periods/{period}")
    assert (answer.status_code, key_of(answer)) == (400, "month_malformed")
