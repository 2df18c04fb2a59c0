"""From a question to a dataset: what every standard report has in common is done here, so that a report is one answer.

The period is cut to what has passed, the stores' completeness is read in the same transaction as the figures, and what
a section shows is held against what the report declares.
"""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy import func, select

from cloud.reports.asked import Question
from cloud.reports.completeness import stores_behind
from cloud.reports.dataset import Dataset, word
from cloud.reports.registry import Asking, Report
from cloud.store.collector import collector_at_rest
from cloud.store.ledger_tables import HEAD_OFFICE, LOG, QUARANTINE
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.access.labels import Label
from shared.catalogue.projection import STORE


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a person or a subscription asks of a report, before it is checked."""

    by: str = ""
    compare: str = ""
    days: int | None = None
    account: str = ""


def answered(
    report: Report,
    reading: Reading,
    asked: Question,
    wanted: Wanted,
    labels: frozenset[Label],
    today: date,
    now_ms: int,
) -> Dataset:
    """The dataset as a holder of these labels may see it. Raises what `Report` says of its parameters."""
    question = asked
    if report.span == "day":
        question = msgspec.structs.replace(asked, first=asked.last)
    asking = Asking(
        reading=reading,
        question=_by_name(reading, question),
        today=today,
        now_ms=now_ms,
        by=report.grouping(wanted.by, labels),
        compare=report.comparison(wanted.compare),
        days=report.span_of_days(wanted.days),
        account=report.account_asked(wanted.account),
        whole=asked.stores is None,
    )
    with collector_at_rest():
        answer = report.answer(asking)
    for section in answer.sections:
        declared = set(report.sections[section.key])
        assert declared.issuperset(section.columns), (
            f"{report.key}/{section.key} shows what it does not declare"
        )
    count, behind = stores_behind(reading, question, now_ms)
    notes = answer.notes
    held = _held_facts(reading, question)
    if held:
        notes = (*notes, word("report_note_held", n=held))
    return Dataset(
        key=report.key,
        first=question.first,
        last=question.last,
        as_of_ms=now_ms,
        timezone=zone_of(reading, question.stores),
        stores=question.stores,
        store_count=count,
        behind=behind,
        figures=answer.figures,
        sections=answer.sections,
        notes=notes,
    ).seen_with(labels)


def _by_name(reading: Reading, question: Question) -> Question:
    """The whole chain store by store: rows lie by store and day, so that only a named store's period is found at once.

    A store that master data do not know yet, and whose facts have come in, counts too.
    """
    if question.stores is not None:
        return question
    table = table_of(STORE)
    known = {row.store for row in reading.all(select(table.c.store).where(mine(table)))}
    heard = {row.node_id for row in reading.all(select(LOG.c.node_id).where(mine(LOG)).distinct())}
    every = tuple(sorted((known | heard) - {HEAD_OFFICE}))
    return msgspec.structs.replace(question, stores=every)


def zone_of(reading: Reading, stores: tuple[str, ...] | None) -> str:
    """The time zone to write moments in: that of the first store asked about."""
    table = table_of(STORE)
    chosen = select(table.c.timezone).where(mine(table)).order_by(table.c.store).limit(1)
    if stores is not None:
        chosen = chosen.where(table.c.store.in_(stores))
    return str(reading.scalar(chosen) or "UTC")


def _held_facts(reading: Reading, asked: Question) -> int:
    """Facts set aside that no figure knows of yet."""
    statement = select(func.count()).where(mine(QUARANTINE), QUARANTINE.c.state.in_(("held", "allowed")))
    if asked.stores is not None:
        statement = statement.where(QUARANTINE.c.node_id.in_(asked.stores))
    return int(reading.scalar(statement) or 0)
