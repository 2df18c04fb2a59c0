"""Foreign messages become kept readings, once, whatever the broker repeats."""

import json
from pathlib import Path

import pytest

from firmware_bridge.announce import announcements
from firmware_bridge.config import Config, Device, Sensors
from firmware_bridge.outbox import Outbox
from firmware_bridge.quality import SensorSetup
from firmware_bridge.sensing import SensorDesk
from firmware_bridge.templates import library
from firmware_bridge.transports.mqtt_in import Intake, Message
from shared.sensing.reading import Reading
from tests.unit.firmware_bridge.test_watch import HandClock


class Corner:
    """An intake with its outbox and a clock in the test's hand."""

    def __init__(self, folder: Path, *sensors: Sensors, setups: tuple[SensorSetup, ...] = ()) -> None:
        self.folder = folder
        self.sensors = sensors
        self.setups = setups
        self.clock = HandClock()
        self.restart()

    def restart(self) -> None:
        """A new process over the same file."""
        self.outbox = Outbox(self.folder / "outbox.db", lambda: "e")
        self.intake = Intake(
            self.sensors,
            self.outbox,
            self.clock,
            desk=SensorDesk(self.setups),
            templates=library([self.folder]),
        )

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
    first, _, again = corner.kept()
    assert ("times" in first.detail, again.detail["times"]) == (False, "50")


def padded(size: int) -> bytes:
    """A message of this many bytes that reads perfectly."""
    head, tail = b'{"temperature": 4.3, "note": "', b'"}'
    return head + b"x" * (size - len(head) - len(tail)) + tail


def test_a_message_larger_than_a_sensor_says_is_set_aside_however_well_it_reads(corner: Corner) -> None:
    """4096 bytes are taken; one more, and the 5 KB of a sensor gone wrong, are refused, counted and told."""
    corner.take("zigbee2mqtt/fridge", padded(4096))
    assert corner.said() == [("fridge", "temperature", "4.3", "Cel")]
    for size in (4097, 5120, 262_144):
        corner.take("zigbee2mqtt/fridge", padded(size))
    assert [error for _, _, error in corner.outbox.quarantined()] == ["too_large"] * 3
    (_, refused) = corner.kept()
    assert (refused.quantity, refused.detail["error"]) == ("payload_refused", "too_large")
    corner.take("zigbee2mqtt/bridge/devices", b"[" + b"{}," * 20_000 + b"{}]")
    assert len(corner.outbox.quarantined()) == 3, "a gateway's own list is no reading and is let go as before"


def test_a_gateway_says_more_than_a_sensor_and_a_template_says_how_much(tmp_path: Path) -> None:
    """A hundred devices in one message of 6 KB; a template's own limit counts for its topic alone."""
    told = {f"Freezer {n}": [{"ts": 1_795_337_970_000, "values": {"temperature": -18.5}}] for n in range(100)}
    gateway = Corner(tmp_path, Sensors(family="thingsboard"))
    gateway.take("v1/gateway/telemetry", json.dumps(told).encode())
    assert [reading.value for reading in gateway.kept()[:2]] == ["-18.5", "-18.5"]
    assert gateway.outbox.quarantined() == []
    (tmp_path / "panel").mkdir()
    (tmp_path / "panel" / "panel.toml").write_text(
        'name = "panel"\nkind = "mqtt"\n[mqtt]\ntopic = "panel/{device}"\nbytes_max = 8000\n'
        '[[mqtt.value]]\npath = "temperature"\nquantity = "temperature"\nunit = "Cel"\n'
    )
    panel = Corner(tmp_path / "panel", Sensors(family="template", template="panel"))
    panel.take("panel/hall", padded(8000))
    panel.take("panel/hall", padded(8001))
    assert [quantity for _, quantity, _, _ in panel.said()] == ["temperature", "payload_refused"]


def test_a_message_for_nobody_is_let_go(corner: Corner) -> None:
    """A subscription may bring more than we asked for."""
    corner.take("somebody/else", b"x")
    assert corner.kept() == []
    assert corner.outbox.quarantined() == []


