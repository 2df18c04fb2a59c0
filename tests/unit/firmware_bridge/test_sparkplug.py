"""A Sparkplug node's life as its messages tell it: births, data, gaps, deaths, and nothing believed out of turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.normalise import protobuf
from firmware_bridge.normalise.measured import Context, Normalised, Refusal
from firmware_bridge.normalise.sparkplug import Node, Said, normalise, read, rebirth_request

TOPIC = "spBv1.0/g/{}/node"


def metric(
    value: float | None = None, *, name: str = "", alias: int = 0, kind: int = 9, more: bytes = b""
) -> bytes:
    """One float metric."""
    return protobuf.bytes_field(
        2,
        (protobuf.bytes_field(1, name.encode()) if name else b"")
        + (protobuf.varint_field(2, alias) if alias else b"")
        + (protobuf.varint_field(4, kind) if kind else b"")
        + (protobuf.float_field(12, value) if value is not None else b"")
        + more,
    )


def bd_seq(number: int) -> bytes:
    """The metric that ties a death to its birth."""
    inner = (
        protobuf.bytes_field(1, b"bdSeq") + protobuf.varint_field(4, 4) + protobuf.varint_field(11, number)
    )
    return protobuf.bytes_field(2, inner)


def seq(number: int) -> bytes:
    """The number of a message."""
    return protobuf.varint_field(3, number)


class Life:
    """A node as the bridge knows it."""

    def __init__(self) -> None:
        self.state: Node | None = None

    def hear(self, kind: str, payload: bytes, device: str = "") -> Said:
        """One message."""
        topic = TOPIC.format(kind) + (f"/{device}" if device else "")
        said = read(topic, payload, self.state)
        assert isinstance(said, Said)
        self.state = said.state or self.state
        return said


@pytest.fixture
def life() -> Life:
    """A node with one device, both born: seq 0 and 1."""
    born = Life()
    born.hear("NBIRTH", bd_seq(5) + metric(4.5, name="temperature", alias=1) + seq(0))
    born.hear("DBIRTH", metric(-18.5, name="temperature", alias=2) + seq(1), "freezer")
    return born


def values(said: Said) -> list[tuple[str | None, str]]:
    """(name, value) of its metrics."""
    return [(one.name, str(one.value)) for one in said.metrics]


def test_data_by_alias_alone_is_read_by_what_the_births_told(life: Life) -> None:
    """Aliases belong to the node: a device's are not the node's own."""
    assert values(life.hear("DDATA", metric(-18.25, alias=2, kind=0) + seq(2), "freezer")) == [
        ("temperature", "-18.25")
    ]
    assert values(life.hear("NDATA", metric(4.25, alias=1, kind=0) + seq(3))) == [("temperature", "4.25")]


def test_the_numbers_run_over_node_and_devices_and_wrap(life: Life) -> None:
    """0 to 255 and again, whoever of them speaks."""
    for number in range(2, 600):
        said = life.hear(
            *(("NDATA", metric(1.0, alias=1) + seq(number % 256)))
            if number % 3
            else ("DDATA", metric(1.0, alias=2) + seq(number % 256), "freezer")
        )
        assert said.event == "data", number


@pytest.mark.parametrize(
    ("kind", "payload", "device", "reason"),
    [
        ("NDATA", metric(1.0, alias=1) + seq(3), "", "seq_gap"),
        ("NDATA", metric(1.0, alias=1), "", "seq_gap"),
        ("NDATA", metric(1.0, alias=1) + seq(1), "", "seq_gap"),
        ("NDATA", metric(1.0, alias=9) + seq(2), "", "unknown_alias"),
        ("DDATA", metric(1.0, name="t") + seq(2), "fridge", "no_dbirth"),
        ("NBIRTH", metric(1.0, name="t") + seq(7), "", "nbirth_seq"),
    ],
)
def test_what_does_not_fit_is_not_believed_and_a_rebirth_is_asked_for(
    life: Life, kind: str, payload: bytes, device: str, reason: str
) -> None:
    """And nothing more is believed until it has come."""
    said = life.hear(kind, payload, device)
    assert (said.event, said.reason, said.metrics) == ("rebirth_required", reason, ())
    assert said.rebirth_topic == "spBv1.0/g/NCMD/node"
    assert life.hear("NDATA", metric(1.0, alias=1) + seq(2)).reason == "no_nbirth"
    assert life.hear("NBIRTH", bd_seq(6) + metric(7.5, name="t", alias=1) + seq(0)).event == "node_online"
    assert life.hear("NDATA", metric(8.5, alias=1) + seq(1)).event == "data"


def test_a_death_counts_only_for_its_own_birth(life: Life) -> None:
    """The will of the connection before comes late and changes nothing."""
    assert life.hear("NDEATH", bd_seq(4)).reason == "bdSeq_mismatch"
    assert life.hear("NDATA", metric(1.0, alias=1) + seq(2)).event == "data"
    assert life.hear("NDEATH", bd_seq(5)).event == "node_offline"
    assert life.hear("NDATA", metric(1.0, alias=1) + seq(3)).reason == "no_nbirth"


def test_a_device_that_died_must_be_born_again(life: Life) -> None:
    """Its data in between are nobody's."""
    assert life.hear("DDEATH", seq(2), "freezer").event == "device_offline"
    assert life.hear("DDATA", metric(1.0, alias=2) + seq(3), "freezer").reason == "no_dbirth"


