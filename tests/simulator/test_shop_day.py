"""The simulated shop: a short seeded day in every test run, what the second reckoning makes of hard cases, and that
the checks would notice."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from edge.intake.service import FILE_NAME
from edge.ledger import dbapi
from tests.simulator.shop_day import reckoning
from tests.simulator.shop_day.checks import check
from tests.simulator.shop_day.command import live_a_day
from tests.simulator.shop_day.plan import MINUTE, Sensor, draw
from tests.simulator.shop_day.reckoning import Excursion, Heard, Silence
from tests.simulator.shop_day.shop import Shop

FRIDGE = Sensor(
    device="fridge",
    kind="zigbee2mqtt",
    interval_ms=MINUTE,
    high=80,
    low=0,
    raise_after_ms=15 * MINUTE,
    clear_after_ms=5 * MINUTE,
    offline_after_ms=20 * MINUTE,
)


def heard(*told: tuple[int, int], came: int = 0) -> list[Heard]:
    """(minute, tenths of a degree); `came` minutes later."""
    return [Heard(at_ms=at * MINUTE, came_ms=(at + came) * MINUTE, tenths=tenths) for at, tenths in told]


def never(_at_ms: int, _tenths: int) -> bool:
    return False


def minutes(first: int, last: int, tenths: int) -> list[tuple[int, int]]:
    """A sample a minute, from the first to before the last."""
    return [(minute, tenths) for minute in range(first, last)]


def test_a_short_day_with_everything_pulled_and_killed_ends_with_true_books(tmp_path: Path) -> None:
    """Half an hour at sixty times: bridge, node and broker killed, the broker gone, cables pulled; then the checks
    are shown books from which a scan and an alarm are missing."""
    told: list[str] = []
    shops: list[Shop] = []
    found = live_a_day(tmp_path, hours=0.5, speed=60, seed=3, tell=told.append, keep=shops.append)
    assert not found.wrong, "\n".join(told)
    (shop,), counted = shops, found.counted
    assert counted["scans"] > 30
    assert counted["weights"] > 5
    assert counted["excursions"] > 3
    assert {window.what for window in shop.windows} == {"bridge", "node", "broker"}

    db = dbapi.open_scratch(shop.node.folder / FILE_NAME)
    db.execute("DELETE FROM scan WHERE id = (SELECT max(id) FROM scan)")
    db.execute("UPDATE weight SET stable = NULL WHERE id = 1")
    db.close()
    probe = next(sensor for sensor in shop.plan.sensors if sensor.kind == "tasmota")
    for note in shop.sensors.notes.of(probe.device):
        note.sample = msgspec.structs.replace(note.sample, tenths=probe.high + 10)
    noticed = " ".join(check(shop).wrong)
    assert "scans:" in noticed
    assert "stable None" in noticed
    assert f"{probe.name} ({probe.device}): excursion" in noticed


def test_a_plan_is_its_seed() -> None:
    """The same twice, and another for another seed."""
    assert draw(5, 24, 20, 0) == draw(5, 24, 20, 0) != draw(6, 24, 20, 0)


def test_a_day_has_what_was_asked_for() -> None:
    """5 scanners, 3 scales of three protocols, 40 sensors, two hours without a broker, every kill several times."""
    plan = draw(1, 24, 20, 0)
    assert (len(plan.scanners), len(set(plan.scale_kinds.values())), len(plan.sensors)) == (5, 3, 40)
    assert plan.outage.for_ms == 120 * MINUTE
    kills = [fault.what for fault in plan.faults]
    assert all(kills.count(what) >= 3 for what in ("bridge", "node", "broker"))


def test_warm_for_long_enough_is_one_excursion_with_its_end() -> None:
    """From the first warm sample; over when it has been cool for five minutes."""
    told = heard(*minutes(0, 3, 40), *minutes(3, 20, 85), *minutes(20, 30, 40))
    assert reckoning.excursions(FRIDGE, told, never) == [Excursion("high", 3 * MINUTE, 25 * MINUTE)]


@pytest.mark.parametrize("tenths", [80, 79])
def test_at_the_limit_is_not_above(tenths: int) -> None:
    """Eight degrees in a fridge that may have eight."""
    assert reckoning.excursions(FRIDGE, heard(*minutes(0, 60, tenths)), never) == []


def test_one_cool_sample_begins_the_wait_anew() -> None:
    """Fourteen warm minutes twice are not fifteen in a row."""
    told = heard(*minutes(0, 14, 85), (14, 40), *minutes(15, 29, 85), *minutes(29, 40, 40))
    assert reckoning.excursions(FRIDGE, told, never) == []


def test_a_sensor_that_says_nothing_new_still_says_the_same() -> None:
    """One warm sample holds until the next, or until the sensor counts as silent."""
    assert reckoning.excursions(FRIDGE, heard((0, 85), (18, 40), (30, 40)), never) == [
        Excursion("high", 0, 23 * MINUTE)
    ]
    assert reckoning.excursions(FRIDGE, heard((0, 40), (2, 85), (12, 40)), never) == []


def test_silence_forgets_what_was_waited_for_and_ends_no_excursion() -> None:
    """Warm, gone, warm again: begun anew. Raised, gone, cool: one excursion, ended by what was seen."""
    gone = heard(*minutes(0, 10, 85), *minutes(29, 33, 85), *minutes(33, 40, 40))
    assert (
        reckoning.excursions(msgspec.structs.replace(FRIDGE, offline_after_ms=4 * MINUTE), gone, never) == []
    )
    raised = heard(*minutes(0, 16, 85), *minutes(60, 70, 40))
    assert reckoning.excursions(FRIDGE, raised, never) == [Excursion("high", 0, 65 * MINUTE)]
    assert reckoning.silences(FRIDGE, raised) == [Silence(15 * MINUTE, 60 * MINUTE)]


def test_what_comes_late_was_silent_for_the_store() -> None:
    """A bridge without a broker goes on measuring; the store hears of it an hour later."""
    told = heard(*minutes(0, 5, 40)) + heard(*minutes(5, 8, 40), came=60)
    assert reckoning.silences(FRIDGE, told) == [Silence(4 * MINUTE, 5 * MINUTE)]


def test_an_excused_sample_counts_neither_way() -> None:
    """Ten warm minutes, a door open for ten, five more warm minutes: fifteen."""
    sensor = msgspec.structs.replace(
        FRIDGE, door="door", door_open_ms=12 * MINUTE, door_after_ms=MINUTE, masked_up_to=140
    )
    door = [(9 * MINUTE + 30_000, True), (18 * MINUTE + 30_000, False)]
    told = heard(*minutes(0, 26, 85), *minutes(26, 40, 40))
    masked = reckoning.mask_of(sensor, door, 0)
    assert [masked(minute * MINUTE, 85) for minute in (9, 10, 18, 19, 20)] == [False, True, True, True, False]
    assert reckoning.excursions(sensor, told, masked) == [Excursion("high", 0, 31 * MINUTE)]
    assert not masked(12 * MINUTE, 141)
