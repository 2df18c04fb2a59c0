"""A store's writer in a process of its own that is killed at its n-th write to the disk, again and again.

`KilledWriter` starts one helper process that has loaded the product; for every life it forks, so that forty lives cost
seconds. The fork opens the day-book, says of each op what became of it as soon as the writer has, and dies by SIGKILL
inside the write, sync or cut that was its n-th: before it, or with half of it done.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

AT_ONCE = 3
"""So many batches are on their way together, as in a shop with several phones."""
HOUSE = Path(__file__).resolve().parents[2]


class KilledWriter:
    """`live` returns what was acknowledged: op id -> (log, seq, count), and whether the end was a kill."""

    def __init__(self) -> None:
        self._helper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.killed_writer"],
            cwd=HOUSE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def live(
        self, path: Path, ops: list[list[dict[str, Any]]], dies_at: int, half: bool
    ) -> tuple[dict[str, list[Any]], bool]:
        """One life: the batches of ops are asked in order until all are answered or the end comes."""
        assert self._helper.stdin
        assert self._helper.stdout
        order = {"path": str(path), "ops": ops, "dies_at": dies_at, "half": half}
        self._helper.stdin.write(json.dumps(order) + "\n")
        self._helper.stdin.flush()
        told: dict[str, list[Any]] = {}
        for line in self._helper.stdout:
            said = json.loads(line)
            if "ended" in said:
                return told, said["ended"] != 0
            told.update(said)
        raise AssertionError("the helper has gone")

    def close(self) -> None:
        assert self._helper.stdin
        self._helper.stdin.close()
        assert self._helper.wait() == 0


def _serve() -> None:
    import threading  # the helper itself never has a second thread, so that it may fork

    import edge.ledger.writer  # loaded once, for all lives

    assert edge.ledger.writer
    assert threading.active_count() == 1
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _life(json.loads(line))
        _, status = os.waitpid(child, 0)
        _say({"ended": status})


def _life(order: dict[str, Any]) -> None:
    import msgspec
    import structlog

    from edge.ledger.recording import Asker, prepare
    from edge.ledger.writer import Writer
    from shared.access.roles import EVERY_PERMISSION
    from shared.ledger.ops import Op
    from tests.support.io_hooks import HALF, end_process, meddle

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    left = order["dies_at"]

    def decide(call: str, path: str) -> int:
        nonlocal left
        if path.endswith("-shm"):
            return 0
        left -= 1
        if left == 0:
            if order["half"]:
                return HALF
            end_process()
        return 0

    writer = Writer(Path(order["path"]))
    asker = Asker(actor="owner", permissions=EVERY_PERMISSION, auth_level="password")
    meddle(decide)
    writer.start()
    batches = [[prepare(msgspec.convert(op, Op)) for op in map(_raw, batch)] for batch in order["ops"]]
    for at in range(0, len(batches), AT_ONCE):
        waiting = [writer.submit(batch, asker) for batch in batches[at : at + AT_ONCE]]
        for future in waiting:
            answers = future.result()
            _say({answer.op_id.hex(): [_text(answer.log), answer.seq, answer.count] for answer in answers})
    writer.stop()
    os._exit(0)


def _raw(op: dict[str, Any]) -> dict[str, Any]:
    import msgspec

    return op | {"body": msgspec.Raw(json.dumps(op["body"]).encode())}


def _text(log: bytes | None) -> str | None:
    return None if log is None else log.hex()


def _say(what: dict[str, Any]) -> None:
    # Past Python's buffers: a life may end at any moment, and a fork must not print what its parent had waiting.
    os.write(1, (json.dumps(what) + "\n").encode())


if __name__ == "__main__":
    _serve()
