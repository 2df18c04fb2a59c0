"""What the figures must be, computed straight from the source file: a dozen lines that know nothing of Liushui.

This is the other half of the demo's proof, so it shares no code with the story it checks: it reads the CSV,
moves the days by whole weeks so that the last one is yesterday, and adds up integers.
"""

from __future__ import annotations

import csv
import gzip
from datetime import date, datetime, timedelta
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "data" / "transactions.csv.gz"


Figures = dict[str, int]
"""amount in cents, qty in pieces, lines of baskets, and count of baskets."""


def figures_of_source(
    today: date, days: int | None = None, stores: tuple[str, ...] | None = None, source: Path = SOURCE
) -> dict[tuple[str, str], Figures]:
    """Sales by (store, day) that head office must show for the replayed days."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    yesterday = today - timedelta(days=1)
    last = max(datetime.fromisoformat(row["at"]).date() for row in rows)
    shift = timedelta()
    while last + shift < yesterday:
        shift += timedelta(days=7)
    found: dict[tuple[str, str], Figures] = {}
    seen: set[str] = set()
    for row in rows:
        day = datetime.fromisoformat(row["at"]).date() + shift
        store = "S" + row["store"]
        if day > yesterday or (days is not None and day <= yesterday - timedelta(days=days)):
            continue
        if stores is not None and store not in stores:
            continue
        figures = found.setdefault((store, day.isoformat()), {"amount": 0, "qty": 0, "lines": 0, "count": 0})
        figures["amount"] += int(row["amount"])
        figures["qty"] += int(row["quantity"])
        figures["lines"] += 1
        figures["count"] += row["basket"] not in seen
        seen.add(row["basket"])
    return found


def in_all(figures: dict[tuple[str, str], Figures]) -> Figures:
    """The chain's total over all days."""
    names = ("amount", "qty", "lines", "count")
    return {name: sum(day[name] for day in figures.values()) for name in names}
