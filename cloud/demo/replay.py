"""Sends a story to where it happened, in order, however often a process on the way is killed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

import msgspec

from cloud.demo.ops import Op
from cloud.demo.wire import Person, batches

KEPT_REFUSALS = 20


class Sent(msgspec.Struct):
    """How far one replay has come."""

    ops: int = 0
    facts: int = 0
    refused: int = 0
    photos: int = 0
    refusals: list[str] = []


def replay(
    ops: Sequence[Op],
    people: Mapping[str, Person],
    photos: Mapping[str, bytes],
    sent: Sent,
    stopping: threading.Event,
    progress: Callable[[Sent], None] | None = None,
) -> Sent:
    """Every op by the person it belongs to; a photograph is there before the op that shows it."""
    for batch in batches(ops):
        if stopping.is_set():
            return sent
        person = people[batch[0].user]
        for op in batch:
            for photo in op.photos:
                person.put_photo(photo, photos[photo])
                sent.photos += 1
        for op, result in zip(batch, person.ops(batch), strict=True):
            sent.ops += 1
            if result["state"] == "accepted":
                sent.facts += result.get("count") or 0
                continue
            sent.refused += 1
            if len(sent.refusals) < KEPT_REFUSALS:
                error = result.get("error") or {}
                sent.refusals.append(
                    f"{op.store or 'office'} {op.kind} {op.op_id}: {error.get('text') or error}"
                )
        if progress is not None:
            progress(sent)
    return sent
