"""The house keeps its own rules: what lies at the top, which folders exist, what lock files may hold."""

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
LOCK_FILES = sorted((HOUSE / ".requirements").glob("*.txt"))


def test_the_licence_is_apache_2() -> None:
    """The full text of the licence lies at the top."""
    text = (HOUSE / "LICENSE").read_text()
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("lock", LOCK_FILES, ids=lambda lock: lock.stem)
def test_a_lock_file_pins_every_package_by_hash(lock: Path) -> None:
    """Every requirement has one exact version and at least one hash."""
    blocks = re.split(r"\n(?=\S)", re.sub(r"(?m)^#.*\n", "", lock.read_text()).strip())
    assert blocks
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+==\S+ \\\n", block), block
        assert "--hash=sha256:" in block


@pytest.mark.parametrize("lock", LOCK_FILES, ids=lambda lock: lock.stem)
def test_a_lock_file_names_no_address(lock: Path) -> None:
    """Whoever installs decides where packages come from: no index, no host, no local path."""
    assert not re.search(r"index-url|://|@ |trusted-host|find-links|/simple", lock.read_text())
