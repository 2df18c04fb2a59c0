"""Bluetooth sensors: their bytes, and what of all their shouting is kept."""

import asyncio
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.normalise.bluetooth import decode_bthome, decode_ruuvi
from firmware_bridge.outbox import Outbox
from firmware_bridge.probes import Bluetooth, read_bindkeys
from firmware_bridge.sensing import SensorDesk
from firmware_bridge.transports.ble import BleIntake, BleTask
from shared.sensing.reading import Reading
from tests.unit.firmware_bridge.running import wait_for
from tests.unit.firmware_bridge.test_watch import HandClock

BTHOME = "0000fcd2-0000-1000-8000-00805f9b34fb"
KEY = "231d39c1d7cc1ab1aee224cd096db932"
MAC = "5448e68f80a5"


def sealed(plain: bytes, counter: int = 1, *, key: str = KEY) -> bytes:
    """Service data as an encrypted sensor shouts it."""
    count = counter.to_bytes(4, "little")
    nonce = bytes.fromhex(MAC) + b"\xd2\xfc\x41" + count
    whole = AESCCM(bytes.fromhex(key), tag_length=4).encrypt(nonce, plain, None)
    return b"\x41" + whole[:-4] + count + whole[-4:]


class Ear:
    """An intake with its outbox and a clock in the test's hand."""

    def __init__(self, folder: Path, **setup: object) -> None:
        self.clock = HandClock()
        self.outbox = Outbox(folder / "outbox.db", lambda: "e")
        self.intake = BleIntake(Bluetooth(**setup), self.outbox, self.clock, SensorDesk(()))

    def hear(self, data: str | bytes, address: str = "54:48:E6:8F:80:A5") -> None:
        """One packet of BTHome."""
        raw = bytes.fromhex(data) if isinstance(data, str) else data
        self.intake.take(address, {BTHOME: raw}, {})

    def kept(self) -> list[Reading]:
        """What lies in the outbox."""
        batch = self.outbox.batch(0)
        return list(batch.readings) if batch else []


def test_an_encrypted_packet_opens_with_its_key_only() -> None:
    """Temperature 25.06; another key, another address, or no key gives nothing."""
    data = sealed(bytes.fromhex("02ca09"))
    assert [str(told.value) for told in decode_bthome(data, mac=MAC, bindkey=KEY).readings] == ["25.06"]
    assert decode_bthome(data, mac=MAC, bindkey=KEY[::-1]).error == "decryption_failed"
    assert decode_bthome(data, mac=MAC[::-1], bindkey=KEY).error == "decryption_failed"
    assert decode_bthome(data, mac=MAC).error == "bindkey_missing"
    assert decode_bthome(data, mac=MAC, bindkey="no key").error == "decryption_failed"


def test_a_plain_packet_in_the_name_of_an_encrypted_sensor_is_a_forgery() -> None:
    """Anybody can shout -18 °C."""
    assert decode_bthome(bytes.fromhex("4002f8f8"), mac=MAC, bindkey=KEY).error == "not_encrypted"


def test_the_address_inside_the_packet_names_the_sensor() -> None:
    """A proxy's own address would be wrong."""
    said = decode_bthome(bytes.fromhex("42a5808fe64854" + "02ca09"))
    assert said.mac == MAC


@given(st.binary(max_size=40))
def test_no_bytes_make_a_decoder_raise(data: bytes) -> None:
    """And nothing read is no number."""
    for said in (
        decode_bthome(data),
        decode_bthome(b"\x40" + data),
        decode_ruuvi(b"\x05" + data),
        decode_ruuvi(b"\x03" + data),
    ):
        for told in said.readings:
            assert isinstance(told.value, str | bool) or told.value.is_finite()


