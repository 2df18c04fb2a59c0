"""A batch of messages becomes rows: each reading once, at its moment, and nothing malformed stops the rest."""

import json
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.intake.events import SAME_NAME_OTHER_CONTENT
from edge.intake.fold import Folded, Message, ingest
from edge.intake.rules import Rules
from edge.intake.telemetry import Telemetry
from shared.sensing.reading import Ack, DeviceBirth, Reading
from tests.support.bridge_talk import FRIDGE, MINUTE_MS, NOW_MS, SITE, birth, data, death, warm

DAY_MS = 86_400_000


def fold(
    telemetry: Telemetry, *messages: Message, now_ms: int = NOW_MS, rules: Rules | None = None
) -> Folded:
    return ingest(telemetry, SITE, rules or Rules([FRIDGE]), list(messages), now_ms)


def latest(telemetry: Telemetry) -> tuple:
    return telemetry.rows("SELECT latest_value, latest_ms FROM series")[0]


def test_a_reading_sent_twice_is_stored_once(telemetry: Telemetry) -> None:
    """The broker may deliver again, the bridge may send again: the name (bridge, epoch, seq) decides."""
    message = data(warm(1, NOW_MS, "4.5"), warm(2, NOW_MS + 1, "4.7"))
    assert fold(telemetry, message, message).stored == 2
    again = fold(telemetry, message)
    assert (again.stored, again.duplicates) == (0, 2)
    assert again.answers == {("b1", "A"): Ack(epoch="A", upto=2)}
    assert telemetry.rows("SELECT count(*) FROM sample") == [(2,)]


def test_the_same_name_with_other_content_keeps_the_first_and_leaves_a_note(telemetry: Telemetry) -> None:
    """A bridge that uses a number twice is a fault that somebody must see."""
    fold(telemetry, data(warm(1, NOW_MS, "-18")))
    assert fold(telemetry, data(warm(1, NOW_MS, "-12"))).conflicts == 1
    assert latest(telemetry)[0] == -18_000_000
    assert telemetry.rows("SELECT what, device, detail FROM event") == [
        (SAME_NAME_OTHER_CONTENT, "fridge-1", '{"seq":"1"}')
    ]


def test_the_recorded_sequences_come_out_right(telemetry: Telemetry, shared_data: Path) -> None:
    """Every vector gives its stored, late and conflicting messages and its latest value."""
    lines = (shared_data / "iot" / "mqtt.jsonl").read_text().splitlines()
    vectors = [vector for vector in map(json.loads, lines) if vector["kind"] == "sequence"]
    assert vectors
    for number, vector in enumerate(vectors):
        total = Folded()
        for told in vector["input"]["messages"]:
            at_ms = int(datetime.fromisoformat(told["ts"]).timestamp() * 1000)
            reading = Reading(
                seq=told["seq"], kind="sensor", device=f"{told['device']}-{number}", quantity="temperature",
                value=str(told["value"]), ts_ms=at_ms,
            )  # fmt: skip
            now_ms = int(datetime.fromisoformat(vector["context"]["now"]).timestamp() * 1000)
            one = fold(telemetry, data(reading, epoch=f"{told['epoch']}{number}"), now_ms=now_ms)
            for name in ("stored", "duplicates", "conflicts", "late"):
                setattr(total, name, getattr(total, name) + getattr(one, name))
        expected = dict(vector["expected"])
        value = telemetry.rows("SELECT latest_value FROM series WHERE sensor LIKE ?", (f"%-{number}",))[0][0]
        assert value == round(expected.pop("latest") * 1_000_000)
        assert {name: getattr(total, name) for name in expected} == expected, vector["id"]


def test_a_gap_is_waited_for(telemetry: Telemetry) -> None:
    """101 came, 1 to 100 have not: acknowledging 101 would make the bridge forget a hundred readings."""
    early = fold(telemetry, data(warm(101, NOW_MS, "4"), after=100))
    assert early.answers["b1", "A"].upto == 0
    rest = [data(warm(seq, NOW_MS - 1000 + seq, "4")) for seq in range(1, 101)]
    assert fold(telemetry, *rest).answers["b1", "A"].upto == 100
    assert fold(telemetry, data(warm(101, NOW_MS, "4"), after=100)).answers["b1", "A"].upto == 101


def test_a_birth_is_answered_so_that_the_bridge_trims_or_resends(telemetry: Telemetry) -> None:
    """What the bridge no longer holds is not waited for; what we have it need not keep."""
    fold(telemetry, data(warm(1, NOW_MS, "4"), warm(2, NOW_MS, "4")))
    assert fold(telemetry, birth(first_unacked=1)).answers["b1", "A"].upto == 2
    assert fold(telemetry, birth(first_unacked=8)).answers["b1", "A"].upto == 7