def test_a_device_with_an_absurd_name_is_still_a_reading(corner: Corner) -> None:
    """Names are cut to what a reading may carry."""
    corner.take("zigbee2mqtt/" + "n" * 3000, b'{"temperature": 4.3}')
    assert len(corner.kept()[0].device) == 255


UPLINK = (
    '{"deduplicationId":"%s","time":"2026-11-22T08:59:30Z","deviceInfo":{"devEui":"0102030405060708"},'
    '"fCnt":7,"rxInfo":[{"rssi":%d}],"data":"7vo=","object":{"temperature":%s}}'
)


def uplink(name: str, value: str, rssi: int = -60) -> bytes:
    """An uplink of a LoRaWAN thermometer."""
    return (UPLINK % (name, rssi, value)).encode()


LORA = "application/1/device/0102030405060708/event/up"


def test_a_message_is_known_by_the_name_its_sender_gave_it(tmp_path: Path) -> None:
    """The network server repeats an uplink hours later with another gateway's signal strength: once is kept."""
    corner = Corner(tmp_path, Sensors(family="chirpstack"))
    corner.take(LORA, uplink("a", "-20.5"))
    corner.clock.now_ms += 3_600_000
    corner.restart()
    corner.take(LORA, uplink("a", "-20.5", rssi=-90))
    corner.take(LORA, uplink("b", "-20.5"))
    assert [value for _, _, value, _ in corner.said()] == ["-20.5", "-20.5"]


def test_the_same_name_with_another_value_keeps_the_first_and_is_told(tmp_path: Path) -> None:
    """Two devices with one address, or somebody who forges."""
    corner = Corner(tmp_path, Sensors(family="chirpstack"))
    corner.take(LORA, uplink("a", "-20.5"))
    corner.take(LORA, uplink("a", "4.0"))
    assert [(quantity, value) for _, quantity, value, _ in corner.said()] == [
        ("temperature", "-20.5"),
        ("reading_conflict", None),
    ]


def test_a_dated_message_comes_twice_and_counts_once(corner: Corner) -> None:
    """Retained with its own time, handed out again at every connect."""
    dated = b'{"temperature": 4.3, "last_seen": "2026-11-22T08:59:30Z"}'
    for _ in range(3):
        corner.take("zigbee2mqtt/fridge", dated, retain=True)
        corner.clock.now_ms += 600_000
    assert len(corner.kept()) == 1


def test_a_template_is_a_family_of_its_own(tmp_path: Path) -> None:
    """An installer's file beside the configuration is all it takes."""
    (tmp_path / "fish.toml").write_text(
        'name="fish"\nkind="mqtt"\n[mqtt]\ntopic="fish/{device}"\n[[mqtt.value]]\npath="t"\n'
        'quantity="temperature"\nunit="Cel"\nfactor="0.1"\n',
        encoding="utf-8",
    )
    corner = Corner(tmp_path, Sensors(family="template", template="fish", prefix="x-"))
    assert corner.intake.topics() == ["fish/+"]
    corner.take("fish/tank", b'{"t": 42}')
    assert corner.said() == [("x-tank", "temperature", "4.2", "Cel")]


def test_a_template_reads_what_the_network_server_hands_on_unread(tmp_path: Path) -> None:
    """Without it the bytes lie in the quarantine, where somebody finds what to write."""
    raw = b'{"devEUI":"0102030405060708","fCnt":8,"data":"7vo=","time":"2026-11-22T08:59:30Z"}'
    without = Corner(tmp_path, Sensors(family="chirpstack"))
    without.take(LORA, raw)
    assert [error for _, _, error in without.outbox.quarantined()] == ["no_codec"]
    without.outbox.close()
    (tmp_path / "probe.toml").write_text(
        'name="probe"\nkind="mqtt"\n[mqtt]\ncodec="bytes"\n[[mqtt.value]]\nquantity="temperature"\n'
        'unit="Cel"\nfactor="0.01"\n',
        encoding="utf-8",
    )
    corner = Corner(tmp_path, Sensors(family="chirpstack", template="probe"))
    corner.take(LORA, raw)
    assert corner.said()[-1] == ("0102030405060708", "temperature", "-43.58", "Cel")