def test_the_first_ruuvi_tags_are_read_too() -> None:
    """Data format 3: a sign bit and hundredths."""
    said = decode_ruuvi(bytes.fromhex("0329921ece1efc18f94202ca0b53"))
    assert [str(told.value) for told in said.readings] == ["-18.3", "20.5", "1027.66", "2899"]
    assert decode_ruuvi(bytes.fromhex("03291a1ece")).error == "truncated"


def test_a_sensor_is_heard_now_and_then_and_a_door_at_once(tmp_path: Path) -> None:
    """The same packet ten times is one sample; a creep within seconds is none; an opened door is."""
    ear = Ear(tmp_path, every_s=15)
    for _ in range(10):
        ear.hear("400001" + "02ca09" + "1a00")
        ear.clock.now_ms += 100
    ear.hear("400002" + "02cb09" + "1a00")
    assert [(one.quantity, one.value) for one in ear.kept()] == [
        ("temperature", "25.06"),
        ("door_open", "false"),
    ]
    ear.hear("400003" + "02cb09" + "1a01")
    ear.clock.now_ms += 15_000
    ear.hear("400004" + "02cc09" + "1a01")
    assert [one.value for one in ear.kept()][2:] == ["25.07", "true", "25.08", "true"]
    assert {one.device for one in ear.kept()} == {MAC}


def test_an_impossible_temperature_is_no_reading(tmp_path: Path) -> None:
    """-138.24 °C stands in the bytes; the reading says out of range and has no value."""
    ear = Ear(tmp_path)
    ear.hear("400200ca")
    (told,) = ear.kept()
    assert (told.value, told.quality) == (None, "out_of_range")


def test_a_neighbours_encrypted_sensor_fills_nothing(tmp_path: Path) -> None:
    """It is in the quarantine once a minute, and the edge hears nothing of it."""
    ear = Ear(tmp_path)
    for counter in range(100):
        ear.hear(sealed(b"\x02\xca\x09", counter))
    assert len(ear.outbox.quarantined()) == 1
    assert ear.kept() == []


def test_a_wrong_key_is_told(tmp_path: Path) -> None:
    """The person who set it up must see it."""
    keys = tmp_path / "keys"
    keys.write_text(f"54:48:E6:8F:80:A5 {KEY}  # the freezer\n", encoding="utf-8")
    ear = Ear(tmp_path, bindkeys_file=str(keys))
    ear.hear(sealed(b"\x02\xca\x09", key=KEY[::-1]))
    ear.hear(sealed(b"\x02\xca\x09"))
    assert [one.quantity for one in ear.kept()] == ["payload_refused", "temperature"]


def test_a_file_of_keys_says_which_line_is_wrong(tmp_path: Path) -> None:
    """Counted as an editor counts."""
    path = tmp_path / "keys"
    path.write_text(f"{MAC} {KEY}\n\nfreezer {KEY}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 3"):
        read_bindkeys(str(path))


class Radio:
    """A Bluetooth library that hears one packet and then loses its adapter, again and again."""

    def __init__(self, heard: object) -> None:
        self.heard = heard

    async def __aenter__(self) -> None:
        packet = SimpleNamespace(
            service_data={}, manufacturer_data={0x0499: bytes.fromhex("05") + b"\0" * 23}
        )
        self.heard(SimpleNamespace(address="AA:BB:CC:DD:EE:FF"), packet)  # type: ignore[operator]
        raise OSError("adapter gone")

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(lambda: None)


def test_a_lost_adapter_is_waited_for(tmp_path: Path) -> None:
    """The task goes on, hears again, and ends when it is told to."""
    ear = Ear(tmp_path, every_s=1)
    stopping = threading.Event()
    task = BleTask(ear.intake, Bluetooth(), ear.clock, stopping=stopping, make_scanner=Radio)
    thread = threading.Thread(target=task.run, daemon=True)
    thread.start()
    wait_for(lambda: len(ear.kept()) >= 4, "a packet of the radio")
    stopping.set()
    thread.join(10)
    assert not thread.is_alive()
