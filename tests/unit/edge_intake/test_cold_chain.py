"""Samples become excursions, once each, live or from history, and the ledger is owed every one of them."""

from pathlib import Path

import msgspec

from edge.intake import cold_chain
from edge.intake.fold import Message, ingest
from edge.intake.ids import excursion_id, op_id
from edge.intake.rules import Rules, assigned
from edge.intake.telemetry import Telemetry
from shared.sensing.reading import Reading
from tests.support.bridge_talk import FRIDGE, MINUTE_MS, NOW_MS, SITE, data, warm

DAY_MS = 86_400_000
RULES = Rules([FRIDGE])


def minutes(first_seq: int, start_ms: int, *values: str) -> list[Reading]:
    """One reading a minute."""
    return [
        warm(first_seq + minute, start_ms + minute * MINUTE_MS, value) for minute, value in enumerate(values)
    ]


def arrive(telemetry: Telemetry, readings: list[Reading], now_ms: int | None = None) -> None:
    """Each reading in a message of its own, at its own time or all at once."""
    for reading in readings:
        assert reading.ts_ms is not None
        ingest(telemetry, SITE, RULES, [data(reading)], now_ms or reading.ts_ms)


def owed(telemetry: Telemetry) -> list[tuple[str, dict]]:
    return [
        (kind, msgspec.json.decode(body))
        for kind, body in telemetry.rows("SELECT kind, body FROM pending ORDER BY id")
    ]


def kinds(telemetry: Telemetry) -> list[str]:
    return [kind.removeprefix("sensing.") for kind, _ in owed(telemetry)]


def test_a_warm_fridge_begins_and_ends_one_excursion(telemetry: Telemetry) -> None:
    """31 minutes at 9 °C, then cold: begun with its first warm minute, ended with its peak."""
    start = NOW_MS
    arrive(telemetry, minutes(1, start, *["9"] * 30, "9.5", *["5"] * 7))
    (begin, began), (end, ended) = owed(telemetry)
    assert (begin, end) == ("sensing.begin_excursion", "sensing.end_excursion")
    name = excursion_id("fridge-1", "high", start)
    assert began == {
        "excursion": name,
        "sensor": "fridge-1",
        "place": "fridge",
        "quantity": "temperature",
        "began_ms": start,
        "limit": 8_000_000,
        "value": 9_500_000,
        "backfilled": False,
    }
    assert ended == {"excursion": name, "ended_ms": start + 36 * MINUTE_MS, "peak": 9_500_000}


def test_an_alarm_survives_a_restart(telemetry: Telemetry, tmp_path: Path) -> None:
    """The file is closed and opened between any two samples: the same single excursion."""
    telemetry.close()
    for reading in minutes(1, NOW_MS, *["9"] * 31, *["5"] * 6):
        opened = Telemetry(tmp_path / "telemetry.db")
        arrive(opened, [reading])
        found = kinds(opened)
        opened.close()
    assert found == ["begin_excursion", "end_excursion"]


def test_the_same_samples_again_owe_nothing_more(telemetry: Telemetry) -> None:
    """A bridge that sends its whole outbox again opens no second excursion."""
    readings = minutes(1, NOW_MS, *["9"] * 31)
    arrive(telemetry, readings)
    arrive(telemetry, readings, now_ms=NOW_MS + 31 * MINUTE_MS)
    assert kinds(telemetry) == ["begin_excursion"]


def test_a_backlog_in_order_is_as_good_as_live(telemetry: Telemetry) -> None:
    """An hour behind a broken link: the excursion that was missed still blocks its goods (within a day)."""
    arrive(telemetry, minutes(1, NOW_MS, *["9"] * 40, *["5"] * 6), now_ms=NOW_MS + 60 * MINUTE_MS)
    assert [told.get("backfilled") for _, told in owed(telemetry)] == [False, None]


def test_two_days_old_samples_tell_history_without_an_alarm(telemetry: Telemetry) -> None:
    """Backfilled: the excursion is on record with its end, and the live alarm has seen nothing."""
    old = NOW_MS - 2 * DAY_MS
    readings = minutes(1, old, "5", *["9"] * 40, *["5"] * 10)
    with telemetry.transaction() as db:
        cold_chain.watch_over(db, [FRIDGE], NOW_MS)
    ingest(telemetry, SITE, RULES, [data(*readings[:30]), data(*readings[30:])], NOW_MS)
    assert kinds(telemetry) == ["begin_excursion", "end_excursion"]
    assert owed(telemetry)[0][1]["backfilled"] is True
    assert telemetry.latest([FRIDGE], NOW_MS)[0].state == "ok"
    assert telemetry.rows("SELECT sum(count) FROM span WHERE seconds = 300") == [(51,)]


