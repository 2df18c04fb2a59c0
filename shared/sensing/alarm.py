"""The cold-chain alarm of one sensor: when warm (or cold) becomes an excursion, when it ends, when nobody knows.

A state machine without a clock: samples and moments go in, what happened comes out, and the state is a value
that its keeper stores beside the samples, so a restart changes nothing.

    limit -15, hysteresis 1, raise after 300 s, clear after 120 s, a sample a minute
    08:00 -18   08:01 -14   08:02 -14   08:03 -18   08:04 -14 … 08:09 -14   08:10 -16 … 08:12 -16
                above since             reset       above since   RAISED    back since   CLEARED

* Above means strictly above the limit. Above without a contrary sample for `raise_after` raises; any sample
  not above starts the wait anew.
* At or below limit minus hysteresis, for `clear_after`, clears; any other sample starts that wait anew.
* Low limits are the mirror image. A sensor with both has two alarms that know nothing of each other.
* A gap shorter than `offline_after` changes nothing: a sensor that reports only changes still says "as
  before". A longer one raises `Silence`, and what was being waited for is forgotten, because nobody saw it. An
  excursion that is open stays open: silence is never "OK".
* Samples without a believable value are no samples: they neither raise nor clear nor break a silence.
* A sample that is masked (`shared.sensing.masks`: the fridge defrosts, its door stands open) is heard, but says
  nothing about too warm: it neither raises nor clears, and waits stand still from it until the next one that counts.
  Too cold is never masked; nothing that is explained by an open door makes a place colder.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Side = Literal["high", "low"]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What is too warm or too cold, and for how long. Values in millionths of the unit."""

    high: int | None = None
    low: int | None = None
    hysteresis: int
    raise_after_ms: int
    clear_after_ms: int
    offline_after_ms: int

    def limit(self, side: Side) -> int | None:
        return self.high if side == "high" else self.low


class SideState(msgspec.Struct, frozen=True, kw_only=True):
    """One limit: `since_ms` is when the wait began, to raise while calm and to clear while raised."""

    raised: bool = False
    since_ms: int | None = None
    began_ms: int = 0
    peak: int = 0
    """The worst value since it began; of no meaning while calm and not waiting."""
    paused_ms: int | None = None
    """Since when a wait stands still, because what is measured is masked."""
    stood_ms: int = 0
    """For how long this wait has stood still before."""


class AlarmState(msgspec.Struct, frozen=True, kw_only=True):
    """Everything to remember. `last_ms` is the last sample, before the first one the moment of assignment."""

    last_ms: int
    silent: bool = False
    high: SideState = SideState()
    low: SideState = SideState()

    def side(self, side: Side) -> SideState:
        return self.high if side == "high" else self.low

    @property
    def raised(self) -> bool:
        return self.high.raised or self.low.raised


class Raised(msgspec.Struct, frozen=True, tag="raise"):
    """Too warm (or cold) since `began_ms`, for long enough at `at_ms`; `value` is the worst so far."""

    at_ms: int
    side: Side
    began_ms: int
    limit: int
    value: int


class Cleared(msgspec.Struct, frozen=True, tag="clear"):
    at_ms: int
    side: Side
    began_ms: int
    peak: int


class Silence(msgspec.Struct, frozen=True, tag="offline"):
    at_ms: int
    last_ms: int


class Heard(msgspec.Struct, frozen=True, tag="heard"):
    at_ms: int


AlarmEvent: TypeAlias = Raised | Cleared | Silence | Heard
SIDES: tuple[Side, Side] = ("high", "low")


def watch(rule: Rule, state: AlarmState, now_ms: int) -> tuple[AlarmState, list[AlarmEvent]]:
    """What time alone brings by `now_ms`, this moment included: waits that are over, and silence."""
    return _time(rule, state, now_ms, sample_follows=False)


def sample(
    rule: Rule, state: AlarmState, at_ms: int, value: int, *, masked: bool = False
) -> tuple[AlarmState, list[AlarmEvent]]:
    """What a good sample brings. One older than the last is history: the caller keeps it from here."""
    assert at_ms >= state.last_ms, "an alarm cannot look back"
    state, events = _time(rule, state, at_ms, sample_follows=True)
    if state.silent:
        events.append(Heard(at_ms))
    gap = at_ms - state.last_ms >= rule.offline_after_ms
    high = _forget(state.high) if gap else state.high
    state = AlarmState(
        last_ms=at_ms,
        high=_stand_still(high, at_ms) if masked else _seen(rule, "high", _go_on(high, at_ms), at_ms, value),
        low=_seen(rule, "low", _forget(state.low) if gap else state.low, at_ms, value),
    )
    state, over = _waits(rule, state, at_ms)
    return state, events + over


