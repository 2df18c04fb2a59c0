"""What stands above the tables wherever a report goes: period, stores, how complete, as of when."""

from __future__ import annotations

from cloud.reports.dataset import Dataset, told, word
from shared.business_day import local_time
from shared.i18n import Language

NAMES_MAX = 6
"""So many stores are named; more are counted."""


def period_text(dataset: Dataset) -> str:
    if dataset.first == dataset.last:
        return dataset.first.isoformat()
    return f"{dataset.first.isoformat()} – {dataset.last.isoformat()}"


def moment_text(at_ms: int, timezone: str) -> str:
    return local_time(at_ms, timezone).strftime("%Y-%m-%d %H:%M")


def completeness_text(dataset: Dataset, language: Language) -> str:
    """ "2/5 stores incomplete: …", or that all are complete."""
    behind = dataset.behind
    if not behind:
        return told(word("report_complete", all=dataset.store_count), language)
    never = told(word("report_never_heard"), language)
    named = [
        f"{one.name} ({moment_text(one.up_to_ms, dataset.timezone) if one.up_to_ms else never})"
        for one in behind[:NAMES_MAX]
    ]
    if len(behind) > NAMES_MAX:
        named.append("…")
    told_text = told(word("report_incomplete", n=len(behind), all=dataset.store_count), language)
    return (
        f"{told_text}{told(word('report_colon'), language)}{told(word('report_comma'), language).join(named)}"
    )


def heading(dataset: Dataset, language: Language) -> list[tuple[str, str]]:
    """Word and what it says, line by line."""
    stores = (
        told(word("report_whole_chain", n=dataset.store_count), language)
        if dataset.stores is None
        else told(word("report_comma"), language).join(dataset.stores[:NAMES_MAX])
        + ("…" if len(dataset.stores) > NAMES_MAX else "")
    )
    lines = [
        (told(word("report_word_period"), language), period_text(dataset)),
        (told(word("report_word_stores"), language), stores),
        (
            told(word("report_word_as_of"), language),
            f"{moment_text(dataset.as_of_ms, dataset.timezone)} ({dataset.timezone})",
        ),
        (told(word("report_word_complete"), language), completeness_text(dataset, language)),
    ]
    if dataset.revision > 1:
        lines.append((told(word("report_word_revision"), language), str(dataset.revision)))
    return lines
