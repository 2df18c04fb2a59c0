"""What a disk may still be used for as it fills, and whether it is fit for a day-book at all."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from edge.cli import edge
from edge.ledger.disk import level_of
from edge.ledger.probe import SYNCS, probe


@pytest.mark.parametrize(
    ("used", "level"),
    [
        (0.0, "ok"),
        (0.79, "ok"),
        (0.80, "warn"),
        (0.90, "shed"),
        (0.949, "shed"),
        (0.95, "ledger_only"),
        (1.0, "ledger_only"),
    ],
)
def test_a_filling_disk_sheds_what_can_wait(used: float, level: str) -> None:
    """80 % warns, 90 % stops photos, 95 % leaves the disk to the day-book."""
    assert level_of(used) == level


class Ticks:
    """A clock that a sync moves by the same step each time."""

    def __init__(self, step_s: float) -> None:
        self.step_s, self.asked = step_s, 0

    def __call__(self) -> float:
        self.asked += 1
        return self.asked // 2 * self.step_s


@pytest.mark.parametrize(
    ("step_s", "mount", "worries"),
    [
        (0.002, "ext4 rw,relatime", ()),
        (0.000_002, "ext4 rw,relatime", ("sync_too_quick",)),
        (0.3, "ext4 rw,relatime", ("sync_too_slow",)),
        (0.002, "ext4 rw,nobarrier", ("no_barriers",)),
        (0.002, "nfs4 rw", ("file_system_remote",)),
        (0.000_002, "tmpfs rw", ("sync_too_quick", "file_system_in_memory")),
    ],
)
def test_a_disk_that_cannot_keep_a_promise_is_noticed_at_set_up(
    tmp_path: Path, step_s: float, mount: str, worries: tuple[str, ...]
) -> None:
    """Syncs quicker than any disk, a memory or network file system, waiting switched off: each is told."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/x / ext4 rw 0 0\n/dev/y {tmp_path} {mount} 0 0\n")
    ticks = Ticks(step_s)
    found = probe(tmp_path, elapsed=ticks, mounts=mounts)
    assert (found.worries, ticks.asked) == (worries, 2 * SYNCS)
    assert found.file_system == mount.split()[0]


def test_the_probe_speaks_both_languages_and_leaves_nothing(tmp_path: Path) -> None:
    """Whatever it says of this machine's disk, it says twice, and its file is gone."""
    told = CliRunner().invoke(edge, ["probe", "--dir", str(tmp_path)])
    assert told.exit_code in (0, 1)
    assert len(told.output.strip().splitlines()) >= 2
    assert list(tmp_path.iterdir()) == []