def test_readings_that_nobody_holds_any_more_stand_as_a_gap(telemetry: Telemetry) -> None:
    """A node before this one confirmed 3 to 7 and lost them with its disk: one row says so, once."""
    fold(telemetry, data(warm(1, NOW_MS, "4"), warm(2, NOW_MS, "4")))
    fold(telemetry, birth(first_unacked=3))
    assert telemetry.gaps() == []
    for _ in range(2):
        fold(telemetry, birth(first_unacked=8))
    (gap,) = telemetry.gaps()
    assert (gap.bridge, gap.detail["count"], gap.detail["first_seq"], gap.detail["last_seq"]) == (
        *("b1", "5", "3", "7"),
    )


def test_devices_are_unknown_after_their_bridge_died(telemetry: Telemetry) -> None:
    """A will counts for its own connection only, in whichever order the broker hands the two out."""
    scale = DeviceBirth(device="scale-1", make="Mettler", status="online")
    fold(telemetry, birth(session="c1", devices=(scale,)), death(session="c0"))
    assert telemetry.devices()[0].status == "online"
    fold(telemetry, death(session="c1"))
    assert telemetry.devices()[0].status == "unknown"
    fold(telemetry, birth(session="c2", devices=(scale,)))
    assert telemetry.devices()[0].status == "online"
    fold(telemetry, death(session="c3"), birth(session="c3", devices=(scale,)))
    assert telemetry.devices()[0].status == "unknown"


@pytest.mark.parametrize(
    "message",
    [
        Message("liushui/v1/s1/b1/up/data", b"\xff\xfe not json"),
        Message("liushui/v1/s1/b1/up/data", b"{}"),
        Message("liushui/v1/s1/b1/up/data", b"[" * 100_000),
        Message("liushui/v1/s1/b1/up/data", b'{"v":1,"bridge":"b1","epoch":"A","after":0,"readings":[]}'),
        Message("liushui/v1/s1/b1/up/nonsense", b"{}"),
        Message("liushui/v1/other/b1/up/data", data(warm(1, NOW_MS, "4")).payload),
        Message("liushui/v1/s1/b2/up/data", data(warm(1, NOW_MS, "4")).payload),
        Message("somewhere/else", b"1"),
        data(Reading(seq=1, kind="scan", device="s", quantity="scan")),
        Message(
            "liushui/v1/s1/b1/up/data",
            data(Reading(seq=1, kind="scan", device="s", quantity="scan", value="x"))
            .payload.replace(b'"x"', b'"' + b"9" * 5000 + b'"'),
        ),
    ],
    ids=lambda message: message.topic.rpartition("/")[2] + str(len(message.payload)),
)  # fmt: skip
def test_what_nobody_understands_goes_to_quarantine_and_the_rest_goes_on(
    telemetry: Telemetry, message: Message
) -> None:
    """One poisoned message between two good ones: both good ones are stored, the poison is kept to look at."""
    folded = fold(telemetry, data(warm(11, NOW_MS, "4")), message, data(warm(12, NOW_MS, "5")))
    assert (folded.stored, folded.quarantined) == (2, 1)
    topic, size, error = telemetry.rows("SELECT topic, size, error FROM quarantine")[0]
    assert (topic, size) == (message.topic, len(message.payload))
    assert error


def test_a_message_that_fails_half_way_leaves_nothing(telemetry: Telemetry) -> None:
    """A good weight before an empty scan in one message: the message is quarantined whole, not in part."""
    weight = Reading(seq=1, kind="weight", device="w", quantity="weight", value="1.250", unit="kg")
    scan = Reading(seq=2, kind="scan", device="s", quantity="scan")
    folded = fold(telemetry, data(weight, scan))
    assert (folded.stored, folded.quarantined, folded.live, folded.answers) == (0, 1, [], {})
    assert telemetry.counts()["weight"] == 0


def test_a_sensor_a_year_ahead_gets_the_time_of_arrival(telemetry: Telemetry) -> None:
    """Its own claim is kept beside; a future latest value would hide every true one that follows."""
    next_year = NOW_MS + 365 * DAY_MS
    fold(telemetry, data(warm(1, next_year, "4", ts_bridge_ms=NOW_MS - 5000)))
    fold(telemetry, data(warm(2, next_year, "5", ts_bridge_ms=None)))
    fold(telemetry, data(warm(3, 1_000, "6", ts_bridge_ms=None)), now_ms=NOW_MS + 1)
    assert telemetry.rows("SELECT at_ms, clock, device_ms FROM sample ORDER BY rowid") == [
        (NOW_MS - 5000, "bridge", next_year),
        (NOW_MS, "edge", next_year),
        (NOW_MS + 1, "edge", 1_000),
    ]


