"""A chain in memory that runs the demo's whole story: the real decisions and projections over indexed dicts."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from cloud.demo.ops import TIMEZONE, Op
from shared.access.roles import EVERY_PERMISSION
from shared.business_day import business_date
from shared.ledger.command import Asked, command_from_json, decide
from shared.ledger.envelope import Envelope, event_id
from shared.ledger.fact import Fact, encode_body, kind_and_version
from shared.ledger.projection import Change, Key, Recorded, Row, Table, changes_of
from shared.ledger.view import NOTHING, changed_row


class IndexedStore:
    """As `DictStore`, but a group is found without looking at every row."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[Key, dict[Key, Row]]] = defaultdict(dict)
        self._moved: dict[str, list[Row]] = defaultdict(list)

    def apply(self, changes: Iterable[Change]) -> None:
        for change in changes:
            group = self.tables[change.table.name].setdefault(change.table.group_of(change.key), {})
            group[change.key] = changed_row(change.table, group.get(change.key), change)
            if change.table.name == "movement":
                self._moved[str(change.put["sku"])].append(group[change.key])

    def rows(self, table: Table, group: Key) -> Mapping[Key, Row]:
        return self.tables[table.name].get(group, NOTHING)

    def all_rows(self, table: str) -> dict[Key, Row]:
        return {key: row for group in self.tables[table].values() for key, row in group.items()}

    def on_hand_change_after(self, sku: str, lot: str | None, happened_ms: int) -> int:
        return sum(
            int(row["on_hand_change"] or 0)
            for row in self._moved[sku]
            if (lot is None or row["lot"] == lot) and int(row["happened_ms"] or 0) > happened_ms
        )

    def skus_at(self, location: str) -> list[str]:
        return sorted(
            {str(key[0]) for key, row in self.all_rows("stock").items() if key[2] == location and row["qty"]}
        )


class Node:
    """One store, or head office, over its own rows; `seq` counts its facts."""

    def __init__(self, store: str) -> None:
        self.store = store
        self.view = IndexedStore()
        self.seq = 0

    def ask(self, op: Op, today: date) -> list[tuple[Envelope, Fact]]:
        """Decides the op exactly as a writer would, and books it here. Raises the DomainError it earns."""
        command = command_from_json(op.kind, msgspec.json.encode(op.body))
        assert command.decided_at == ("edge" if self.store else "cloud")
        day = business_date(op.at_ms, TIMEZONE)
        asked = Asked(
            op_id=uuid.UUID(op.op_id).bytes,
            store=self.store,
            actor=op.user,
            device=op.device,
            auth_level="password",
            now_ms=op.at_ms,
            happened_ms=op.at_ms,
            clock_suspect=False,
            business_date=day,
            today=today,
            permissions=EVERY_PERMISSION,
        )
        recorded = []
        for index, fact in enumerate(decide(command, asked, self.view)):
            name, version = kind_and_version(fact.kind)
            envelope = Envelope(
                event_id=event_id(asked.op_id, index),
                kind=name,
                kind_v=version,
                hlc=op.at_ms << 16,
                wall_ms=op.at_ms,
                actor=op.user,
                device=op.device,
                agg_id=fact.about(),
                body=encode_body(fact),
                op_id=asked.op_id,
                business_date=day,
                happened_ms=op.at_ms,
            )
            self.seq += 1
            where = "edge" if self.store else "cloud"
            self.view.apply(changes_of(Recorded(self.store, b"L" * 16, self.seq, envelope, fact), where))
            recorded.append((envelope, fact))
        return recorded

    def learn(self, office: "Node") -> None:
        """Takes over head office's master data, as the feed would."""
        for name, groups in office.view.tables.items():
            if name not in ("movement", "stock"):
                self.view.tables[name] = {group: dict(rows) for group, rows in groups.items()}
