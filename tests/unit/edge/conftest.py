"""One running node for all tests that only talk to it; tests that break a node start their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.edge_node import EdgeNode, Phone, running_node


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeNode]:
    """A real node process with the small test shop."""
    with running_node(tmp_path_factory.mktemp("shop") / "node") as running:
        yield running


@pytest.fixture(scope="module")
def manager(node: EdgeNode) -> Phone:
    return node.sign_in("store_manager")


@pytest.fixture(scope="module")
def clerk(node: EdgeNode) -> Phone:
    return node.sign_in("clerk")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A fresh folder for a node of the test's own."""
    return tmp_path / "node"
