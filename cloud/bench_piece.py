"""A piece of a day-book on its whole way: pushed by nodes, projected, posted, each part timed in the same run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import msgspec

from cloud.bench import FRAME
from cloud.books.poster import Poster
from cloud.identity.nodes import KnownNode
from cloud.intake import projector, push
from shared.sync.messages import Pushed


class Piece(msgspec.Struct, frozen=True):
    """Seconds that so many facts took on each part of their way; the processor's for posting besides, which tell of
    growth on a busy machine, too."""

    facts: int
    pushed_s: float
    projected_s: float
    posted_s: float
    posting_cpu_s: float


def take_in(poster: Poster, frames: Sequence[tuple[KnownNode, bytes]], now_ms: int) -> Piece:
    """Full frames, each of the node that sent it, all of one company."""
    store = frames[0][0].store
    marks = [time.perf_counter()]
    for node, frame in frames:
        answer = push.receive(node, frame, now_ms)
        assert isinstance(answer, Pushed), answer
    marks.append(time.perf_counter())
    projector.project_all(store, now_ms)
    marks.append(time.perf_counter())
    cpu_s = time.process_time()
    passed = poster.post_all(now_ms)
    cpu_s = time.process_time() - cpu_s
    marks.append(time.perf_counter())
    facts = len(frames) * FRAME
    assert passed == facts, (passed, facts)
    return Piece(facts, marks[1] - marks[0], marks[2] - marks[1], marks[3] - marks[2], cpu_s)


def rates(pieces: Sequence[Piece]) -> dict[str, Any]:
    """Facts a second of each part, and posting per intake: per facts that are durable and count in every report,
    which the books have to keep up with, and beside it the harder measure, per facts that are only durable."""
    facts = sum(piece.facts for piece in pieces)
    pushed_s, projected_s, posted_s = (
        sum(getattr(piece, name) for piece in pieces) for name in ("pushed_s", "projected_s", "posted_s")
    )
    return {
        "pushed_per_s": round(facts / pushed_s),
        "projected_per_s": round(facts / projected_s),
        "posted_per_s": round(facts / posted_s),
        "posted_per_taken_in": round((pushed_s + projected_s) / posted_s, 3),
        "posted_per_pushed": round(pushed_s / posted_s, 3),
    }
