"""What the loop's tests store into: a disk that can be full, break at a COMMIT, or take its time over one."""

import threading

from edge.intake.fold import Folded, Message
from edge.intake.mqtt import Commit
from edge.ledger import dbapi
from shared.sensing.reading import (
    Ack,
    Reading,
    decode_birth,
    decode_data,
    watermark_after_birth,
    watermark_after_data,
)
from tests.support.bridge_talk import NOW_MS


def reading(seq: int) -> Reading:
    """A weight, known by its number."""
    return Reading(seq=seq, kind="weight", device="w", quantity="weight", value="1", unit="g", ts_ms=NOW_MS)


class Disk:
    """Takes batches; `full` and `broken` make it refuse as SQLite does, at the writing or at the COMMIT.

    A COMMIT ends when `ready` is set; `waiting` is how many have begun.
    """

    def __init__(self) -> None:
        self.full = False
        self.broken = False
        self.forgetful = False
        self.refused = 0
        self.waiting = 0
        self.ready = threading.Event()
        self.ready.set()
        self.batches: list[list[Message]] = []
        self.shown: list[bytes] = []
        self._upto: dict[tuple[str, str], int] = {}

    def write(self, messages: list[Message]) -> Commit:
        if self.full:
            self.refuse()
        return lambda: self.commit(messages)

    def refuse(self) -> None:
        self.refused += 1
        raise dbapi.Error("database or disk is full")

    def commit(self, messages: list[Message]) -> Folded:
        self.waiting += 1
        self.ready.wait(60)
        if self.broken:
            self.refuse()
        self.batches.append(messages)
        if self.forgetful:
            # It is on the disk, and the engine could not say so.
            self.refuse()
        folded = Folded()
        for message in messages:
            bridge, epoch, upto = self._watermark(message)
            # The broker hands out a retained birth once more after every call: it must not take back a word given
            # for readings of the same batch.
            self._upto[bridge, epoch] = upto
            folded.answers[bridge, epoch] = Ack(epoch=epoch, upto=upto)
        return folded

    def _watermark(self, message: Message) -> tuple[str, str, int]:
        """How far this message brings its bridge, by the rule of the real intake."""
        if message.topic.endswith("/data"):
            data = decode_data(message.payload)
            return (
                data.bridge,
                data.epoch,
                watermark_after_data(self._upto.get((data.bridge, data.epoch), 0), data),
            )
        birth = decode_birth(message.payload)
        return (
            birth.bridge,
            birth.epoch,
            watermark_after_birth(self._upto.get((birth.bridge, birth.epoch), 0), birth),
        )

    def numbers(self) -> list[int]:
        return [
            reading.seq
            for batch in self.batches
            for message in batch
            if message.topic.endswith("/data")
            for reading in decode_data(message.payload).readings
        ]