def test_old_samples_that_arrive_in_pieces_are_one_story(telemetry: Telemetry) -> None:
    """Begun in one batch, ended in another: one excursion, one end."""
    old = NOW_MS - 2 * DAY_MS
    with telemetry.transaction() as db:
        cold_chain.watch_over(db, [FRIDGE], NOW_MS)
    readings = minutes(1, old, *["9"] * 45, *["5"] * 10)
    for first in range(0, 55, 11):
        ingest(telemetry, SITE, RULES, [data(*readings[first : first + 11])], NOW_MS)
    with telemetry.transaction() as db:
        cold_chain.end_old_stories(db, [FRIDGE], NOW_MS)
    assert kinds(telemetry) == ["begin_excursion", "end_excursion"]
    assert owed(telemetry)[1][1]["ended_ms"] == old + 50 * MINUTE_MS


def test_an_old_story_whose_last_samples_were_good_is_ended_by_the_clock(telemetry: Telemetry) -> None:
    """Two cold minutes and then nothing more: five minutes without a contrary sample end it all the same."""
    old = NOW_MS - 2 * DAY_MS
    with telemetry.transaction() as db:
        cold_chain.watch_over(db, [FRIDGE], NOW_MS)
    ingest(telemetry, SITE, RULES, [data(*minutes(1, old, *["9"] * 40, "5", "5"))], NOW_MS)
    assert kinds(telemetry) == ["begin_excursion"]
    for _ in range(2):
        with telemetry.transaction() as db:
            cold_chain.end_old_stories(db, [FRIDGE], NOW_MS)
    assert kinds(telemetry) == ["begin_excursion", "end_excursion"]
    assert owed(telemetry)[1][1]["ended_ms"] == old + 45 * MINUTE_MS


def test_late_samples_make_a_running_excursion_begin_earlier(telemetry: Telemetry) -> None:
    """The newest sample came first: the forty warm minutes behind it raise at once, and later samples end it."""
    readings = minutes(1, NOW_MS, *["9"] * 41)
    now_ms = NOW_MS + 40 * MINUTE_MS
    ingest(telemetry, SITE, RULES, [data(readings[-1], after=40)], now_ms)
    assert kinds(telemetry) == []
    ingest(telemetry, SITE, RULES, [data(*readings[:40])], now_ms)
    assert kinds(telemetry) == ["begin_excursion"]
    assert telemetry.latest([FRIDGE], now_ms)[0].state == "excursion"
    arrive(telemetry, minutes(42, now_ms + MINUTE_MS, *["5"] * 7))
    assert kinds(telemetry) == ["begin_excursion", "end_excursion"]
    assert len({told["excursion"] for _, told in owed(telemetry)}) == 1


def test_a_late_cold_sample_does_not_end_a_live_excursion(telemetry: Telemetry) -> None:
    """History is told, the present stays as it is."""
    arrive(telemetry, minutes(1, NOW_MS, *["9"] * 32))
    late = warm(99, NOW_MS + 5 * MINUTE_MS + 1, "4")
    ingest(telemetry, SITE, RULES, [data(late)], NOW_MS + 33 * MINUTE_MS)
    assert kinds(telemetry) == ["begin_excursion"]
    assert telemetry.latest([FRIDGE], NOW_MS + 33 * MINUTE_MS)[0].state == "excursion"


def test_bad_samples_neither_raise_nor_clear(telemetry: Telemetry) -> None:
    """Null, suspect and word-valued readings between warm ones do not break the half hour."""
    odd = [None, "NaN", "4"]
    readings = [
        warm(
            minute + 1,
            NOW_MS + minute * MINUTE_MS,
            odd[minute % 3] if minute % 4 == 1 else "9",
            quality="suspect" if minute % 4 == 1 else "good",
        )
        for minute in range(33)
    ]
    arrive(telemetry, readings)
    assert kinds(telemetry) == ["begin_excursion"]


