"""The contract of every registered normaliser."""

import contextlib
import json
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.normalise import normalisers
from firmware_bridge.normalise.ha_discovery import read_state, template_path
from firmware_bridge.normalise.measured import (
    Context,
    Measured,
    Normalised,
    NormaliserKind,
    Refusal,
    to_celsius,
)
from firmware_bridge.normalise.payload import number, parted, ucum
from firmware_bridge.readings import Arrival, sensor_readings

KINDS = sorted(normalisers().values(), key=lambda kind: kind.name)
every_normaliser = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)

FIELDS = [
    *("temperature", "Temperature", "Id", "DS18B20", "Time", "last_seen"),
    *("contact", "battery", "ZbReceived", "state", "UID", "x"),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=12,
)


def test_every_family_of_the_folder_is_found() -> None:
    """The folder is scanned; nobody lists them by hand."""
    assert {
        *("zigbee2mqtt", "tasmota", "esphome", "shelly_gen2", "chirpstack", "thingsboard", "edgex"),
        *("sparkplug_b", "ha_discovery", "ruuvi", "theengs"),
    } <= set(normalisers())


@every_normaliser
def test_a_normaliser_reads_its_own_examples(kind: NormaliserKind) -> None:
    """Every normaliser brings messages with what must come out of them."""
    assert kind.examples
    for example in kind.examples:
        assert kind.normalise(example.topic, example.payload, example.context) == example.outcome


@every_normaliser
@given(data=st.data())
def test_no_payload_makes_a_normaliser_raise(kind: NormaliserKind, data: st.DataObject) -> None:
    """Whatever a sensor sends is read or refused, and what is read has sound values."""
    topic = data.draw(st.sampled_from([example.topic for example in kind.examples]) | st.text(max_size=40))
    payload = data.draw(
        st.binary(max_size=80)
        | json_values.map(lambda value: json.dumps(value).encode())
        | st.sampled_from([example.payload for example in kind.examples]).flatmap(
            lambda whole: st.integers(0, len(whole)).map(lambda end: whole[:end])
        )
    )
    outcome = kind.normalise(topic, payload, Context(utc_offset_min=480))
    assert isinstance(outcome, Normalised | Refusal)
    if isinstance(outcome, Normalised):
        for reading in outcome.readings:
            assert reading.device
            assert reading.quantity
            if reading.unit is not None:
                assert Decimal(reading.value).is_finite()


def swapped(told: object, data: st.DataObject) -> object:
    """The same JSON with one of its parts replaced by anything."""
    if isinstance(told, dict) and told and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(told)))
        return {**told, key: swapped(told[key], data)}
    if isinstance(told, list) and told and data.draw(st.booleans()):
        return [swapped(told[0], data), *told[1:]]
    return data.draw(json_values)


@every_normaliser
@given(data=st.data())
def test_no_part_of_a_known_message_may_be_something_else_and_make_it_raise(
    kind: NormaliserKind, data: st.DataObject
) -> None:
    """A list where a word belongs, a number where an object does."""
    messages = []
    for example in kind.examples:
        with contextlib.suppress(ValueError):
            messages.append((example.topic, json.loads(example.payload)))
    if not messages:
        return
    topic, told = data.draw(st.sampled_from(messages))
    payload = json.dumps(swapped(told, data)).encode()
    assert isinstance(kind.normalise(topic, payload, Context(utc_offset_min=480)), Normalised | Refusal)


@every_normaliser
@pytest.mark.parametrize("payload", [b"\xff\xfe", b"[" * 60_000, b"x" * 1_000_000, b'{"a":', b"\x00"])
def test_a_poisoned_payload_is_refused_with_its_reason(kind: NormaliserKind, payload: bytes) -> None:
    """Each refusal is a value the quarantine can keep."""
    readable = next(
        e
        for e in kind.examples
        if isinstance(e.outcome, Normalised) and (e.outcome.readings or e.outcome.entities)
    )
    outcome = kind.normalise(readable.topic, payload, Context())
    assert isinstance(outcome, Refusal)
    assert outcome.error in {
        *("malformed_json", "malformed_payload", "not_utf8", "not_an_object", "not_a_number", "too_large")
    }


def test_a_fahrenheit_thermometer_is_read_in_its_unit_and_shipped_in_celsius() -> None:
    """Limits are in Celsius; -0.4 °F is -18 °C."""
    outcome = normalisers()["tasmota"].normalise(
        "tele/f/SENSOR", b'{"SI7021":{"Temperature":-0.4},"TempUnit":"F"}', Context()
    )
    assert isinstance(outcome, Normalised)
    (reading,) = outcome.readings
    assert (reading.value, reading.unit) == ("-0.4", "[degF]")
    assert to_celsius(reading.value, reading.unit) == ("-18.000", "Cel")
    assert to_celsius("4.30", "Cel") == ("4.30", "Cel")


