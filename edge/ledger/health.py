"""The caretaker of the day-book's file: it opens the file for the writer, or refuses to.

Every error of the engine passes it. A full disk costs the ballast, so that the next orders have room. A second
failure of the disk within the hour makes the node read-only: what cannot be written safely is refused, phones keep
it, and people are told. A damaged file is written down as such beside it, nothing more is written to it, and the node
begins anew to mend it (`edge.ledger.mend`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
import structlog

from edge.ledger import dbapi
from edge.ledger.clock import NowMs
from edge.ledger.disk import Ballast, Level, disk_of
from shared.hybrid_clock import AHEAD_MAX_MS

Trouble = tuple[str, dict[str, str | int]]
"""The key of a text and its values."""
State = Literal["ok", "read_only", "damaged"]

DAMAGE = "damage.json"
MENDED = "mended.json"
CHECK = "day_book_check.json"
FAILURES_WITHIN_S = 3600.0
MENDED_TOLD_MS = 7 * 86_400_000
"""So long a mended day-book is spoken of: disks that fail once fail again."""
NO_ROOM_BYTES = 1024 * 1024
"""With less than this free, an I/O error is one more way of saying that the disk is full."""

_log = structlog.get_logger("edge.health")
Kept = TypeVar("Kept", bound=msgspec.Struct)


class Damage(msgspec.Struct, frozen=True, kw_only=True):
    """The day-book's file is not what was written."""

    why: str
    at_ms: int


class Mended(msgspec.Struct, frozen=True, kw_only=True):
    """How a damaged day-book was made whole: from which copy, and how many facts came out of the damaged file."""

    why: str
    at_ms: int
    backup: str
    salvaged: int
    kept_as: str
    proven_ms: int = 0
    """When the last fact was written that could be proven."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say of the day-book's file."""

    state: State = "ok"
    why: str = ""
    since_ms: int | None = None
    mended: Mended | None = None


class Caretaker:
    """`connect` is what the writer opens the file with; `elapsed` is a clock that nobody sets."""

    def __init__(
        self,
        folder: Path,
        now_ms: NowMs,
        *,
        ballast: Ballast | None = None,
        open_file: Callable[..., dbapi.Connection] = dbapi.open_writer,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder
        self.ballast = ballast or Ballast(folder)
        self.on_damage: Callable[[], None] | None = None
        self.on_level: Callable[[Level], None] | None = None
        """Hears when the disk has become fuller or emptier by a step."""
        self._level: Level = "ok"
        self._now_ms = now_ms
        self._open_file = open_file
        self._elapsed = elapsed
        self._failed_at: float | None = None
        damage = read(folder / DAMAGE, Damage)
        self._standing = Standing(mended=read(folder / MENDED, Mended))
        if damage is not None:
            self._stand("damaged", damage.why)

    def connect(self, path: Path) -> dbapi.Connection:
        """The writing connection. Raises `dbapi.Error` while nothing may be written."""
        if self._standing.state != "ok":
            raise dbapi.Error(f"the day-book is {self._standing.state}: {self._standing.why}")
        failed = False

        def troubled(error: Exception) -> None:
            # One failure often shows in several statements; a connection counts once.
            nonlocal failed
            failed = self._hear(error, counted=failed) or failed

        try:
            return self._open_file(path, troubled=troubled)
        except dbapi.Error as error:
            troubled(error)
            raise

    @property
    def standing(self) -> Standing:
        return self._standing

    def look_at_disk(self) -> Level:
        """Lay the ballast where there is room for it, and tell of a step up or down."""
        self.ballast.lay()
        free, level = disk_of(self.folder)
        if level != self._level:
            self._level = level
            _log.warning(
                "the disk fills" if level != "ok" else "the disk has room again", level=level, free=free
            )
            if self.on_level is not None:
                self.on_level(level)
        return level

    def troubles(self, now_ms: int) -> list[Trouble]:
        """What a manager and head office should know, as keys of texts with their values."""
        standing, level = self._standing, disk_of(self.folder)[1]
        found: list[Trouble] = []
        if standing.state != "ok":
            found.append((f"day_book_{standing.state}", {"why": standing.why}))
        mended = standing.mended
        if mended is not None and now_ms - mended.at_ms < MENDED_TOLD_MS:
            found.append(("day_book_mended", {"why": mended.why, "salvaged": mended.salvaged}))
        if level != "ok":
            found.append((f"disk_{level}", {}))
        if level in ("shed", "ledger_only") and not self.ballast.held:
            found.append(("ballast_gone", {}))
        return found

    def hear_reader(self, error: Exception) -> None:
        """Somebody who only reads met an error: of the disk's troubles he can find damage."""
        if dbapi.trouble_of(error) == "corrupt":
            self.report_damage(str(error))

    def report_damage(self, why: str) -> None:
        """The file is not what was written: from now on nothing is written to it."""
        if self._standing.state == "damaged":
            return
        _log.error("the day-book is damaged", why=why)
        self._stand("damaged", why)
        try:
            keep(self.folder / DAMAGE, Damage(why=why, at_ms=self._now_ms()))
        except OSError as error:
            # Without the note the next start finds the damage by itself; writing has stopped either way.
            _log.error("the damage could not be noted", why=str(error))
        if self.on_damage is not None:
            self.on_damage()

    def _hear(self, error: Exception, *, counted: bool) -> bool:
        """Whether this was a failure of the disk."""
        trouble = dbapi.trouble_of(error)
        if trouble == "io" and self._has_no_room():
            trouble = "full"
        if trouble == "full" and self.ballast.drop():
            _log.error("the disk is full: the ballast is given up for the last orders")
        if trouble == "corrupt":
            self.report_damage(str(error))
        if trouble != "io" or counted:
            return False
        now = self._elapsed()
        if self._failed_at is not None and now - self._failed_at < FAILURES_WITHIN_S:
            _log.error("the disk failed again: nothing more is written", why=str(error))
            self._stand("read_only", str(error))
        self._failed_at = now
        return True

    def _has_no_room(self) -> bool:
        try:
            return disk_of(self.folder)[0] < NO_ROOM_BYTES
        except OSError:
            # A disk that does not even tell how full it is has failed.
            return False

    def _stand(self, state: State, why: str) -> None:
        self._standing = Standing(state=state, why=why, since_ms=self._now_ms(), mended=self._standing.mended)


def clock_is_wrong(ahead_ms: int) -> bool:
    """More than a few minutes apart from head office, the box's own time cannot be believed."""
    return abs(ahead_ms) > AHEAD_MAX_MS


def clock_troubles(ahead_ms: int) -> list[Trouble]:
    """What there is to say of a clock that differs so much from head office's."""
    if not clock_is_wrong(ahead_ms):
        return []
    return [("box_clock_ahead" if ahead_ms > 0 else "box_clock_behind", {"minutes": abs(ahead_ms) // 60_000})]


def read(path: Path, kind: type[Kept]) -> Kept | None:
    """A note beside the day-book, or None where there is none or it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def keep(path: Path, note: msgspec.Struct) -> None:
    """Write a note whole or not at all."""
    half = path.with_suffix(".part")
    half.write_bytes(msgspec.json.encode(note))
    half.replace(path)