ANNOUNCED = (
    '{"name":"t","uniq_id":"u1","dev_cla":"temperature","unit_of_meas":"°C","stat_t":"my/probe/state",'
    '"val_tpl":"{{ value_json.t | float }}","dev":{"name":"probe"}}'
).encode()


def test_an_announced_sensor_is_subscribed_to_and_read(tmp_path: Path) -> None:
    """Found on the broker; taken back, it is forgotten."""
    corner = Corner(tmp_path, Sensors(family="ha_discovery"))
    assert "my/probe/state" not in corner.intake.topics()
    corner.take("homeassistant/sensor/p/config", ANNOUNCED, retain=True)
    assert "my/probe/state" in corner.intake.fresh_topics()
    assert corner.intake.fresh_topics() == []
    corner.take("my/probe/state", b'{"t": -18.25}')
    assert corner.said() == [("probe", "temperature", "-18.25", "Cel")]
    corner.take("homeassistant/sensor/p/config", b"", retain=True)
    corner.take("my/probe/state", b'{"t": -17}')
    assert len(corner.kept()) == 1


@pytest.mark.parametrize("topic", ["liushui/v1/s/b/up/data", "$SYS/#", "+/x", "x/#"])
def test_an_announcement_cannot_make_us_listen_to_what_is_not_its_own(tmp_path: Path, topic: str) -> None:
    """Ours, the broker's, everybody's."""
    corner = Corner(tmp_path, Sensors(family="ha_discovery"))
    before = corner.intake.topics()
    corner.take(
        "homeassistant/sensor/p/config", ANNOUNCED.replace(b"my/probe/state", topic.encode()), retain=True
    )
    assert corner.intake.topics() == before


def test_our_own_announcements_are_not_read_back(tmp_path: Path) -> None:
    """A scale's weight would come in a second time, as a sensor."""
    config = Config(
        site="s",
        bridge="b",
        state_dir="x",
        device=(Device(id="scale-1", protocol="toledo_8217", port="/dev/x"),),
        announce=True,
    )
    corner = Corner(tmp_path, Sensors(family="ha_discovery"))
    before = corner.intake.topics()
    told = announcements(config)
    assert len(told) == 2
    for announcement in told:
        corner.take(announcement.topic, announcement.payload, retain=True)
    assert corner.intake.topics() == before
    assert corner.outbox.quarantined() == []


def test_a_rebirth_is_asked_for_once_in_a_while(tmp_path: Path) -> None:
    """A node that speaks ten times a second is asked once in ten."""
    corner = Corner(tmp_path, Sensors(family="sparkplug_b"))
    asked = []
    for seq in range(30):
        corner.take("spBv1.0/g/NDATA/n", b"\x18" + bytes([seq]))
        corner.clock.now_ms += 1_000
        asked += corner.intake.requests()
    assert [request.topic for request in asked] == ["spBv1.0/g/NCMD/n"] * 3
    assert [quantity for _, quantity, _, _ in corner.said()] == ["rebirth_required"]


def test_a_doubted_value_says_so(tmp_path: Path) -> None:
    """The configuration knows that this freezer cannot be at 40 °C."""
    corner = Corner(
        tmp_path,
        Sensors(family="zigbee2mqtt"),
        setups=(SensorSetup(device="freezer", high="30", offset="-0.5", cal_id="C1"),),
    )
    corner.take("zigbee2mqtt/freezer", b'{"temperature": -18.0}')
    corner.take("zigbee2mqtt/freezer", b'{"temperature": 40.5}')
    assert [(told.value, told.quality, told.cal_id) for told in corner.kept()] == [
        ("-18.5", "good", "C1"),
        ("40.0", "out_of_range", "C1"),
    ]
