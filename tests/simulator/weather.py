"""What may go wrong in one run, and how often: drawn from the seed, so that every seed has a climate of its own.

Most faults are absent from most seeds (a swarm): a run in which everything fails at once hides what two faults do
to each other. Rates are chances per message, or events per virtual minute.
"""

from __future__ import annotations

import random

import msgspec

NODE_TROUBLES = {
    "crash": 2.0,
    "kill": 1.5,
    "restart": 1.5,
    "copy": 2.0,
    "restore": 1.5,
    "twin": 0.5,
    "replace": 0.4,
    "clock": 3.0,
    "commit_fails": 1.0,
    "line_down": 1.5,
    "swizzle": 0.5,
    "revoke": 0.4,
    "program": 0.5,
}
"""At the stores, with how often each is usual in a minute where it happens at all."""

OFFICE_TROUBLES = {
    "office_crash": 2.0,
    "office_down": 1.0,
    "office_backup": 2.0,
    "office_restore": 1.0,
    "projector_pauses": 1.0,
    "stray_row": 0.7,
}

RIGHTS_TROUBLES = {"lose_phone": 2.0, "lose_rights": 1.5, "decide": 3.0}
"""Phones that are lost, people who lose rights, and a manager who decides before the calm."""

BOX_SAFE_TROUBLES = frozenset(("restore", "replace"))
"""What takes facts from a box for good; a seed without them may restore head office from any copy at all."""


class Weather(msgspec.Struct, frozen=True, kw_only=True):
    """One seed's climate."""

    stores: int
    phones: int
    minutes: float
    drop: float
    duplicate: float
    slow_s: float
    damage: float
    phone_drop: float
    per_minute: dict[str, float]
    counts: bool
    photos: bool
    old_office: tuple[str, ...]
    """How head office's program fails on what it is too old for: unknown, unreadable, unstorable; empty: it is not."""
    any_backup: bool
    rights_per_minute: dict[str, float] = {}
    """Drawn from a die of its own, so that a seed without them is what it was before there were any."""
    ops_per_minute: float
    master_per_minute: float


def draw_rights(die: random.Random) -> dict[str, float]:
    """Who may lose what, and how often; nothing at all in most seeds."""
    rates = {
        name: usual * die.uniform(0.3, 1.5) for name, usual in RIGHTS_TROUBLES.items() if die.random() < 0.2
    }
    return rates if rates.keys() - {"decide"} else {}


def draw(die: random.Random) -> Weather:
    """The climate of a seed; calls nothing but the die."""
    per_minute = {}
    for name, usual in (NODE_TROUBLES | OFFICE_TROUBLES).items():
        there = die.random() < 0.4
        rate = usual * die.uniform(0.3, 1.5)
        if there:
            per_minute[name] = rate
    if "restore" in per_minute:
        per_minute.setdefault("copy", 2.0)
    if "office_restore" in per_minute:
        per_minute.setdefault("office_backup", 2.0)
    bad_line = die.random() < 0.75
    return Weather(
        stores=die.choice((1, 2, 2)),
        phones=die.choice((1, 2)),
        minutes=die.choice((1.0, 1.5)),
        drop=die.uniform(0, 0.15) if bad_line else 0.0,
        duplicate=die.uniform(0, 0.2) if die.random() < 0.5 else 0.0,
        slow_s=die.choice((0.05, 0.5, 4.0)),
        damage=die.uniform(0, 0.1) if die.random() < 0.4 else 0.0,
        phone_drop=die.uniform(0, 0.25) if die.random() < 0.6 else 0.0,
        per_minute=per_minute,
        counts=die.random() < 0.3,
        photos=die.random() < 0.2,
        old_office=tuple(way for way in ("unknown", "unreadable", "unstorable") if die.random() < 0.12),
        any_backup=not BOX_SAFE_TROUBLES & per_minute.keys(),
        ops_per_minute=die.uniform(15, 45),
        master_per_minute=die.choice((0.0, 3.0, 12.0)),
    )
