"""What a device's page asks for: captured weights that can be traced, and the last day in windows."""

from __future__ import annotations

from edge.intake.fold import ingest
from edge.intake.recent import recent
from edge.intake.rules import Rules
from edge.intake.telemetry import Telemetry
from shared.sensing.reading import Reading
from tests.support.bridge_talk import FRIDGE, MINUTE_MS, NOW_MS, SITE, data, warm

FRAME = b"S S      1.250 kg\r\n".hex()


def weighed(seq: int, value: str) -> Reading:
    """A captured weight as the bridge hands it over."""
    return Reading(
        seq=seq,
        kind="weight",
        device="scale-1",
        quantity="weight",
        value=value,
        unit="kg",
        stable=True,
        cal_id="CAL-1",
        ts_bridge_ms=NOW_MS + seq,
        raw=FRAME,
    )


def test_weights_come_newest_first_with_the_name_and_the_bytes_they_are_traced_by(
    telemetry: Telemetry,
) -> None:
    """Only this scale's; what another device said is not among them."""
    ingest(
        telemetry,
        SITE,
        Rules([]),
        [data(weighed(1, "0.730"), weighed(2, "1.250"), warm(3, NOW_MS, "4"))],
        NOW_MS,
    )
    found = recent(telemetry, "scale-1", 0)
    assert [(one.reading, one.value, one.unit, one.cal_id, one.raw) for one in found.weights] == [
        ("b1/A/2", "1.250", "kg", "CAL-1", FRAME),
        ("b1/A/1", "0.730", "kg", "CAL-1", FRAME),
    ]
    assert found.series == []


def test_a_sensor_s_day_comes_in_windows(telemetry: Telemetry) -> None:
    """Two windows of five minutes, and none from before the day that is asked for."""
    samples = [warm(1, NOW_MS - 10 * MINUTE_MS, "3"), warm(2, NOW_MS, "5")]
    ingest(telemetry, SITE, Rules([FRIDGE]), [data(*samples)], NOW_MS)
    device = samples[0].device
    (series,) = recent(telemetry, device, 0).series
    assert (series.quantity, [point.last for point in series.points]) == (
        "temperature",
        [3_000_000, 5_000_000],
    )
    assert [len(one.points) for one in recent(telemetry, device, NOW_MS - 5 * MINUTE_MS).series] == [1]