@pytest.mark.parametrize(
    ("unit", "told"), [("°C", "4.5"), ("degC", "4.5"), ("degF", "-15.278"), ("Kelvin", None), ("°Ré", None)]
)
def test_a_temperature_in_an_unknown_unit_is_none(unit: str, told: str | None) -> None:
    """The cold chain would take it for Celsius: 4.5 of anything else must not pass for a fridge's."""
    part = number("d", None, "temperature", ucum(unit), "4.5")
    readings, unmeasured = parted([part])
    said = Normalised(readings=readings, unmeasured=unmeasured, device="d")
    (reading,) = sensor_readings(said, b"", "", Arrival(1, 1))
    assert (reading.value, reading.quality == "good") == (told, told is not None)
    assert told is None or reading.unit == "Cel"


def test_a_shelly_on_a_cable_has_no_flat_battery() -> None:
    """0 % of an empty holder is kept, and marked so that the node does not call for a battery."""
    payload = (
        b'{"src":"s","method":"NotifyStatus","params":{"devicepower:0":'
        b'{"battery":{"percent":0},"external":{"present":%s}}}}'
    )
    told = []
    for present in (b"true", b"false"):
        outcome = normalisers()["shelly_gen2"].normalise("a/events/rpc", payload % present, Context())
        assert isinstance(outcome, Normalised)
        (reading,) = sensor_readings(outcome, payload, "", Arrival(1, 1))
        told.append((reading.value, reading.quality, reading.detail))
    assert told == [("0", "suspect", {"doubt": "external_power"}), ("0", "good", {})]


def test_a_reading_always_says_what_was_measured() -> None:
    """One without would make the node refuse the whole message, again and again."""
    said = Normalised(readings=(Measured(device="", quantity="", value="1"),), device="")
    (reading,) = sensor_readings(said, b"", "", Arrival(1, 1))
    assert (reading.device, reading.quantity) == ("unnamed", "unnamed")


def test_a_probe_keeps_its_name_when_another_is_unplugged() -> None:
    """DS18B20-2 becomes DS18B20 when it is alone; its Id stays."""
    tasmota = normalisers()["tasmota"].normalise
    two = b'{"DS18B20-1":{"Id":"A","Temperature":1.0},"DS18B20-2":{"Id":"B","Temperature":2.0}}'
    one = b'{"DS18B20":{"Id":"B","Temperature":2.0}}'
    outcomes = [tasmota("tele/f/SENSOR", payload, Context()) for payload in (two, one)]
    assert all(isinstance(outcome, Normalised) for outcome in outcomes)
    assert [[r.sub for r in outcome.readings] for outcome in outcomes if isinstance(outcome, Normalised)] == [
        ["A", "B"],
        ["B"],
    ]


@pytest.mark.parametrize(
    ("told", "utc"),
    [
        ('"Time":"2026-11-22T16:59:00"', "2026-11-22T08:59:00+00:00"),
        ('"Time":"2026-11-22T16:59:00+02:00"', "2026-11-22T14:59:00+00:00"),
        ('"Time":"2026-11-22T16:59:00","Epoch":1795337940', "2026-11-22T08:59:00+00:00"),
        ('"Time":"1970-01-01T00:00:12"', None),
        ('"Time":"yesterday"', None),
    ],
)
def test_a_device_time_is_believed_only_when_it_can_be(told: str, utc: str | None) -> None:
    """Local time without offset takes the configured one; a clock never set says nothing."""
    payload = f'{{{told},"SI7021":{{"Temperature":4.0}}}}'.encode()
    outcome = normalisers()["tasmota"].normalise("tele/f/SENSOR", payload, Context(utc_offset_min=480))
    assert isinstance(outcome, Normalised)
    expected = None if utc is None else int(datetime.fromisoformat(utc).timestamp() * 1000)
    assert outcome.ts_ms == expected


