"""A head office's database for each test: once embedded, once PostgreSQL, so that both always say the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud.store.engine import Database, sqlite_url
from cloud.store.migrate import prepare


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of either kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "cloud.db")
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A prepared database."""
    opened = Database(database_url)
    prepare(opened)
    yield opened
    opened.close()
