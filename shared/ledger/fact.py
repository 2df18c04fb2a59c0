"""The base of every fact type and the registry that finds them.

A fact type is a frozen Struct named by its ClassVar `kind`, `area.past_tense.vN`. Dropping a module called
`events` into an area folder adds its types. Published types change by addition only; anything else is a new
version, and the old type gets a method `upcast` that gives the newer fact: decisions and projections know that alone.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from functools import cache
from threading import Lock
from typing import ClassVar

import msgspec

import shared

_ENCODER = msgspec.msgpack.Encoder()

DESCRIBING = Lock()
"""Held while a decoder is made: msgspec describes a type once, and a second thread that meets a description half
made decodes with it, which ends the process."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Something that happened in the shop. Quantities and prices in millionths, amounts in fen."""

    kind: ClassVar[str]

    def about(self) -> str:
        """The aggregate that a quarantined fact of this kind holds back with it; empty when it stands alone."""
        return ""

    def rests_on(self) -> str:
        """The aggregate without which this fact means nothing: it waits with it, and falls with it; mostly none."""
        return ""


@cache
def kind_and_version(kind: str) -> tuple[str, int]:
    """("stock.goods_received", 1) of "stock.goods_received.v1"."""
    name, _, version = kind.rpartition(".v")
    assert version.isdigit(), f"{kind} is not area.past_tense.vN"
    return name, int(version)


def area_modules(name: str) -> list[str]:
    """Dotted names of `shared.<area>.<name>` for every area that has that module, sorted."""
    found = []
    for area in pkgutil.iter_modules(shared.__path__):
        if area.ispkg:
            spec = importlib.util.find_spec(f"shared.{area.name}.{name}")
            if spec is not None:
                found.append(f"shared.{area.name}.{name}")
    return sorted(found)


@cache
def fact_types() -> dict[tuple[str, int], type[Fact]]:
    """Every known fact type by (kind, version)."""
    known: dict[tuple[str, int], type[Fact]] = {}
    for module_name in area_modules("events"):
        for value in vars(importlib.import_module(module_name)).values():
            if isinstance(value, type) and issubclass(value, Fact) and value is not Fact:
                key = kind_and_version(value.kind)
                assert known.get(key, value) is value, f"{value.kind} stands twice"
                known[key] = value
    return known


@cache
def _decoder(kind: str, version: int) -> msgspec.msgpack.Decoder[Fact] | None:
    fact_type = fact_types().get((kind, version))
    if fact_type is None:
        return None
    with DESCRIBING:
        return msgspec.msgpack.Decoder(fact_type)


def encode_body(fact: Fact) -> bytes:
    """The content of a fact as it stands in the envelope."""
    return _ENCODER.encode(fact)


def decode_body(kind: str, version: int, body: bytes) -> Fact | None:
    """The fact, or None for a type this program does not know (it is parked, never dropped)."""
    decoder = _decoder(kind, version)
    return None if decoder is None else current(decoder.decode(body))


def is_old(fact_type: type[Fact]) -> bool:
    """Whether facts of this type are read as a newer version of it."""
    return hasattr(fact_type, "upcast")


def current(fact: Fact) -> Fact:
    """The fact as today's program says it. The bytes in the log stay what they are; only reading goes on."""
    while is_old(type(fact)):
        newer: Fact = fact.upcast()  # type: ignore[attr-defined]
        assert newer.kind.rpartition(".v")[0] == fact.kind.rpartition(".v")[0], (
            f"{fact.kind} became {newer.kind}"
        )
        fact = newer
    return fact
