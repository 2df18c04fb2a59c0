"""The real parts that tests lean on do start, answer and survive what tests do to them."""

import subprocess
from pathlib import Path

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

from tests.support.broker import Broker
from tests.support.postgres import PostgresCluster


def _connects(broker: Broker) -> bool:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    return client.connect(broker.host, broker.port) == mqtt.MQTT_ERR_SUCCESS


def test_a_killed_broker_comes_back_on_its_port(mosquitto: Broker) -> None:
    """A broker takes connections, and again after a power cut."""
    assert _connects(mosquitto)
    mosquitto.kill()
    mosquitto.start()
    assert _connects(mosquitto)


def test_every_test_gets_an_empty_database(postgres_cluster: PostgresCluster, postgres_url: str) -> None:
    """Two databases of one cluster know nothing of each other."""
    mine, other = (
        psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True)
        for url in (postgres_url, postgres_cluster.new_database())
    )
    with mine, other:
        mine.execute("CREATE TABLE lot (id text)")
        assert mine.execute("SELECT to_regclass('lot')").fetchone() == ("lot",)
        assert other.execute("SELECT to_regclass('lot')").fetchone() == (None,)


def test_chromium_is_there(chromium_path: str) -> None:
    """The browser that the pages are tested in answers."""
    answer = subprocess.run([chromium_path, "--version"], capture_output=True, text=True, check=True)
    assert "Chrom" in answer.stdout


def test_the_vector_files_are_found(shared_data: Path) -> None:
    """Vectors lie where the environment says, or the test says why it cannot look."""
    assert (shared_data / "iot").is_dir()