def warning(state: AlarmState) -> bool:
    """Outside a limit, but not yet for long enough."""
    return any(not side.raised and side.since_ms is not None for side in (state.high, state.low))


def _time(
    rule: Rule, state: AlarmState, to_ms: int, *, sample_follows: bool
) -> tuple[AlarmState, list[AlarmEvent]]:
    """Waits count only while the sensor is heard. At the very moment of a sample, the sample speaks first."""
    silent_at = state.last_ms + rule.offline_after_ms
    state, events = _waits(rule, state, min(silent_at, to_ms - 1 if sample_follows else to_ms))
    if to_ms >= silent_at and not state.silent:
        events.append(Silence(silent_at, state.last_ms))
        state = msgspec.structs.replace(state, silent=True)
    return state, events


def _waits(rule: Rule, state: AlarmState, to_ms: int) -> tuple[AlarmState, list[AlarmEvent]]:
    """The waits that are over by `to_ms`, in the order in which they ended."""
    sides: dict[Side, SideState] = {}
    events: list[Raised | Cleared] = []
    for name in SIDES:
        side, event = _wait(rule, name, state.side(name), to_ms)
        sides[name] = side
        if event:
            events.append(event)
    events.sort(key=lambda event: event.at_ms)
    return msgspec.structs.replace(state, high=sides["high"], low=sides["low"]), [*events]


def _wait(rule: Rule, name: Side, side: SideState, to_ms: int) -> tuple[SideState, Raised | Cleared | None]:
    if side.since_ms is None or side.paused_ms is not None:
        return side, None
    due_ms = side.since_ms + side.stood_ms + (rule.clear_after_ms if side.raised else rule.raise_after_ms)
    if to_ms < due_ms:
        return side, None
    if side.raised:
        return SideState(), Cleared(due_ms, name, side.began_ms, side.peak)
    limit = rule.limit(name)
    if limit is None:  # the rule was changed while we waited
        return SideState(), None
    raised = SideState(raised=True, began_ms=side.since_ms, peak=side.peak)
    return raised, Raised(due_ms, name, side.since_ms, limit, side.peak)


def _seen(rule: Rule, name: Side, side: SideState, at_ms: int, value: int) -> SideState:
    """One side after a sample, before asking which waits are over."""
    limit = rule.limit(name)
    sign = 1 if name == "high" else -1
    if side.raised:
        worst = max(side.peak * sign, value * sign) * sign
        # Without a limit (the rule was changed) nothing is too warm any more.
        back = limit is None or value * sign <= limit * sign - rule.hysteresis
        since = (at_ms if side.since_ms is None else side.since_ms) if back else None
        stood_ms = side.stood_ms if back else 0
        return SideState(raised=True, since_ms=since, began_ms=side.began_ms, peak=worst, stood_ms=stood_ms)
    if limit is None or value * sign <= limit * sign:
        return SideState()
    if side.since_ms is None:
        return SideState(since_ms=at_ms, peak=value)
    worst = max(side.peak * sign, value * sign) * sign
    return SideState(since_ms=side.since_ms, peak=worst, stood_ms=side.stood_ms)


def _stand_still(side: SideState, at_ms: int) -> SideState:
    """A masked sample: what is being waited for is not counted on, and not forgotten either."""
    if side.since_ms is None or side.paused_ms is not None:
        return side
    return msgspec.structs.replace(side, paused_ms=at_ms)


def _go_on(side: SideState, at_ms: int) -> SideState:
    """The first sample that counts again."""
    if side.paused_ms is None:
        return side
    return msgspec.structs.replace(side, paused_ms=None, stood_ms=side.stood_ms + at_ms - side.paused_ms)


def _forget(side: SideState) -> SideState:
    """After a silence: what was being waited for was not seen; what is raised stays raised."""
    if side.raised:
        return SideState(raised=True, began_ms=side.began_ms, peak=side.peak)
    return SideState()
