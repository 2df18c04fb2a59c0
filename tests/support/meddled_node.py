"""A real node whose disk does what a test says: `MeddledNode` is an `EdgeNode` with an `errors` file beside it.

node.fail("fsync", errno.EIO, times=1)      # the next sync of the day-book's log fails
node.fail("pwrite64", errno.ENOSPC)         # from now on no write finds room
node.heal()
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.edge_node import EdgeNode

_PROGRAM = """
import sys
from tests.support.meddled_node import meddle_by
meddle_by(sys.argv[1])
from edge.cli import edge
edge(sys.argv[2:])
"""
_EVER = 1 << 30


class MeddledNode(EdgeNode):
    """Starts like any node; only the day-book's own files are meddled with."""

    @property
    def _errors(self) -> Path:
        return self.folder.with_suffix(".errors")

    def start(self, program: object = None) -> None:
        super().start(program=["-c", _PROGRAM, str(self._errors)])

    def fail(self, call: str, error: int, times: int = _EVER) -> None:
        """Let the next calls fail with this error."""
        half = self._errors.with_suffix(".part")
        half.write_text(f"{call} {error} {times}")
        half.replace(self._errors)

    def heal(self) -> None:
        self._errors.unlink(missing_ok=True)


def meddle_by(errors: str) -> None:
    """In the node's process: look into the file at each call."""
    from tests.support.io_hooks import meddle

    where, failed = Path(errors), {"times": 0, "of": ""}

    def decide(call: str, path: str) -> int:
        if "ledger.db" not in path or path.endswith("-shm") or not where.exists():
            return 0
        text = where.read_text()
        wanted, error, times = text.split()
        if failed["of"] != text:
            failed.update(of=text, times=0)
        if call != wanted or int(str(failed["times"])) >= int(times):
            return 0
        failed["times"] = int(str(failed["times"])) + 1
        print(f"{call} of {path} fails with {error}", file=sys.stderr, flush=True)
        return int(error)

    meddle(decide)
