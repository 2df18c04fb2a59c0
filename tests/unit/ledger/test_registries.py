"""The registries of facts, commands and projections: complete, unambiguous, and bound to permissions."""

import msgspec

from shared.access.roles import EVERY_PERMISSION
from shared.ledger.command import _decisions, command_types
from shared.ledger.fact import Fact, decode_body, encode_body, fact_types, is_old, kind_and_version
from shared.ledger.projection import projected_tables, projections


def test_every_command_is_decided_and_names_a_known_permission() -> None:
    """No command can be sent that nobody decides or nobody may ask."""
    for kind, command_type in command_types().items():
        assert command_type in _decisions(), kind
        assert command_type.permission in EVERY_PERMISSION | {"node.internal"}, kind
        assert command_type.decided_at in ("edge", "cloud"), kind


def test_every_fact_is_named_area_past_tense_version() -> None:
    """The kind of a fact starts with the area its module lies in."""
    for (kind, version), fact_type in fact_types().items():
        assert kind_and_version(fact_type.kind) == (kind, version)
        assert kind.split(".")[0] == fact_type.__module__.split(".")[1]


def test_every_fact_is_read_by_a_projection() -> None:
    """A fact that no projection reads could not be seen anywhere."""
    read = {
        fact for where in ("edge", "cloud") for projection in projections(where) for fact in projection.facts
    }
    assert read == {fact_type for fact_type in fact_types().values() if not is_old(fact_type)}


def test_tables_stand_once_and_their_indexes_name_columns() -> None:
    """A table definition that cannot be created must fail here, not at a customer's start."""
    for where in ("edge", "cloud"):
        for table in projected_tables(where):
            names = [column.name for column in (*table.key, *table.columns)]
            assert len(set(names)) == len(names), table.name
            assert all(column in names for index in table.indexes for column in index), table.name
            assert not table.scope or table.scope in names, table.name


def test_an_unknown_kind_is_not_an_error_but_unknown() -> None:
    """An old cloud parks what a new edge writes."""
    assert decode_body("stock.teleported", 1, b"\x80") is None


def test_a_newer_writer_may_add_fields() -> None:
    """A reader of today skips fields it does not know, so stores can be upgraded one by one."""
    body = msgspec.msgpack.encode({"category": "c", "zh": "甲", "en": "a", "colour": "red"})
    fact = decode_body("catalogue.category_defined", 1, body)
    assert isinstance(fact, Fact)
    assert decode_body("catalogue.category_defined", 1, encode_body(fact)) == fact
