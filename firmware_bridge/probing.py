"""Which scale hangs there: what to try on a port, and what to conclude from what came back. Pure.

First we only listen, since asking one maker's question may switch another maker's balance off. Then each
protocol's harmless question is asked under the settings its scales leave the factory with. All decoders hear
every answer; the one that explains it best wins, if it explains enough of it and no other does as well:

    share    of the bytes that came, those that stand in whole frames      0.98
    frames   good ones; a frame whose checksum is wrong counts against     3
    strict   how hard it is to take other bytes for this protocol          2 (fixed columns)

The verdict is a protocol with settings, or "not sure" together with the bytes, for a person to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from firmware_bridge.drivers.frames import DriverKind, Frame, Line, Weight

LISTEN_MS = 1_200
ANSWER_MS = 600
SHARE_MIN = 0.6
STREAM_FRAMES_MIN = 2
RAW_BYTES_MAX = 512
_BAUDRATES = (9600, 4800, 2400, 1200, 19200, 38400)
_EIGHT = Line()
_LAST = ("ohaus", "ohaus_defender", "adam")
"""Asked last: `P` prints on some scales and switches an A&D balance off."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """Open the port like this, send this (or only listen), and wait so long for what comes."""

    line: Line
    query: bytes = b""
    wait_ms: int
    asks: str | None = None
    """The protocol whose question this is."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What came back on an attempt."""

    attempt: Attempt
    data: bytes


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """How well one protocol explains what was heard."""

    protocol: str
    frames: int
    share: float
    strictness: int
    sample: Weight


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A protocol and its settings; or None, the runners-up and the bytes."""

    protocol: str | None
    line: Line | None = None
    polled: bool = False
    """Whether it was silent until asked."""
    sample: Weight | None = None
    candidates: tuple[Candidate, ...] = ()
    heard: tuple[Heard, ...] = ()


def attempts(kinds: Iterable[DriverKind], *, has_settings: bool = True) -> Iterator[Attempt]:
    """What to try, in order; a port without settings of its own (TCP) is tried once for each question.

    A seven-bit stream is heard on an eight-bit port too, so listening needs one try for each speed. A question
    must go out with the right parity, or the scale does not understand it.
    """
    scales = [kind for kind in kinds if kind.measures == "weight" and not kind.record_bytes]
    for baudrate in _BAUDRATES if has_settings else _BAUDRATES[:1]:
        yield Attempt(line=Line(baudrate=baudrate), wait_ms=LISTEN_MS)
    asked: set[tuple[bytes, Line]] = set()
    for kind in sorted(scales, key=lambda kind: (kind.name in _LAST, -kind.strictness, kind.name)):
        for line in _lines_for(kind) if has_settings else (_EIGHT,):
            if kind.query and (kind.query, line) not in asked:
                asked.add((kind.query, line))
                yield Attempt(line=line, query=kind.query, wait_ms=ANSWER_MS, asks=kind.name)


def _lines_for(kind: DriverKind) -> tuple[Line, ...]:
    """The protocol's own settings, then what its makers also deliver."""
    return tuple(dict.fromkeys((kind.line, _EIGHT, Line(bytesize=7, parity="E"), Line(baudrate=2400))))


def candidate(kind: DriverKind, data: bytes, *, asked: bool) -> Candidate | None:
    """How well this protocol explains the bytes; None when it does not."""
    frames = [frame for frame in kind.make({}).feed(data) if isinstance(frame, Weight)]
    good = [frame for frame in frames if _is_good(frame)]
    if len(good) <= len(frames) - len(good) and not all(map(_is_answer, frames)):
        return None
    if not frames or (not asked and len(good) < STREAM_FRAMES_MIN):
        return None
    explained = sum(len(frame.raw) for frame in frames)
    spoken = len(bytes(byte for byte in data if byte not in b"\r\n \x8d\x8a"))
    ends = sum(byte in b"\r\n \x8d\x8a" for frame in frames for byte in frame.raw)
    share = min(1.0, (explained - ends) / spoken) if spoken else 0.0
    return Candidate(
        protocol=kind.name,
        frames=len(good),
        share=share,
        strictness=kind.strictness,
        sample=good[-1] if good else frames[-1],
    )


def _is_good(frame: Frame) -> bool:
    """A frame that tells a weight."""
    return isinstance(frame, Weight) and frame.weight is not None


def _is_answer(frame: Frame) -> bool:
    """A frame that names a state of the plate: as good as a weight for knowing the protocol."""
    return isinstance(frame, Weight) and (
        frame.weight is not None
        or frame.error in ("in_motion", "overload", "underload", "out_of_range", "not_executable", None)
    )


def candidates(kinds: Iterable[DriverKind], heard: Heard) -> list[Candidate]:
    """Every protocol that explains what was heard, the best first."""
    asked = bool(heard.attempt.query)
    found = (
        candidate(kind, heard.data, asked=asked)
        for kind in kinds
        if kind.measures == "weight" and not kind.record_bytes
    )
    return sorted(
        (one for one in found if one is not None and one.share >= SHARE_MIN),
        key=lambda one: (one.strictness, round(one.share, 1), one.frames, one.share),
        reverse=True,
    )


def conclude(kinds: Sequence[DriverKind], heard: Heard) -> Verdict | None:
    """The verdict after one attempt, or None when nothing here is convincing."""
    ranked = candidates(kinds, heard)
    if not ranked:
        return None
    best, others = ranked[0], ranked[1:]
    rival = next((one for one in others if _is_as_good(one, best)), None)
    by_name = {kind.name: kind for kind in kinds}
    if rival is not None and not _asked_for(heard.attempt, best, by_name):
        return None
    polled = bool(heard.attempt.query)
    return Verdict(
        protocol=best.protocol,
        line=_settings(heard.attempt.line, heard.data, by_name[best.protocol]),
        polled=polled,
        sample=best.sample,
        candidates=(best, *others),
        heard=(heard,),
    )


def _is_as_good(one: Candidate, best: Candidate) -> bool:
    """Whether two protocols explain the bytes equally well and read different things in them."""
    same_rank = one.strictness == best.strictness and abs(one.share - best.share) < 0.1
    reads_same = (one.sample.weight, one.sample.unit, one.sample.stable) == (
        best.sample.weight,
        best.sample.unit,
        best.sample.stable,
    )
    return same_rank and not reads_same


def _asked_for(attempt: Attempt, best: Candidate, kinds: dict[str, DriverKind]) -> bool:
    """Whether the answer came to this protocol's own question."""
    return bool(attempt.query) and kinds[best.protocol].query == attempt.query


def _settings(line: Line, data: bytes, kind: DriverKind) -> Line:
    """The line as it really is: bytes with parity on top came from seven bits, and their parity can be told."""
    if line.bytesize == 7 or kind.name == "ff_bcd5":
        return line
    odd = {byte.bit_count() % 2 for byte in data}
    if any(byte & 0x80 for byte in data) and len(odd) == 1:
        return Line(baudrate=line.baudrate, bytesize=7, parity="O" if odd == {1} else "E")
    return line


def unsure(kinds: Sequence[DriverKind], heard: Iterable[Heard]) -> Verdict:
    """Nothing convinced: whatever came, for a person to read."""
    came = tuple(Heard(attempt=one.attempt, data=one.data[:RAW_BYTES_MAX]) for one in heard if one.data)
    found = {one.protocol: one for each in came for one in candidates(kinds, each)}
    return Verdict(protocol=None, candidates=tuple(found.values()), heard=came)
