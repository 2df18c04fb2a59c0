"""The store's broker as `liushui edge broker` writes it, tried on a real mosquitto: its traps, one by one."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import paho.mqtt.client as mqtt
import pytest
from click.testing import CliRunner
from cryptography import x509

from edge.app import DAY_BOOK
from edge.cli import edge
from edge.deploy import certificates
from edge.deploy.accounts import CONTROL, open_bridge, open_sensor
from edge.deploy.broker import FOLDER, NODE, Plan, password_of, read_plan, write_store_broker
from edge.deploy.checking import in_words, try_out
from edge.intake.mqtt import broker_address
from shared.errors import DomainError
from tests.support.edge_node import new_day_book
from tests.support.ports import free_port
from tests.support.publisher import wait_until
from tests.support.store_broker import Caller, StoreBroker

SITE = "S1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreBroker]:
    """A running broker that knows two bridges and a sensor."""
    broker = StoreBroker(tmp_path, SITE)
    broker.start()
    desk = broker.as_desk()
    for commands in (
        open_bridge(SITE, "b1", "one"),
        open_bridge(SITE, "b2", "two"),
        open_sensor("zigbee", ("zigbee2mqtt/#",), "z"),
    ):
        desk.say(CONTROL, msgspec.json.encode({"commands": commands}))
    desk.stop()
    yield broker
    broker.stop()


def bridge(store: StoreBroker, name: str = "b1", password: str = "one", **more: object) -> Caller:
    """A bridge elsewhere in the store."""
    return Caller(store.plan.tls_port, name, password, **{"ca": store.authority, **more})  # type: ignore[arg-type]


def test_a_bridge_speaks_under_its_own_name_only(store: StoreBroker) -> None:
    """MQTT 5 says "Not authorized" where 3.1.1 would have said "Success" and thrown the reading away."""
    one = bridge(store)
    for topic in ("liushui/v1/S1/b1/up/data", "liushui/v1/S1/b1/live/scale-1"):
        assert one.say(topic) != "Not authorized"
    for topic in (
        "liushui/v1/S1/b2/up/data",
        "liushui/v1/S1/b1/down/ack",
        "liushui/v1/S2/b1/up/data",
        CONTROL,
        "elsewhere",
    ):
        assert one.say(topic) == "Not authorized", topic
    one.stop()


def test_in_the_old_protocol_a_refusal_looks_like_success_and_nothing_arrives(store: StoreBroker) -> None:
    """Why we speak MQTT 5 wherever the client is ours, and why only the node's own word counts."""
    node = Caller(store.plan.port, NODE, password_of(store.folder, NODE))
    node.hear(f"liushui/v1/{SITE}/+/up/#")
    old = bridge(store, protocol=mqtt.MQTTv311)
    assert old.say("liushui/v1/S1/b2/up/data", b"forged") == "Success"
    old.say("liushui/v1/S1/b1/up/data", b"own")
    wait_until(lambda: node.payloads == [b"own"])
    for client in (old, node):
        client.stop()


def test_a_bridge_hears_only_what_is_meant_for_it(store: StoreBroker) -> None:
    """Its acknowledgements, configuration and questions; not a neighbour's, not everybody's."""
    one = bridge(store)
    for what in ("ack", "cfg", "cmd"):
        assert one.hear(f"liushui/v1/S1/b1/down/{what}") == "Granted QoS 1"
    for topic in ("liushui/v1/S1/b2/down/ack", "liushui/v1/S1/+/up/#", "#"):
        assert one.hear(topic) == "Not authorized", topic
    node = Caller(store.plan.port, NODE, password_of(store.folder, NODE))
    assert node.say("liushui/v1/S1/b1/down/ack") == "Success"
    wait_until(lambda: one.got == ["liushui/v1/S1/b1/down/ack"])
    assert node.say("liushui/v1/S1/b1/up/data") == "Not authorized"
    for client in (one, node):
        client.stop()


def test_nobody_is_anonymous_at_any_door(store: StoreBroker) -> None:
    """Without a name, with a wrong password, with a name nobody has given."""
    plan = store.plan
    doors = ((plan.port, "127.0.0.1", None), (plan.tls_port, "127.0.0.1", store.authority))
    for port, host, ca in (*doors, (plan.sensor_port, "127.0.0.2", None)):
        for user, password in (("", ""), ("b1", "wrong"), ("nobody", "x")):
            assert Caller(port, user, password, host=host, ca=ca).signed_in == ["Not authorized"]


