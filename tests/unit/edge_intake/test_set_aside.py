"""What is not believed is shown, what tells the past raises nothing, and the installer's tool says the same."""

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.intake.fold import Message, ingest
from edge.intake.rules import Rules
from edge.intake.telemetry import Telemetry
from shared.sensing.reading import HISTORICAL, Data, Reading, encode, topic_up
from shared.sensing.sequence import fold as tool_fold
from tests.support.bridge_talk import FRIDGE, MINUTE_MS, NOW_MS, SITE, data, warm


def event(seq: int, what: str, **detail: str) -> Reading:
    """Something a bridge tells of."""
    return Reading(
        seq=seq, kind="event", device="tasmota", quantity=what, ts_bridge_ms=NOW_MS + seq, detail=detail
    )


def test_refusals_of_bridges_and_of_this_node_are_shown_newest_first(telemetry: Telemetry) -> None:
    """A poisoned sensor at the bridge, a forged bridge here, and nothing of ordinary events."""
    forged = encode(Data(bridge="b2", epoch="A", after=0, readings=(warm(1, NOW_MS, "4"),)))
    messages = [
        data(
            event(1, "payload_refused", topic="tele/x/SENSOR", error="malformed_json"),
            event(2, "device_online"),
            event(3, "connection_taken_over", connection="uplink"),
        ),
        Message(topic_up(SITE, "b1", "data"), forged),
    ]
    ingest(telemetry, SITE, Rules([]), messages, NOW_MS + 10)
    assert [(one.what, one.bridge, one.topic, one.error) for one in telemetry.set_aside()] == [
        ("refused", "", f"liushui/v1/{SITE}/b1/up/data", "b2 speaks on the topic of b1"),
        ("connection_taken_over", "b1", "uplink", ""),
        ("payload_refused", "b1", "tele/x/SENSOR", "malformed_json"),
    ]
    assert telemetry.set_aside()[0].payload == forged[:256]


def test_a_sender_that_tells_the_past_raises_no_alarm(telemetry: Telemetry) -> None:
    """A gateway hands over last night's warm hours, marked as history, to a fridge that is cold now."""
    past = [
        warm(number, NOW_MS - (60 - number) * MINUTE_MS, "15", detail={HISTORICAL: "true"})
        for number in range(1, 60)
    ]
    for first in range(0, len(past), 50):
        ingest(telemetry, SITE, Rules([FRIDGE]), [data(*past[first : first + 50])], NOW_MS)
    ingest(telemetry, SITE, Rules([FRIDGE]), [data(warm(60, NOW_MS, "4"))], NOW_MS)
    (now,) = telemetry.latest([FRIDGE], NOW_MS)
    assert now.state == "ok"
    assert telemetry.rows("SELECT count(*) FROM sample WHERE value = 15000000")[0][0] > 0


samples = st.lists(
    st.tuples(
        st.sampled_from(["A", "B"]),
        st.integers(1, 4),
        st.sampled_from([-400, -3, -2, -1, 0, 1, 2, 10, 600_000]),
        st.sampled_from(["-18", "-12", "4"]),
    ),
    max_size=12,
)


@given(samples)
@settings(max_examples=60)
def test_the_installers_tool_and_the_intake_agree(told: list[tuple[str, int, int, str]]) -> None:
    """Stored, twice, in conflict, late, and the latest value: whatever comes in whatever order."""
    readings = [
        (epoch, warm(seq, NOW_MS + minute * MINUTE_MS, value, ts_bridge_ms=None))
        for epoch, seq, minute, value in told
    ]
    said = tool_fold(readings, NOW_MS)
    with TemporaryDirectory() as folder:
        telemetry = Telemetry(Path(folder) / "telemetry.db")
        messages = [data(reading, epoch=epoch) for epoch, reading in readings]
        folded = ingest(telemetry, SITE, Rules([]), messages, NOW_MS)
        rows = telemetry.rows("SELECT latest_text FROM series")
        telemetry.close()
    assert (folded.stored, folded.duplicates, folded.conflicts, folded.late) == (
        said.stored,
        said.duplicates,
        said.conflicts,
        said.late,
    )
    assert [row[0] for row in rows] == ([] if said.latest is None else [said.latest.value])
    assert msgspec.json.encode(said)
