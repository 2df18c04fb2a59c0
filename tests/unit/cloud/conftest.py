"""A head office's database for each test: once embedded, once PostgreSQL, so that both always say the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud.app import create_app
from cloud.identity import first_run
from cloud.store.engine import Database, sqlite_url
from cloud.store.installation import Installation, Settings
from cloud.store.migrate import prepare
from cloud.store.tenant import TenantStore
from tests.support.postgres import PostgresCluster
from tests.support.prepared_postgres import PreparedDatabases
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.office import PASSWORD, Browser


@pytest.fixture(scope="session")
def prepared_databases(postgres_cluster: PostgresCluster) -> PreparedDatabases:
    """PostgreSQL databases with all tables, handed on from test to test without rows."""
    return PreparedDatabases(postgres_cluster)


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded database with all tables and no rows, to be copied."""
    file = tmp_path_factory.mktemp("prepared") / "cloud.db"
    made = Database(sqlite_url(file))
    prepare(made)
    made.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a prepared database without rows, of either kind."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("prepared_file"), tmp_path / "cloud.db")
        yield sqlite_url(tmp_path / "cloud.db")
        return
    with request.getfixturevalue("prepared_databases").lent() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A prepared database."""
    opened = Database(database_url)
    prepare(opened)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def installation(database: Database, tmp_path: Path, clock: Clock) -> Installation:
    """A head office whose tenant is made, with a clock the test moves."""
    made = Installation(database, tmp_path / "office", Settings(tenant_name="Corner shops"), clock)
    first_run.ensure_tenant(made)
    return made


@pytest.fixture
def store(installation: Installation) -> TenantStore:
    """The home tenant's rows."""
    return installation.home


@pytest.fixture
def client(installation: Installation) -> Iterator[Browser]:
    """A browser in front of a running head office."""
    with Browser(create_app(installation)) as made:
        yield made


@pytest.fixture
def owner(client: Browser, installation: Installation) -> Browser:
    """The same browser with the first owner signed in."""
    code = first_run.new_code(installation)
    told = {"code": code, "user": "boss", "name": "Boss", "password": PASSWORD}
    assert client.post("/v1/bootstrap", json=told).status_code == 200
    return client
