"""A shop in memory: the real decisions and projections over a dict, told in store terms.

`Shop` gives every command a moment of its own, so a story reads from top to bottom; `at("10:01")` tells what
happened when, also when word of it comes late.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime

import msgspec

from shared.access.roles import EVERY_PERMISSION
from shared.ledger import chain
from shared.ledger.command import Asked, command_from_json, decide
from shared.ledger.envelope import Envelope, decode, encode, event_id
from shared.ledger.fact import Fact, decode_body, encode_body, kind_and_version
from shared.ledger.projection import Recorded, changes_of
from shared.ledger.view import DictStore
from shared.stock.goods import on_hand
from shared.units import MICRO, decimal_text

TODAY = date(2026, 11, 22)
NO_PERMISSION: frozenset[str] = frozenset()


def moment_ms(clock: str, day: date = TODAY) -> int:
    """Milliseconds of a wall-clock time ("10:05") on a day, UTC."""
    hours, _, minutes = clock.partition(":")
    return int(
        datetime(day.year, day.month, day.day, int(hours), int(minutes), tzinfo=UTC).timestamp() * 1000
    )


class Shop:
    """One store's node and the chain's master data, both in one dict, so that stories need no network."""

    def __init__(self, store: str = "S1") -> None:
        self.store = store
        self.view = DictStore()
        self.facts: list[Fact] = []
        self.events: list[bytes] = []
        self.log = b"L" * chain.ID_BYTES
        self._asked = 0

    def ask(
        self,
        kind: str,
        *,
        at: str = "09:00",
        day: date = TODAY,
        late_ms: int = 0,
        clock_suspect: bool = False,
        actor: str = "li",
        permissions: frozenset[str] = EVERY_PERMISSION,
        **body: object,
    ) -> list[Fact]:
        """Asks for a command through its JSON form and books what follows. Raises the DomainError it earns.

        `late_ms`: so long after it happened the node hears of it.
        """
        self._asked += 1
        happened = moment_ms(at, day)
        asked = Asked(
            op_id=self._asked.to_bytes(16, "big"),
            store=self.store,
            actor=actor,
            device="phone-1",
            auth_level="password",
            now_ms=happened + late_ms,
            happened_ms=happened,
            clock_suspect=clock_suspect,
            business_date=day,
            today=day,
            permissions=permissions,
        )
        command = command_from_json(kind, json.dumps(body).encode())
        facts = decide(command, asked, self.view)
        for index, fact in enumerate(facts):
            self._book(fact, asked, index)
        return facts

    def _book(self, fact: Fact, asked: Asked, index: int) -> None:
        name, version = kind_and_version(fact.kind)
        event = encode(
            Envelope(
                event_id=event_id(asked.op_id, index),
                kind=name,
                kind_v=version,
                hlc=asked.now_ms << 16,
                wall_ms=asked.now_ms,
                actor=asked.actor,
                device=asked.device,
                agg_id=fact.about(),
                body=encode_body(fact),
                op_id=asked.op_id,
                business_date=asked.business_date,
                happened_ms=asked.happened_ms,
            )
        )
        self.events.append(event)
        self.facts.append(fact)
        envelope = decode(event)
        again = decode_body(envelope.kind, envelope.kind_v, envelope.body)
        assert again == fact, "a fact must come back from its bytes as it was"
        recorded = Recorded(self.store, self.log, len(self.events), envelope, again)
        self.view.apply(changes_of(recorded, "edge"))
        self.view.apply(change for change in changes_of(recorded, "cloud") if change.table.keeper == "cloud")

    def open_up(self) -> "Shop":
        """A small bakery: two stores, a fridge, flour by weight, milk by piece with a short life, cake in boxes."""
        self.ask("catalogue.define_store", store="S1", name="一店")
        self.ask("catalogue.define_store", store="S2", name="二店")
        self.ask("catalogue.define_place", store="S1", place="fridge", name="冷柜", storage="chilled")
        self.ask("catalogue.define_category", category="food", zh="食品", en="Food")
        self.ask("catalogue.define_supplier", supplier="V1", name="良友")
        self.product("flour", base_unit="kg", decimals=3, price="6.80")
        self.product("milk", storage="chilled", price="12.50", shelf_life_days=7)
        self.product("cake", price="2.00")
        self.ask("catalogue.assign_barcode", sku="cake", code="6901234567892", unit="pc")
        self.ask("catalogue.assign_barcode", sku="cake", code="16901234567899", unit="case", factor="24")
        return self

    def product(self, sku: str, *, price: str, base_unit: str = "pc", **more: object) -> None:
        self.ask(
            "catalogue.define_product",
            sku=sku,
            name=sku,
            category="food",
            base_unit=base_unit,
            supplier="V1",
            **more,
        )
        self.ask("catalogue.set_price", sku=sku, price=price)

    def receive(self, sku: str, qty: str, lot: str | None = None, **more: object) -> None:
        """Goods arrive; `expiry` and others go into the line, `at` and `day` say when."""
        when = {name: more.pop(name) for name in ("at", "day") if name in more}
        line: Mapping[str, object] = {"sku": sku, "qty": qty, "lot": lot, **more}
        self.ask("stock.receive", lines=[line], **when)  # type: ignore[arg-type]

    def on_hand(self, sku: str, lot: str | None = None) -> str:
        return decimal_text(on_hand(self.view, sku, lot))

    def lying(self, sku: str) -> dict[str, str]:
        """Every balance of an SKU by "lot@location", virtual locations included."""
        return {
            f"{key[1]}@{key[2]}": decimal_text(int(row["qty"] or 0))
            for key, row in sorted(self.view.tables.get("stock", {}).items())
            if key[0] == sku and row["qty"]
        }


def pieces(qty: int) -> int:
    return qty * MICRO


def plain(value: object) -> object:
    """A Struct as plain builtins, for readable comparisons."""
    return msgspec.to_builtins(value)