def test_a_bridge_that_believes_another_authority_does_not_sign_in(
    store: StoreBroker, tmp_path: Path
) -> None:
    """A broker put in the place of ours shows a certificate that our authority never signed."""
    other = certificates.ensure(tmp_path / "other", SITE, (), datetime.now(UTC))
    with pytest.raises(ssl.SSLCertVerificationError):
        bridge(store, ca=other.authority)


def test_the_door_for_bridges_speaks_nothing_older_than_tls_1_3(store: StoreBroker) -> None:
    """A client that knows only 1.2 is turned away."""
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)  # type: ignore[attr-defined]
    context = ssl.create_default_context(cafile=str(store.authority))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    client.tls_set_context(context)
    with pytest.raises((ssl.SSLError, ConnectionError)):
        client.connect("127.0.0.1", store.plan.tls_port)


def test_a_bridge_s_stolen_password_is_worth_nothing_at_the_door_without_tls(store: StoreBroker) -> None:
    """Whatever is said there begins with `sensors/`, so it cannot be a bridge's word."""
    thief = Caller(store.plan.sensor_port, "b1", "one", host="127.0.0.2")
    assert thief.say("liushui/v1/S1/b1/up/data") == "Not authorized"
    thief.hear("liushui/v1/S1/b1/down/#")
    node = Caller(store.plan.port, NODE, password_of(store.folder, NODE))
    node.say("liushui/v1/S1/b1/down/ack")
    thief.say("zigbee2mqtt/fridge")
    assert thief.got == []
    for client in (thief, node):
        client.stop()


def test_what_a_plain_sensor_says_reaches_a_bridge_marked_as_a_sensor_s(store: StoreBroker) -> None:
    """The mark is the broker's, so nobody can leave it out."""
    reader = bridge(store)
    assert reader.hear("sensors/zigbee2mqtt/#") == "Granted QoS 1"
    sensor = Caller(store.plan.sensor_port, "zigbee", "z", host="127.0.0.2")
    assert sensor.say("zigbee2mqtt/fridge", b"4.2") == "Success"
    wait_until(lambda: reader.got == ["sensors/zigbee2mqtt/fridge"])
    for client in (reader, sensor):
        client.stop()


def test_a_second_client_under_the_same_id_throws_the_first_out(store: StoreBroker) -> None:
    """The broker allows it; after three times in a row a bridge tells the node (test_hostile_broker)."""
    first = bridge(store, client_id="liushui-bridge-S1-b1")
    second = bridge(store, client_id="liushui-bridge-S1-b1")
    wait_until(lambda: len(first.ended) == 1)
    second.stop()


def test_accounts_and_passwords_are_for_nobody_else_s_eyes(store: StoreBroker) -> None:
    """Keys and our own passwords 0600, the folder 0700, and no password in clear where the broker keeps them."""
    assert store.folder.stat().st_mode & 0o777 == 0o700
    for name in ("plan.json", f"{NODE}.password", "tls/ca.key", "tls/server.key"):
        assert (store.folder / name).stat().st_mode & 0o777 == 0o600, name
    kept = (store.folder / "accounts.json").read_text()
    assert password_of(store.folder, NODE) not in kept
    assert '"one"' not in kept


def test_writing_it_again_keeps_keys_and_accounts(tmp_path: Path) -> None:
    """Another port is another port, and no bridge has to come again."""
    folder = tmp_path / FOLDER
    plan = Plan(site=SITE, port=free_port(), tls_port=free_port())
    write_store_broker(folder, plan)
    before = {
        path: (folder / path).read_bytes() for path in ("accounts.json", "tls/ca.pem", "tls/server.pem")
    }
    write_store_broker(folder, msgspec.structs.replace(plan, sensor_port=free_port()))
    assert {path: (folder / path).read_bytes() for path in before} == before


def test_the_box_s_certificate_is_made_anew_at_half_its_time_or_for_a_new_name(tmp_path: Path) -> None:
    """The authority stays, so bridges go on believing.

    Good from thirty days before it is made until 365 days after: half of that is over after 167.5 days.
    """
    now = datetime(2026, 11, 23, tzinfo=UTC)

    def made(names: tuple[str, ...], at: datetime) -> bool:
        return certificates.ensure(tmp_path, SITE, names, at).renewed

    assert made((), now)
    authority = (tmp_path / "ca.pem").read_bytes()
    assert not made((), now + timedelta(days=167))
    assert made((), now + timedelta(days=168))
    assert made(("shop.lan", "10.0.0.5"), now + timedelta(days=169))
    assert not made(("shop.lan",), now + timedelta(days=170))
    assert (tmp_path / "ca.pem").read_bytes() == authority
    known = x509.load_pem_x509_certificate((tmp_path / "server.pem").read_bytes())
    names = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "shop.lan" in names.get_values_for_type(x509.DNSName)


