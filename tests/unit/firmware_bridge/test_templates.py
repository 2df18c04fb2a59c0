"""What an installer writes about a model becomes readings, without a line of code."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.normalise.measured import Context, Measured, Normalised, Refusal
from firmware_bridge.templates import library, mqtt_kind, read_template

COOLER = """
name = "cooler"
kind = "mqtt"
[mqtt]
topic = "plant/{device}/status/#"
codec = "json"
time = "t"
[[mqtt.value]]
path = "probes.0.v"
quantity = "temperature"
unit = "[degF]"
factor = "0.1"
invalid = ["9999"]
[[mqtt.value]]
path = "door"
quantity = "door_open"
on = ["open"]
off = ["shut"]
"""
BYTES = """
name = "lora"
kind = "mqtt"
[mqtt]
codec = "bytes"
[[mqtt.value]]
at = 1
type = "int16"
order = "little"
quantity = "temperature"
unit = "Cel"
factor = "0.01"
[[mqtt.value]]
at = 3
type = "float32"
quantity = "humidity"
unit = "%"
"""


def said(text: str, topic: str, payload: bytes) -> Normalised | Refusal:
    """What a template makes of a message."""
    return mqtt_kind(read_template(text)).normalise(topic, payload, Context())


def test_every_template_we_ship_can_be_read() -> None:
    """And none hides behind another's name."""
    found = library()
    assert found.broken == ()
    assert {"xy-md02", "r4dcb08", "bare-temperature", "json-climate"} <= set(found.templates)


def test_a_message_is_read_as_the_template_says() -> None:
    """Path, factor, words of a switch, the device's own time; its name is a level of the topic."""
    told = said(
        COOLER, "plant/c7/status/now", b'{"t":1795337970,"probes":[{"v":395,"x":1}],"door":"shut","y":2}'
    )
    assert isinstance(told, Normalised)
    assert told.device == "c7"
    assert told.ts_ms == 1795337970000
    assert told.readings == (
        Measured(device="c7", quantity="temperature", value="39.5", unit="[degF]"),
        Measured(device="c7", quantity="door_open", value="false"),
    )


@pytest.mark.parametrize(
    ("payload", "quality"),
    [
        (b'{"probes":[{"v":9999}]}', "null"),
        (b'{"probes":[{"v":null}]}', "null"),
        (b'{"probes":[{"v":"err"}]}', "sensor_error"),
        (b'{"probes":[{"v":90000}]}', "out_of_range"),
    ],
)
def test_what_is_no_value_is_never_a_number(payload: bytes, quality: str) -> None:
    """The number for "none", null, a word, and what cannot be."""
    told = said(COOLER, "plant/c7/status", payload)
    assert isinstance(told, Normalised)
    assert told.readings == ()
    assert [part.quality for part in told.unmeasured] == [quality]


def test_bytes_are_read_at_their_places_in_their_order() -> None:
    """-18.50 little-endian, 81.5 as a big-endian float; a short payload is refused."""
    payload = b"\x01" + (-1850).to_bytes(2, "little", signed=True) + b"\x42\xa3\x00\x00"
    told = said(BYTES, "lora1", payload)
    assert isinstance(told, Normalised)
    assert [reading.value for reading in told.readings] == ["-18.50", "81.5"]
    assert isinstance(said(BYTES, "lora1", payload[:4]), Refusal)


def test_another_topic_is_none_of_the_templates() -> None:
    """The level of the device is the only one that may differ."""
    for topic in ("plant/c7", "works/c7/status", "plant//status"):
        told = said(COOLER, topic, b"{}")
        assert isinstance(told, Normalised)
        assert told.event == "ignored"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("name = ", "Invalid"),
        ('name = "x"\nkind = "mqtt"\n', "mqtt"),
        (COOLER.replace("{device}", "x"), "{device}"),
        (COOLER.replace("{device}/status/#", "#/{device}"), "#"),
        (COOLER.replace('factor = "0.1"', 'factor = "a tenth"'), "factor"),
        (COOLER.replace('factor = "0.1"', 'faktor = "0.1"'), "faktor"),
        (COOLER.replace('"cooler"', '"../cooler"'), "name"),
    ],
)
def test_a_wrong_template_says_what_is_wrong(tmp_path: Path, text: str, word: str) -> None:
    """By the name of its file, and the others are read all the same."""
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    (tmp_path / "other.toml").write_text(BYTES, encoding="utf-8")
    found = library([tmp_path])
    assert "lora" in found.templates
    (broken,) = found.broken
    assert broken.path.endswith("mine.toml")
    assert word in broken.reason
    with pytest.raises(ValueError, match="cannot be read"):
        found.of("mine", "mqtt")


def test_an_installers_template_wins_over_ours(tmp_path: Path) -> None:
    """He has the device before him."""
    (tmp_path / "a.toml").write_text(BYTES.replace('"lora"', '"json-climate"'), encoding="utf-8")
    mine = library([tmp_path]).of("json-climate", "mqtt")
    assert mine.mqtt is not None
    assert mine.mqtt.codec == "bytes"
    with pytest.raises(ValueError, match="no modbus template"):
        library([tmp_path]).of("json-climate", "modbus")


@given(
    text=st.sampled_from([COOLER, BYTES, BYTES.replace('"bytes"', '"text"')]), payload=st.binary(max_size=60)
)
def test_no_payload_makes_a_template_raise(text: str, payload: bytes) -> None:
    """Read or refused."""
    for topic in ("plant/c7/status", "lora1"):
        assert isinstance(said(text, topic, payload), Normalised | Refusal)
