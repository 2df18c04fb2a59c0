"""Foreign messages become kept readings, once, whatever the broker repeats."""

from pathlib import Path

import pytest

from firmware_bridge.config import Sensors
from firmware_bridge.outbox import Outbox
from firmware_bridge.transports.mqtt_in import Intake, Message
from shared.sensing.reading import Reading
from tests.unit.firmware_bridge.test_watch import HandClock


class Corner:
    """An intake with its outbox and a clock in the test's hand."""

    def __init__(self, folder: Path, *sensors: Sensors) -> None:
        self.folder = folder
        self.sensors = sensors
        self.clock = HandClock()
        self.restart()

    def restart(self) -> None:
        """A new process over the same file."""
        self.outbox = Outbox(self.folder / "outbox.db", lambda: "e")
        self.intake = Intake(self.sensors, self.outbox, self.clock)

    def take(self, topic: str, payload: bytes, *, retain: bool = False, dup: bool = False) -> None:
        """One message."""
        self.intake.take(Message(topic=topic, payload=payload, retain=retain, dup=dup))

    def kept(self) -> list[Reading]:
        """What lies in the outbox."""
        batch = self.outbox.batch(0)
        return list(batch.readings) if batch else []

    def said(self) -> list[tuple[str, str, str | None, str | None]]:
        """(device, quantity, value, unit) of it."""
        return [(r.device, r.quantity, r.value, r.unit) for r in self.kept()]


@pytest.fixture
def corner(tmp_path: Path) -> Corner:
    """All three families."""
    return Corner(
        tmp_path,
        Sensors(family="zigbee2mqtt"),
        Sensors(family="tasmota", utc_offset="+08:00", prefix="t-"),
        Sensors(family="esphome"),
    )


def test_each_family_is_read_by_its_own_normaliser(corner: Corner) -> None:
    """Topics decide; the prefix keeps equal names apart; Fahrenheit is shipped as Celsius."""
    corner.take("zigbee2mqtt/fridge", b'{"temperature": 4.30}')
    corner.take("tele/fridge/SENSOR", b'{"SI7021":{"Temperature":41.0},"TempUnit":"F"}')
    corner.take("fridge/sensor/temperature/state", b"4.5")
    assert corner.said() == [
        ("fridge", "temperature", "4.30", "Cel"),
        ("t-fridge", "temperature", "5.000", "Cel"),
        ("fridge", "temperature", "4.5", "Cel"),
    ]


def test_an_announcement_tells_what_a_bare_number_is(corner: Corner) -> None:
    """Without it "kuehl" would be a quantity of its own."""
    corner.take(
        "homeassistant/sensor/n1/kuehl/config",
        b'{"~":"n1/sensor/kuehl","stat_t":"~/state","unit_of_meas":"\xc2\xb0C","dev_cla":"temperature"}',
        retain=True,
    )
    corner.take("n1/sensor/kuehl/state", b"-18.4")
    assert corner.said() == [("n1", "temperature", "-18.4", "Cel")]


def test_a_redelivery_after_a_kill_is_known_by_its_content(corner: Corner) -> None:
    """The process died between keeping and acknowledging; the broker sends it again with DUP."""
    corner.take("zigbee2mqtt/fridge", b'{"temperature": 4.3}')
    corner.restart()
    corner.clock.now_ms += 5_000
    corner.take("zigbee2mqtt/fridge", b'{"temperature": 4.3}', dup=True)
    assert len(corner.kept()) == 1


def test_a_redelivery_that_was_never_kept_is_kept(corner: Corner) -> None:
    """DUP alone does not mean that we have it."""
    corner.take("zigbee2mqtt/fridge", b'{"temperature": 4.3}', dup=True)
    assert len(corner.kept()) == 1


def test_the_same_value_again_is_a_new_sample(corner: Corner) -> None:
    """A fridge that stays at 4.3 for an hour has sixty samples."""
    for _ in range(3):
        corner.take("zigbee2mqtt/fridge", b'{"temperature": 4.3}')
        corner.clock.now_ms += 60_000
    assert len(corner.kept()) == 3


def test_a_retained_value_of_unknown_age_is_not_a_sample(corner: Corner) -> None:
    """It may be from last year; with a time of its own it is what it says it is."""
    corner.take("zigbee2mqtt/fridge", b'{"temperature": 4.3}', retain=True)
    assert corner.kept() == []
    corner.take(
        "zigbee2mqtt/fridge", b'{"temperature": 4.3, "last_seen": "2026-11-22T08:59:30Z"}', retain=True
    )
    (reading,) = corner.kept()
    assert reading.ts_ms == 1795337970000


def test_coming_and_going_is_told_once(corner: Corner) -> None:
    """Retained words are repeated at every connect of ours."""
    for word in (b"online", b"online", b"offline", b"offline", b"online"):
        corner.take("zigbee2mqtt/fridge/availability", word, retain=True)
    assert [quantity for _, quantity, _, _ in corner.said()] == [
        "device_online",
        "device_offline",
        "device_online",
    ]


def test_poison_goes_to_the_quarantine_and_the_edge_hears_of_it_once_a_minute(corner: Corner) -> None:
    """A broken sensor stalls nobody and fills nothing."""
    for _ in range(50):
        corner.take("tele/broken/SENSOR", b'{"Time":')
    corner.take("zigbee2mqtt/fridge", b'{"temperature": 4.3}')
    assert len(corner.outbox.quarantined()) == 50
    assert [quantity for _, quantity, _, _ in corner.said()] == ["payload_refused", "temperature"]
    corner.clock.now_ms += 60_000
    corner.take("tele/broken/SENSOR", b'{"Time":')
    assert len(corner.kept()) == 3


def test_a_message_for_nobody_is_let_go(corner: Corner) -> None:
    """A subscription may bring more than we asked for."""
    corner.take("somebody/else", b"x")
    assert corner.kept() == []
    assert corner.outbox.quarantined() == []


def test_a_device_with_an_absurd_name_is_still_a_reading(corner: Corner) -> None:
    """Names are cut to what a reading may carry."""
    corner.take("zigbee2mqtt/" + "n" * 3000, b'{"temperature": 4.3}')
    assert len(corner.kept()[0].device) == 255
