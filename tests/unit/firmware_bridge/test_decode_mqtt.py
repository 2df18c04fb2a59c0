"""`liushui decode mqtt`: the tool an installer holds a doubtful message against, and the shared vectors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.decoding import answers
from firmware_bridge.decoding.mqtt import result
from firmware_bridge.normalise import normalisers

SHARED = Path(os.environ.get("LIUSHUI_SHARED", "../shared")) / "data/iot/mqtt.jsonl"
KINDS = [*normalisers(), "bthome", "ruuvi", "alarm", "sequence", "shelly"]


def decoded(kind: str, told: dict, context: dict | None = None) -> dict:
    """The answer to one vector."""
    line = json.dumps({"id": "x", "kind": kind, "input": told, "context": context or {}}).encode()
    (answer,) = answers([line], result)
    return json.loads(answer)["result"]


def message(topic: str, payload: object) -> dict:
    """The input of a message."""
    return {"topic": topic, "payload": payload if isinstance(payload, str) else json.dumps(payload)}


@pytest.mark.skipif(not SHARED.is_file(), reason="the shared MQTT vectors are not here (LIUSHUI_SHARED)")
def test_every_shared_vector_is_answered_as_expected() -> None:
    """All kinds, key for key; only the vectors' own notes are no part of an answer."""
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        vector = json.loads(line)
        vector["expected"].pop("note", None)
        said = decoded(vector["kind"], vector["input"], vector["context"])
        assert said == vector["expected"], vector["id"]


def test_a_bad_line_is_answered_with_an_error_and_the_next_one_goes_on() -> None:
    """No line stops the tool."""
    lines = [
        b"{",
        b"[]",
        b'{"id":"a","kind":"nobody","input":{}}',
        b'{"id":"b","kind":"zigbee2mqtt","input":{}}',
        b'{"id":"c","kind":"bthome","input":{"service_data_hex":"zz"}}',
        b'{"id":"d","kind":"zigbee2mqtt","input":{"topic":"zigbee2mqtt/f","payload":"{\\"temperature\\":1}"}}',
    ]
    told = [json.loads(answer) for answer in answers(lines, result)]
    assert [("error" in one["result"]) for one in told] == [True] * 5 + [False]
    assert [one["id"] for one in told] == [None, None, "a", "b", "c", "d"]