@pytest.mark.parametrize(
    ("sensors", "told"),
    [
        ('"MAX31855":{"ProbeTemperature":-18.5,"ReferenceTemperature":21.25,"Error":0}',
         [("temperature", "-18.5"), ("reference_temperature", "21.25")]),
        ('"MAX31855":{"ProbeTemperature":0.0,"ReferenceTemperature":21.25,"Error":1}', ["sensor_error"]),
        ('"MLX90614":{"OBJTMP":3.2,"AMBTMP":24.0}', [("temperature", "3.2"), ("reference_temperature", "24.0")]),
        ('"ANALOG":{"Temperature1":4.1,"Temperature2":5.2}', [("temperature", "4.1"), ("temperature", "5.2")]),
        ('"SCD40":{"CarbonDioxide":746,"eCO2":750,"Temperature":23.1}',
         [("co2", "746"), ("co2", "750"), ("temperature", "23.1")]),
        ('"ZbReceived":{"0x8F20":{"Temperature":22.7,"Contact":1,"LinkQuality":90}}',
         [("temperature", "22.7"), ("door_open", "true"), ("linkquality", "90")]),
        ('"ENERGY":{"Total":0.007,"Power":12,"Voltage":230,"Current":0.05,"Factor":0.98}',
         [("energy", "0.007"), ("power", "12"), ("voltage", "230"), ("current", "0.05"), ("power_factor", "0.98")]),
        ('"ATC3BF2F6":{"mac":"a4c1383bf2f6","Temperature":4.5,"Humidity":50.0,"Battery":84}',
         [("temperature", "4.5"), ("humidity", "50.0"), ("battery", "84")]),
    ],
)  # fmt: skip
def test_the_sensors_that_tasmota_knows_are_read(sensors: str, told: list) -> None:
    """A thermocouple with an open probe has measured nothing, whatever number stands there."""
    outcome = normalisers()["tasmota"].normalise("tele/f/SENSOR", f"{{{sensors}}}".encode(), Context())
    assert isinstance(outcome, Normalised)
    found = [(part.quantity, part.value) for part in outcome.readings]
    assert [*found, *(part.quality for part in outcome.unmeasured)] == told


def test_a_shelly_is_remembered_from_message_to_message() -> None:
    """An error stays until the device takes it back, though the delta names only the number."""
    shelly = normalisers()["shelly_gen2"].normalise

    def told(component: dict, memory: object) -> Normalised:
        payload = {"src": "s", "method": "NotifyStatus", "params": {"ts": None, "temperature:0": component}}
        outcome = shelly("x/events/rpc", json.dumps(payload).encode(), Context(memory=memory))
        assert isinstance(outcome, Normalised)
        return outcome

    broken = told({"tC": None, "errors": ["read"]}, None)
    still = told({"tC": 0.0}, broken.memory)
    whole = told({"tC": 4.5, "errors": []}, still.memory)
    assert [len(one.readings) for one in (broken, still, whole)] == [0, 0, 1]
    assert still.unmeasured[0].quality == "sensor_error"
    assert whole.readings[0].value == "4.5"


def test_a_thermometer_of_many_names_is_one_quantity() -> None:
    """Codecs and profiles are written by whoever installs them; a second probe gets its number."""
    payload = json.dumps(
        {
            "deviceInfo": {"devEui": "0102030405060708"},
            "fCnt": 1,
            "object": {"airTemperature": 4.5, "Temp-2": "5.5", "relativeHumidity": 81, "swVersion": 12},
        }
    )
    outcome = normalisers()["chirpstack"].normalise(
        "application/1/device/x/event/up", payload.encode(), Context()
    )
    assert isinstance(outcome, Normalised)
    assert [(part.sub, part.quantity, part.value) for part in outcome.readings] == [
        (None, "temperature", "4.5"),
        ("2", "temperature", "5.5"),
        (None, "humidity", "81"),
    ]


@pytest.mark.parametrize(
    ("template", "path"),
    [
        (None, ()),
        ("{{ value }}", ()),
        ("{{ value_json }}", ()),
        ("{{ value_json.temperature }}", ("temperature",)),
        ("{{value_json['AM2301'].Temperature|float|round(1)}}", ("AM2301", "Temperature")),
        ('{{ value_json["a b"][0] | float(0) }}', ("a b", "0")),
        ("{{ value_json.t * 9 / 5 + 32 }}", None),
        ("{% if value_json.x %}1{% endif %}", None),
        ("{{ states('sensor.x') }}", None),
    ],
)
def test_a_template_that_only_picks_is_followed_and_one_that_calculates_is_not(
    template: str | None, path: tuple[str, ...] | None
) -> None:
    """A number that its sender wanted changed is not ours to take unchanged."""
    assert template_path(template) == path


def test_a_device_that_announces_all_its_parts_at_once_is_read() -> None:
    """The newer form: what is said for the device holds for each part."""
    payload = {
        "dev": {"name": "cellar", "ids": "c1"},
        "o": {"name": "z"},
        "stat_t": "c/state",
        "cmps": {
            "t": {
                "p": "sensor",
                "dev_cla": "temperature",
                "unit_of_meas": "°C",
                "val_tpl": "{{value_json.t}}",
            },
            "d": {"p": "binary_sensor", "dev_cla": "door", "val_tpl": "{{value_json.d}}", "pl_on": True},
            "b": {"p": "button"},
        },
    }
    outcome = normalisers()["ha_discovery"].normalise(
        "homeassistant/device/c1/config", json.dumps(payload).encode(), Context()
    )
    assert isinstance(outcome, Normalised)
    first, second = outcome.entities
    told = [read_state(entity, b'{"t": "4.5", "d": true}') for entity in (first, second)]
    assert [
        (part.quantity, part.value) for one in told if isinstance(one, Normalised) for part in one.readings
    ] == [("temperature", "4.5"), ("door_open", "true")]
