"""`liushui simulate-shop`: a seeded day in a shop, faster than a day, over the real processes, and its books checked.

Five scanners, three scales and forty sensors; terminals unplugged, bridge, node and broker killed with SIGKILL, and the
broker gone for a twelfth of the day. What must stand in the books is reckoned from the plan (`reckoning.py`), and every
difference is told. The folder with the node's files stays where something differed.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from tests.simulator.shop_day.plan import draw

if TYPE_CHECKING:
    from tests.simulator.shop_day.checks import Found
    from tests.simulator.shop_day.shop import Shop


@click.command("simulate-shop")
@click.option("--hours", default=24.0, show_default=True, help="Of the shop's own time.")
@click.option(
    "--speed", type=click.IntRange(1, 600), default=20, show_default=True, help="Times as fast as a clock."
)
@click.option("--seed", default=1, show_default=True, help="The same seed plans the same day.")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Keep everything here; left out, a folder for a while."
)
def simulate_shop(hours: float, speed: int, seed: int, folder: Path | None) -> None:
    """Live a day in a shop with everything pulled and killed on the way; its books must be right to the last scan."""
    place = folder or Path(tempfile.mkdtemp(prefix="liushui-shop-"))
    place.mkdir(parents=True, exist_ok=True)
    found = live_a_day(place, hours=hours, speed=speed, seed=seed, tell=_tell)
    if found.wrong:
        click.echo(f"{len(found.wrong)} WRONG; everything lies in {place}")
        raise SystemExit(1)
    if folder is None:
        shutil.rmtree(place)


def live_a_day(
    place: Path,
    *,
    hours: float,
    speed: int,
    seed: int,
    tell: Callable[[str], None],
    keep: Callable[[Shop], None] = lambda _shop: None,
) -> Found:
    """Plan, live, check; what is counted and what is wrong. `keep` gets the shop when it is closed."""
    from tests.simulator.shop_day.checks import check
    from tests.simulator.shop_day.shop import Shop

    shop = Shop(place, lambda midnight_ms: draw(seed, hours, speed, midnight_ms), speed, tell)
    try:
        shop.open()
        shop.live()
    finally:
        shop.close()
    keep(shop)
    found = check(shop)
    again = sum(person.again for person in shop.people)
    tell(
        f"{', '.join(f'{count} {what}' for what, count in found.counted.items())}; {again} times people did it again, "
        f"{shop.till.again} times the till asked again, {shop.sensors.notes.not_said} messages nobody was there to take"
    )
    for line in found.wrong:
        tell(f"WRONG {line}")
    tell("all well" if not found.wrong else f"{len(found.wrong)} differences")
    return found


def _tell(line: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {line}")