def test_values_that_are_no_numbers_are_kept_as_words_and_never_compared(telemetry: Telemetry) -> None:
    """NaN, infinity, fullwidth digits and a number of forty digits raise no alarm and stop no message."""
    odd = ["NaN", "-Infinity", "４.５", "1e400", "9" * 40, "warm", "", None]
    folded = fold(telemetry, data(*(warm(seq, NOW_MS + seq, value) for seq, value in enumerate(odd, 1))))
    assert folded.stored == len(odd)
    assert telemetry.rows("SELECT DISTINCT value FROM sample") == [(None,)]
    assert telemetry.rows("SELECT count(*) FROM span") == [(0,)]


def test_a_quiet_fridge_is_thinned_but_every_sample_counts(telemetry: Telemetry) -> None:
    """A sample a minute at 4.50 ± 0.02 °C: one row in five minutes, sixty in the hour's window."""
    start = NOW_MS - NOW_MS % 3_600_000
    readings = [warm(minute + 1, start + minute * MINUTE_MS, f"4.5{minute % 3}") for minute in range(60)]
    fold(telemetry, data(*readings[:30]), data(*readings[30:]), now_ms=start + 60 * MINUTE_MS)
    assert telemetry.rows("SELECT count(*) FROM sample") == [(12,)]
    assert telemetry.rows("SELECT count, lowest, highest, total, last FROM span WHERE seconds = 3600") == [
        (60, 4_500_000, 4_520_000, 60 * 4_510_000, 4_520_000)
    ]
    assert telemetry.rows("SELECT count(*), sum(count) FROM span WHERE seconds = 300") == [(12, 60)]


def test_crossing_the_limit_is_stored_however_small_the_step(telemetry: Telemetry) -> None:
    """8.00 to 8.01 °C is nothing to a thermometer and everything to the alarm."""
    fold(telemetry, data(warm(1, NOW_MS, "8.00"), warm(2, NOW_MS + 1000, "8.01")))
    assert telemetry.rows("SELECT value FROM sample") == [(8_000_000,), (8_010_000,)]


def test_scans_and_weights_are_shown_when_fresh_and_kept_in_any_case(telemetry: Telemetry) -> None:
    """A scan that waited in an outbox over lunch must not pop up before the next customer."""
    now = Reading(
        seq=1, kind="scan", device="s", quantity="scan", value="6901", symbology="]E0", ts_bridge_ms=NOW_MS
    )
    old = msgspec.structs.replace(now, seq=2, ts_bridge_ms=NOW_MS - MINUTE_MS)
    weight = Reading(
        seq=3, kind="weight", device="w", quantity="weight", value="1.250", unit="kg", ts_bridge_ms=NOW_MS
    )
    shown = fold(telemetry, data(now, old, weight)).live
    assert [(event.name, event.data["at"]) for event in shown] == [("scan", NOW_MS), ("weight", NOW_MS)]
    assert shown[0].data["raw"] == "6901"
    assert (telemetry.counts()["scan"], telemetry.counts()["weight"]) == (2, 1)


def test_a_bridge_s_own_events_are_noted_and_move_its_devices(telemetry: Telemetry) -> None:
    """An event's words come from outside: even names like ours are only words."""
    fold(telemetry, birth(devices=(DeviceBirth(device="scale-1", status="online"),)), now_ms=NOW_MS - 1)
    event = Reading(
        seq=1, kind="event", device="scale-1", quantity="device_offline", ts_bridge_ms=NOW_MS,
        detail={"what": "unplugged", "db": "x", "at_ms": "0"},
    )  # fmt: skip
    fold(telemetry, data(event))
    assert telemetry.devices()[0].status == "offline"
    assert telemetry.rows("SELECT what, at_ms FROM event") == [("device_offline", NOW_MS)]


READINGS = st.lists(
    st.tuples(st.integers(1, 12), st.integers(-60, 0), st.integers(-3, 3)), min_size=1, max_size=25
)


@settings(max_examples=60, deadline=None)
@given(READINGS)
def test_any_order_and_any_repetition_stores_each_number_once(told: list[tuple[int, int, int]]) -> None:
    """Numbers stored = different numbers sent; latest = the newest moment among those stored."""
    first: dict[int, tuple[int, int]] = {}
    with TemporaryDirectory() as folder:
        telemetry = Telemetry(Path(folder) / "telemetry.db")
        for seq, minute, value in told:
            fold(telemetry, data(warm(seq, NOW_MS + minute * MINUTE_MS, str(value))))
            first.setdefault(seq, (minute, value))
        newest = max(minute for minute, _ in first.values())
        assert telemetry.rows("SELECT count(*) FROM seen") == [(len(first),)]
        assert telemetry.rows("SELECT sum(count) FROM span WHERE seconds = 300") == [(len(first),)]
        assert latest(telemetry)[1] == NOW_MS + newest * MINUTE_MS
        telemetry.close()