def test_the_command_writes_tries_and_names_the_broker(tmp_path: Path) -> None:
    """In a node's own folder, and what was asked for is remembered."""
    new_day_book(tmp_path / "node", SITE).stop()
    asked = [
        "broker",
        "--dir",
        str(tmp_path / "node"),
        "--port",
        str(free_port()),
        "--tls-port",
        str(free_port()),
    ]
    told = CliRunner().invoke(edge, asked)
    assert told.exit_code == 0, told.output
    assert "mosquitto -c" in told.output
    plan = read_plan(tmp_path / "node" / FOLDER)
    assert plan is not None
    assert plan.site == SITE


def test_a_taken_port_is_named(store: StoreBroker, tmp_path: Path) -> None:
    """By its number, in both languages, and the command fails."""
    new_day_book(tmp_path / "other", SITE).stop()
    told = CliRunner().invoke(
        edge, ["broker", "--dir", str(tmp_path / "other"), "--port", str(store.plan.port), "--tls-port", "0"]
    )
    assert told.exit_code == 1
    assert f"Port {store.plan.port} is taken" in told.output
    assert "已被其他程序占用" in told.output


def test_a_folder_that_is_no_node_is_named(tmp_path: Path) -> None:
    """The site in every topic is the store's code, so the store comes first."""
    told = CliRunner().invoke(edge, ["broker", "--dir", str(tmp_path)])
    assert told.exit_code == 1
    assert "Error" in told.output
    assert not (tmp_path / DAY_BOOK).exists()


@pytest.mark.parametrize(
    ("spoiled", "key"),
    [("tls/server.pem", "broker_certificate_unusable"), ("accounts.json", "broker_accounts_unreadable")],
)
def test_a_spoiled_file_is_named_before_a_shop_depends_on_it(tmp_path: Path, spoiled: str, key: str) -> None:
    """Mosquitto is started with it and what it stumbles over is said in words."""
    plan = Plan(site=SITE, port=free_port(), tls_port=free_port())
    configuration = write_store_broker(tmp_path, plan)
    (tmp_path / spoiled).write_text("spoiled")
    with pytest.raises(DomainError) as refused:
        try_out(configuration, plan)
    assert refused.value.key == key


def test_a_complaint_we_have_no_words_for_is_passed_on(tmp_path: Path) -> None:
    """An option a later mosquitto no longer knows, say."""
    plan = Plan(site=SITE, port=free_port(), tls_port=0)
    configuration = write_store_broker(tmp_path, plan)
    configuration.write_text(configuration.read_text() + "no_such_option 1\n")
    with pytest.raises(DomainError) as refused:
        try_out(configuration, plan)
    assert refused.value.key == "broker_config_refused"
    assert "no_such_option" in str(refused.value.values["why"])
    assert in_words(["1: Error: Address already in use"]).key == "broker_port_taken_by_another"


def test_a_broker_is_named_by_host_and_port_and_perhaps_a_user() -> None:
    """A password never stands in a command line."""
    assert broker_address("edge-s1@box:1883", "secret").user == "edge-s1"
    for wrong in ("box", "box:", "box:x"):
        with pytest.raises(ValueError, match="is not host:port"):
            broker_address(wrong)


def test_a_new_node_gets_its_broker_in_the_same_breath(tmp_path: Path) -> None:
    """On the usual ports, unless somebody stands there: then it is named, and the node is made all the same."""
    told = CliRunner().invoke(edge, ["init", "--dir", str(tmp_path / "node"), "--store", SITE, "--broker"])
    assert told.exit_code == 0 or "is taken" in told.output, told.output
    plan = read_plan(tmp_path / "node" / FOLDER)
    assert plan is not None
    assert (plan.site, plan.port, plan.tls_port) == (SITE, 1883, 8883)
    without = CliRunner().invoke(edge, ["init", "--dir", str(tmp_path / "other"), "--broker"])
    assert without.exit_code == 2
