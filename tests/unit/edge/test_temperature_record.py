"""A fridge's page and its record for the inspector, asked of a real node that had a warm night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.http.temperature_record import Excursion, Note, Record
from edge.http.temperature_sheet import sheet_of
from edge.intake.rules import assigned
from edge.intake.telemetry import SensorNow, Span
from edge.printing.temperature_log import temperature_log
from tests.support.edge_node import EdgeNode, Phone
from tests.support.publisher import wait_until
from tests.support.warm_fridge import ROWS, SENSOR, have_a_warm_night

HOUR_MS = 3_600_000
NOON_MS = 1_795_320_000_000  # 2026-11-22 12:00 in Shanghai


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    """The manager of a store whose fridge was too warm for an hour."""
    node = EdgeNode(Path(tmp_path_factory.mktemp("shop")) / "node", rows=ROWS)
    node.start()
    have_a_warm_night(node)
    yield node.sign_in("store_manager")
    node.stop()


def fridge(phone: Phone, **more: str) -> dict:
    answer = phone.get("/v1/cold-chain/fridge", params={"sensor": "probe-1", **more})
    answer.raise_for_status()
    return dict(answer.json())


def test_a_fridge_is_told_with_its_excursion_its_defrosting_and_what_waits(phone: Phone) -> None:
    """One excursion of an hour that nobody answered, the milk it holds, defrosting, battery and calibration."""
    wait_until(lambda: bool(fridge(phone)["excursions"] and fridge(phone)["excursions"][0]["held"]))
    wait_until(lambda: len(fridge(phone)["conditions"]) == 2, within_s=60)
    told = fridge(phone)
    assert told["conditions"] == ["battery_flat", "calibration_overdue"]
    (excursion,) = told["excursions"]
    assert (excursion["limit"], excursion["acknowledged"]) == ("8", False)
    assert [(lot["sku"], lot["lot"], lot["qty"]) for lot in excursion["held"]] == [("milk", "L1", "12")]
    outside_s = sum(window["outside_s"] for window in told["windows"])
    assert 55 * 60 <= outside_s <= 65 * 60
    assert len(told["defrost"]) in (2, 3)
    assert phone.get("/v1/cold-chain/fridge", params={"sensor": "nobody"}).json()["key"] == "sensor_unknown"


def test_nobody_answers_so_it_goes_up_and_an_answer_ends_that(phone: Phone) -> None:
    """Hours after it was raised: head office's level at once; acknowledged with what was done, by whom."""
    wait_until(lambda: fridge(phone)["excursions"][0]["level"] == 3, within_s=60)
    (excursion,) = fridge(phone)["excursions"]
    body = {"excursion": excursion["excursion"], "action": "Moved the goods"}
    assert phone.ask("sensing.acknowledge_excursion", body)["state"] == "accepted"
    (excursion,) = fridge(phone)["excursions"]
    assert excursion["acknowledged"]
    assert {(note["what"], note["action"]) for note in excursion["notes"]} == {
        ("escalated", ""),
        ("acknowledged", "Moved the goods"),
    }


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_record_is_a_pdf_with_its_font(phone: Phone, language: str) -> None:
    """Three days of it; a period that runs backwards or over a month is refused."""
    today = datetime.now(UTC).date()
    asked = {
        "sensor": "probe-1",
        "first": str(today - timedelta(days=2)),
        "last": str(today),
        "lang": language,
    }
    answer = phone.get("/v1/cold-chain/record", params=asked)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert b"/FontFile2" in answer.content
    backwards = phone.get("/v1/cold-chain/record", params=asked | {"last": str(today - timedelta(days=3))})
    assert backwards.json()["key"] == "record_period"


def test_the_record_says_who_did_what_when_in_the_stores_own_time() -> None:
    """Every line an inspector looks for, in Chinese, with a log row for each hour and the bad one marked."""
    record = Record(
        sensor=assigned({"sensor": "probe-1", **SENSOR, "defrost_starts": "120 840"}, "Asia/Shanghai"),
        now=SensorNow(
            sensor="probe-1", place="fridge-1", quantity="temperature", unit="Cel", state="ok", value=4_000_000,
            at_ms=NOON_MS, high=8_000_000, low=0, conditions=["calibration_overdue"],
        ),
        place_name="一号冷藏柜",
        from_ms=NOON_MS,
        to_ms=NOON_MS + 3 * HOUR_MS,
        seconds=3600,
        spans=[
            Span(NOON_MS, 3_900_000, 4_000_000, 4_200_000, 4_000_000, 0, 0),
            Span(NOON_MS + HOUR_MS, 4_000_000, 7_000_000, 10_500_000, 9_000_000, 2_450, 0),
        ],
        defrost=[(NOON_MS + 2 * HOUR_MS, NOON_MS + 2 * HOUR_MS + 1_800_000)],
        excursions=[
            Excursion(
                excursion="x", began_ms=NOON_MS + HOUR_MS, ended_ms=NOON_MS + 2 * HOUR_MS, limit=8_000_000,
                peak=10_500_000, backfilled=False, level=2, held=[],
                notes=[
                    Note(at_ms=NOON_MS + HOUR_MS + 900_000, what="escalated", by="", action="", level=2),
                    Note(at_ms=NOON_MS + HOUR_MS + 960_000, what="acknowledged", by="李雷", action="关好柜门", level=0),
                ],
            )
        ],
    )  # fmt: skip
    sheet = sheet_of(record, "第一分店", "Asia/Shanghai", NOON_MS + 4 * HOUR_MS, "zh-CN")
    assert dict(sheet.about)["期间"] == "2026-11-22 12:00 – 2026-11-22 15:00"
    assert dict(sheet.about)["校准"].endswith("（已过期）")
    assert dict(sheet.about)["除霜与开门"] == "每天 02:00, 14:00 除霜 30 分钟；期间最高 12 °C"
    (excursion,) = sheet.excursions
    assert ("纠正措施", "2026-11-22 13:16 李雷：关好柜门") in excursion
    assert ("上报", "2026-11-22 13:15 无人确认，上报店长") in excursion
    assert sheet.log == [
        ["2026-11-22 12:00", "3.9 °C", "4 °C", "4.2 °C", "—"],
        ["2026-11-22 13:00", "4 °C", "7 °C", "10.5 °C", "41 分钟"],
    ]
    assert sheet.outside_rows == {1}
    assert temperature_log(sheet) == temperature_log(sheet)