def test_the_command_reads_stdin_and_answers_line_by_line() -> None:
    """As an installer types it."""
    ran = subprocess.run(
        [sys.executable, "-c", "from firmware_bridge.decoding import decode; decode()", "mqtt", "--jsonl"],
        input=b'{"id":1,"kind":"bthome","input":{"service_data_hex":"4002ca0903bf13"}}\n',
        capture_output=True,
        timeout=60,
    )
    assert json.loads(ran.stdout) == {
        "id": 1,
        "result": {
            "valid": True,
            "sleepy": False,
            "readings": [
                {"sensor": "temperature", "value": 25.06, "unit": "Cel"},
                {"sensor": "humidity", "value": 50.55, "unit": "%"},
            ],
        },
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["topic", "payload", "payload_hex", "state", "values", "now", "high", "aliases"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(
    line=st.builds(
        lambda kind, told, context: json.dumps(
            {"id": 1, "kind": kind, "input": told, "context": context}
        ).encode(),
        st.sampled_from(KINDS),
        st.dictionaries(
            st.sampled_from(
                [
                    *("topic", "payload", "payload_hex", "service_data_hex", "manufacturer_data_hex"),
                    *("messages", "start", "step_s", "values"),
                ]
            ),
            json_values,
            max_size=4,
        ),
        st.dictionaries(
            st.sampled_from(["state", "now", "device_tz", "bindkey", "mac", "discovery", "high"]),
            json_values,
            max_size=3,
        ),
    )
    | st.binary(max_size=60)
)
def test_no_line_makes_the_tool_raise(line: bytes) -> None:
    """Each gets exactly one answer, unless it is blank."""
    for one in line.split(b"\n"):
        assert len(list(answers([one], result))) == (1 if one.strip() else 0)


def test_a_rebirth_is_asked_for_after_a_gap() -> None:
    """seq 1 and then 3: something was said that nobody heard."""
    said = decoded(
        "sparkplug_b",
        {"topic": "spBv1.0/s/NDATA/n", "payload_hex": "1803"},
        {"state": {"n": {"last_seq": 1, "aliases": {}}}},
    )
    assert said == {"event": "rebirth_required", "reason": "seq_gap"}


def test_a_float_is_told_with_the_digits_its_sender_meant() -> None:
    """4.3 in single precision is 4.30000019 to a computer that does not ask."""
    # metric {alias 1, float 4.3}, seq 2
    said = decoded(
        "sparkplug_b",
        {"topic": "spBv1.0/s/DDATA/n/f", "payload_hex": "12071001659a9989401802"},
        {"state": {"n": {"last_seq": 1, "aliases": {"f": {"1": ["temperature", "Float"]}}}}},
    )
    assert said["readings"][0]["value"] == 4.3


def test_an_int32_travels_unsigned() -> None:
    """4294967295 is -1."""
    said = decoded(
        "sparkplug_b",
        {"topic": "spBv1.0/s/DDATA/n/f", "payload_hex": "1208100150ffffffff0f1802"},
        {"state": {"n": {"last_seq": 1, "aliases": {"f": {"1": ["count", "Int32"]}}}}},
    )
    assert said["readings"][0]["value"] == -1


def test_an_edgex_event_is_read_from_its_exponents_and_nanoseconds() -> None:
    """-1.85e+01 at 1795337970 s."""
    said = decoded(
        "edgex",
        message(
            "edgex/events/device/d/p/freezer/Temperature",
            {
                "event": {
                    "deviceName": "freezer",
                    "origin": 1795337970000000000,
                    "readings": [
                        {"deviceName": "freezer", "resourceName": "Temperature", "value": "-1.85e+01"}
                    ],
                }
            },
        ),
    )
    assert said == {
        "readings": [{"device": "freezer", "quantity": "temperature", "value": -18.5, "unit": "Cel"}],
        "ts": "2026-11-22T08:59:30Z",
        "ts_source": "device",
    }


def test_a_shelly_delta_is_laid_over_what_is_known() -> None:
    """The component is known to be in error, so its new value is none."""
    told = message(
        "x/events/rpc",
        {"src": "s", "method": "NotifyStatus", "params": {"ts": 1795337970.0, "temperature:0": {"tC": 3.0}}},
    )
    assert decoded("shelly_gen2", told)["readings"][0]["value"] == 3.0
    broken = {"state": {"s": {"temperature:0": {"tC": None, "errors": ["read"]}}}}
    assert decoded("shelly_gen2", told, broken) == {
        "readings": [],
        "ts": "2026-11-22T08:59:30Z",
        "ts_source": "device",
        "quality": "sensor_error",
    }


def test_a_sensor_a_year_ahead_is_taken_at_its_arrival() -> None:
    """And one from before 2020, and one older than a day is history."""
    near = {"device": "f", "epoch": "A", "seq": 1, "ts": "2026-11-22T08:59:00Z", "value": -18.0}
    ahead = {"device": "f", "epoch": "A", "seq": 2, "ts": "2027-11-22T08:59:00Z", "value": -17.0}
    old = {"device": "f", "epoch": "A", "seq": 3, "ts": "2026-11-20T08:59:00Z", "value": -10.0}
    told = decoded("sequence", {"messages": [near, ahead, old]}, {"now": "2026-11-22T09:00:00Z"})
    assert told == {
        "stored": 3,
        "duplicates": 0,
        "latest": -17.0,
        "late": 1,
        "backfill": 1,
        "live_alarm": False,
        "ts_replaced": 1,
        "ts_source": "arrival",
    }
