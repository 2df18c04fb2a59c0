"""What every test may ask for: a real broker, real PostgreSQL, the system's Chromium, the vector files.

Nothing here pretends: each fixture starts the real part on a free port in a temporary folder and waits for
the part's own word that it is ready.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.support import browser, ports
from tests.support.broker import Broker
from tests.support.postgres import PostgresCluster

# No test is timed: on a busy machine a deadline fails what is right. In CI the examples are the same in every run.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "house")

HOUSE = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def house() -> Path:
    """The top of the checkout."""
    return HOUSE


@pytest.fixture
def free_port() -> int:
    """A loopback port that nobody listens on; `tests.support.ports.free_port` gives more of them."""
    return ports.free_port()


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Broker]:
    """A running broker of the test's own, with `host`, `port`, and `kill`, `stop`, `start` for bad days."""
    folder = tmp_path / "broker"
    folder.mkdir()
    broker = Broker(folder)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    """One PostgreSQL cluster for the whole run; ask it for a `new_database()`."""
    cluster = PostgresCluster()
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
def postgres_url(postgres_cluster: PostgresCluster) -> str:
    """The SQLAlchemy URL of an empty PostgreSQL database of the test's own."""
    return postgres_cluster.new_database()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The system's Chromium, for Playwright's `executable_path`."""
    return browser.chromium_path()


@pytest.fixture(scope="session")
def chromium_arguments() -> list[str]:
    """The switches Chromium needs on this machine, for Playwright's `args`."""
    return browser.chromium_arguments()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of vectors and golden files, which lies beside a checkout and is not part of it."""
    folder = Path(os.environ.get("LIUSHUI_SHARED", HOUSE.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"no vector files at {folder}: set LIUSHUI_SHARED to the folder that holds data/")
    return folder