def test_null_history_and_units_are_told(life: Life) -> None:
    """A null value is no value; the past is marked; engUnit is the unit."""
    unit = protobuf.bytes_field(1, b"engUnit") + protobuf.bytes_field(
        2, protobuf.varint_field(1, 12) + protobuf.bytes_field(8, "°F".encode())
    )
    said = life.hear(
        "NDATA",
        metric(alias=1, more=protobuf.varint_field(7, 1))
        + metric(2.5, alias=1, more=protobuf.varint_field(5, 1))
        + metric(39.5, alias=1, more=protobuf.bytes_field(9, unit))
        + seq(2),
    )
    null, past, warm = said.metrics
    assert (null.is_null, null.value) == (True, None)
    assert past.historical
    assert warm.unit == "°F"


def test_the_request_is_what_the_specification_asks_for() -> None:
    """A boolean metric Node Control/Rebirth, true."""
    fields = dict(protobuf.fields(rebirth_request()))
    inner = dict(protobuf.fields(protobuf.as_bytes(fields[2])))
    assert inner == {1: b"Node Control/Rebirth", 4: 11, 14: 1}


def test_readings_carry_their_own_times_and_never_the_protocols_affairs() -> None:
    """Two metrics of two moments; bdSeq and the controls are none of a fridge's."""
    at = 1795337970000
    payload = (
        bd_seq(1)
        + metric(4.5, name="temperature", more=protobuf.varint_field(3, at))
        + metric(5.5, name="Probe/Temperature", more=protobuf.varint_field(3, at + 1000))
        + protobuf.bytes_field(
            2,
            protobuf.bytes_field(1, b"Node Control/Rebirth")
            + protobuf.varint_field(4, 11)
            + protobuf.varint_field(14, 0),
        )
        + seq(0)
    )
    outcome = normalise(TOPIC.format("NBIRTH"), payload, Context())
    assert isinstance(outcome, Normalised)
    assert [(part.sub, part.quantity, part.value, part.ts_ms) for part in outcome.readings] == [
        (None, "temperature", "4.5", at),
        ("Probe", "temperature", "5.5", at + 1000),
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["NBIRTH", "NDATA", "DBIRTH", "DDATA", "DDEATH", "NDEATH", "NCMD", "X"]),
            st.binary(max_size=40)
            | st.builds(
                lambda number, alias, name: metric(1.0, alias=alias, name=name) + seq(number),
                st.integers(0, 300),
                st.integers(0, 3),
                st.sampled_from(["", "t"]),
            ),
            st.sampled_from(["", "/d", "/d/e"]),
        ),
        max_size=12,
    )
)
def test_no_run_of_messages_makes_the_reader_raise(told: list[tuple[str, bytes, str]]) -> None:
    """Whatever comes in whatever order, with the memory of all before."""
    memory: object = None
    for kind, payload, device in told:
        outcome = normalise(TOPIC.format(kind) + device, payload, Context(memory=memory))
        assert isinstance(outcome, Normalised | Refusal)
        if isinstance(outcome, Normalised) and outcome.memory is not None:
            memory = outcome.memory


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_float_keeps_its_meaning_in_its_fewest_digits(value: float) -> None:
    """What is printed is the same float again."""
    ((_, raw),) = protobuf.fields(protobuf.float_field(12, value))
    told = protobuf.as_float(raw, double=False)
    assert told is not None
    assert protobuf.float_field(12, float(told)) == protobuf.float_field(12, value) or value == 0
