"""The small disk of these tests, and the head office that store tests talk to."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.edge_sync.conftest import name, office, store

__all__ = ["name", "office", "small_disk", "store"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MiB, where the machine lets us make one."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small tmpfs; the refused writes need none")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
