"""Freezes a sample of every fact type that has none yet: `python -m tests.contracts.freeze`.

With the name of a release it also freezes a push frame that holds a fact of every kind that release writes.

A frozen sample is never edited or removed. It is what a store wrote once, and what every later version must
still read as the same fact.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from shared.ledger.chain import NO_PARENT, genesis_hash, walk
from shared.ledger.envelope import Envelope, FactRef, encode
from shared.ledger.fact import encode_body, fact_types
from shared.sync.frame import Header, pack

SAMPLES = Path(__file__).parent / "facts"
FRAMES = Path(__file__).parent / "frames"
NODE, LOG = b"a frozen node...", b"a frozen log...."


class Sample(msgspec.Struct, kw_only=True):
    """The canonical bytes in hex, and what they say in words."""

    kind: str
    event: str
    says: Any


def example(field_type: Any, name: str) -> Any:
    """A telling value of a type: every field is filled, so that every field is frozen."""
    inspect = msgspec.inspect
    match field_type:
        case inspect.Metadata():
            return example(field_type.type, name)
        case inspect.StrType(pattern=pattern):
            # Words, a decimal, hex: the first that the field takes.
            return next(one for one in (f"{name}-样", "1.25", "c0de") if re.match(pattern or "", one))
        case inspect.BytesType():
            return name.encode().ljust(16, b"-")
        case inspect.IntType():
            return 1_250_000 + len(name)
        case inspect.BoolType():
            return True
        case inspect.DateType():
            return date(2026, 11, 22)
        case inspect.LiteralType():
            return field_type.values[0]
        case inspect.UnionType():
            return example(
                next(one for one in field_type.types if not isinstance(one, inspect.NoneType)), name
            )
        case inspect.VarTupleType():
            return (example(field_type.item_type, name),)
        case inspect.StructType():
            return struct_example(field_type.cls)
        case _:
            raise AssertionError(f"no example for {field_type} of {name}: teach this function the type")


def struct_example(struct_type: type[Any]) -> Any:
    """A Struct with every field filled."""
    info = msgspec.inspect.type_info(struct_type)
    assert isinstance(info, msgspec.inspect.StructType)
    return struct_type(**{field.name: example(field.type, field.name) for field in info.fields})


def frozen(kind: tuple[str, int]) -> Sample:
    """A sample of one fact type as a node would have written it."""
    name, version = kind
    fact = struct_example(fact_types()[kind])
    event = encode(
        Envelope(
            event_id=bytes(range(16)),
            kind=name,
            kind_v=version,
            hlc=1_795_305_600_000 << 16,
            wall_ms=1_795_305_600_000,
            actor="li",
            device="phone-1",
            agg_id=fact.about(),
            causes=(FactRef(b"l" * 16, 7),),
            body=encode_body(fact),
            op_id=bytes(range(16)),
            business_date=date(2026, 11, 22),
            on_behalf_of="wang",
            auth_level="password",
            policy_version=3,
            happened_ms=1_795_305_599_000,
            clock_suspect=True,
        )
    )
    return Sample(kind=f"{name}.v{version}", event=event.hex(), says=msgspec.to_builtins(fact))


def frozen_frame(release: str) -> bytes:
    """One fact of every kind, each by an op of its own, as a node of this release pushes them."""
    events = []
    for number, (name, version) in enumerate(sorted(fact_types()), 1):
        fact = struct_example(fact_types()[(name, version)])
        op_id = number.to_bytes(16, "big")
        events.append(
            encode(
                Envelope(
                    event_id=op_id,
                    kind=name,
                    kind_v=version,
                    hlc=(1_795_305_600_000 + number) << 16,
                    wall_ms=1_795_305_600_000 + number,
                    actor="li",
                    device="phone-1",
                    agg_id="",
                    body=encode_body(fact),
                    op_id=op_id,
                    business_date=date(2026, 11, 22),
                    happened_ms=1_795_305_600_000 + number,
                )
            )
        )
    origin = genesis_hash(LOG, NODE, NO_PARENT)
    header = Header(
        node_id=NODE,
        log_id=LOG,
        parent=NO_PARENT,
        first_seq=1,
        count=len(events),
        prev_hash=origin,
        last_hash=walk(LOG, 1, origin, events),
        raw_len=0,
        writer_version=release,
        min_reader=1,
        hlc_now=1_795_305_600_000 << 16,
    )
    return pack(header, events, zstandard.ZstdCompressor(level=3).compress)


def main() -> None:
    for kind in sorted(fact_types()):
        path = SAMPLES / f"{kind[0]}.v{kind[1]}.json"
        if not path.exists():
            path.write_bytes(msgspec.json.format(msgspec.json.encode(frozen(kind)), indent=1) + b"\n")
    for release in sys.argv[1:]:
        path = FRAMES / f"{release}.hex"
        if not path.exists():
            path.write_text(frozen_frame(release).hex() + "\n")


if __name__ == "__main__":
    main()