def test_silence_is_its_own_state_and_is_said_once(telemetry: Telemetry) -> None:
    """A fridge that was fine and says nothing for 15 minutes is silent, not fine; then it is heard again."""
    arrive(telemetry, minutes(1, NOW_MS, "5", "5"))
    for minute in range(2, 40):
        now_ms = NOW_MS + minute * MINUTE_MS
        with telemetry.transaction() as db:
            cold_chain.look(db, [FRIDGE], now_ms, listening=True)
    assert owed(telemetry) == [
        (
            "sensing.report_silence",
            {"sensor": "fridge-1", "place": "fridge", "last_heard_ms": NOW_MS + MINUTE_MS},
        )
    ]
    assert telemetry.latest([FRIDGE], now_ms)[0].state == "silent"
    arrive(telemetry, minutes(3, now_ms, "5"))
    assert kinds(telemetry) == ["report_silence", "report_heard"]
    assert telemetry.latest([FRIDGE], now_ms)[0].state == "ok"


def test_a_sensor_that_never_spoke_is_unknown_and_then_silent(telemetry: Telemetry) -> None:
    """No message ever arrives: the silence is found by looking."""
    with telemetry.transaction() as db:
        cold_chain.watch_over(db, [FRIDGE], NOW_MS)
    assert telemetry.latest([FRIDGE], NOW_MS + MINUTE_MS)[0].state == "unknown"
    with telemetry.transaction() as db:
        cold_chain.look(db, [FRIDGE], NOW_MS + 15 * MINUTE_MS, listening=True)
    assert kinds(telemetry) == ["report_silence"]
    assert telemetry.latest([FRIDGE], NOW_MS + 15 * MINUTE_MS)[0].state == "silent"


def test_a_sensor_s_page_needs_no_job_to_say_silent(telemetry: Telemetry) -> None:
    """Even before anybody has looked, the last value of an hour ago is not shown as fine."""
    arrive(telemetry, minutes(1, NOW_MS, "5"))
    assert telemetry.latest([FRIDGE], NOW_MS + 60 * MINUTE_MS)[0].state == "silent"


def test_while_we_do_not_listen_only_silence_is_concluded(telemetry: Telemetry) -> None:
    """The contrary sample may lie in the broker: the clock alone does not complete a wait then."""
    quick = msgspec.structs.replace(
        FRIDGE, rule=msgspec.structs.replace(FRIDGE.rule, raise_after_ms=MINUTE_MS)
    )
    ingest(telemetry, SITE, Rules([quick]), [data(warm(1, NOW_MS, "9"))], NOW_MS)
    for listening, expected in ((False, []), (True, ["begin_excursion"])):
        with telemetry.transaction() as db:
            cold_chain.look(db, [quick], NOW_MS + 2 * MINUTE_MS, listening=listening)
        assert kinds(telemetry) == expected


def test_another_quantity_of_the_same_device_is_no_temperature(telemetry: Telemetry) -> None:
    """90 % humidity is not 90 °C."""
    damp = [warm(n + 1, NOW_MS + n * MINUTE_MS, "90", quantity="humidity", unit="%") for n in range(40)]
    arrive(telemetry, damp)
    assert kinds(telemetry) == []


def test_the_same_cause_gives_the_same_id() -> None:
    """An op id is a UUIDv7 of the moment, equal for equal causes and different for others."""
    one = op_id(NOW_MS, "begin", "x")
    assert one == op_id(NOW_MS, "begin", "x")
    assert one != op_id(NOW_MS, "begin", "y")
    assert int.from_bytes(one[:6], "big") == NOW_MS
    assert one[6] >> 4 == 7
    assert one[8] >> 6 == 0b10


def test_a_row_of_the_sensor_table_is_a_rule() -> None:
    """Absent limits are absent, seconds become milliseconds."""
    row = {
        "sensor": "f", "store": "s1", "place": "fridge", "quantity": "temperature", "has_high": 1,
        "high": 8_000_000, "has_low": 0, "low": 0, "hysteresis": 500_000, "raise_after_s": 1800,
        "clear_after_s": 300, "offline_after_s": 900,
    }  # fmt: skip
    rule = assigned(row).rule
    assert (rule.high, rule.low, rule.raise_after_ms) == (8_000_000, None, 1_800_000)


def test_a_message_to_no_assigned_sensor_is_kept_without_an_alarm(telemetry: Telemetry) -> None:
    """A device that head office has not assigned yet is measured all the same."""
    message: Message = data(warm(1, NOW_MS, "99", device="new"))
    assert ingest(telemetry, SITE, RULES, [message], NOW_MS).stored == 1
    assert kinds(telemetry) == []
