"""How drivers and normalisers are found: by lying in their folder, or by an outside package's entry point.

A new protocol is one new file. Nothing lists the members by hand, so there is no line two people must both
edit; a module that cannot be imported (a missing optional library) is reported by name and does not take
the others down.
"""

from __future__ import annotations

import logging
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")


def _in_folder(package: str, attribute: str) -> Iterator[object]:
    """The `attribute` of every module in a package's folder that has one."""
    folder = import_module(package)
    for found in sorted(pkgutil.iter_modules(folder.__path__), key=lambda module: module.name):
        try:
            module = import_module(f"{package}.{found.name}")
        except ImportError as missing:
            log.warning("member_not_loaded %s.%s: %s", package, found.name, missing)
            continue
        if hasattr(module, attribute):
            yield getattr(module, attribute)


def _from_outside(group: str) -> Iterator[object]:
    """What other installed packages offer under an entry-point group."""
    for point in entry_points(group=group):
        try:
            yield point.load()
        except (ImportError, AttributeError) as missing:
            log.warning("member_not_loaded %s: %s", point.value, missing)


@cache
def members(package: str, attribute: str, group: str, kind: type[T]) -> dict[str, T]:
    """Every member by name; one of ours wins over an outsider of the same name."""
    found: dict[str, T] = {}
    for member in (*_in_folder(package, attribute), *_from_outside(group)):
        assert isinstance(member, kind), f"{member!r} is no {kind.__name__}"
        found.setdefault(getattr(member, "name"), member)  # noqa: B009 - T carries a name by convention
    return found
