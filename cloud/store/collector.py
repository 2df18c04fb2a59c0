"""The search for cycles, put off while many values are made of which none refers to itself."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """No search for cycles in this block, which is to last for seconds at most.

    A batch of postings or a report makes tens of thousands of values; looking through them again and again took a
    quarter of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
