"""One head office for a module's tests, a new store for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.unit.edge_sync.office import HeadOffice
from tests.unit.edge_sync.store import Store

_numbers = count(1)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HeadOffice]:
    """A running head office with its owner signed in."""
    started = HeadOffice(tmp_path_factory.mktemp("office") / "cloud")
    started.start()
    yield started
    started.stop()


@pytest.fixture
def name() -> str:
    """A store nobody has opened yet."""
    return f"s{next(_numbers)}"


@pytest.fixture
def store(office: HeadOffice, name: str, tmp_path: Path) -> Store:
    """An enrolled store, not yet open."""
    return Store.enrolled(tmp_path / "node", office.url, office.open_store(name))
