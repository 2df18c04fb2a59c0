"""`liushui verify`: a day-book, head office or an exported bundle proves itself; two of them are held together.

Each side knows its own files; its command module says where (`BOOK`), so nothing here imports a side. A bundle
needs neither: chains, rows and moves are proved by what is in the file.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

import msgspec
import rich_click as click

from shared.ledger.proof import Finding, Verdict
from shared.sync import bundle
from shared.sync.bundle import Message
from shared.sync.proving import Proof, compare, prove

GROUP = "liushui.commands"


class Book(Protocol):
    """What a side's module offers."""

    def claims(self, target: str) -> bool: ...

    def verdict(self, target: str) -> Verdict: ...

    def messages(self, target: str) -> Iterator[Message]: ...

    def is_signed(self, public_key: str, signature: str, signed: bytes) -> bool: ...


class NotChecked(Exception):
    """Nothing could be said about the target."""


def books() -> list[Book]:
    """Those of the sides that are installed here."""
    found: list[Book] = []
    for offered in entry_points(group=GROUP):
        try:
            where = getattr(importlib.import_module(offered.module), "BOOK", None)
            if where is not None:
                found.append(cast("Book", importlib.import_module(where)))
        except ModuleNotFoundError:
            continue
    return found


def check(targets: Iterable[str]) -> list[Verdict]:
    """Prove each target, and what can be compared with each other. Raises `NotChecked`."""
    sides = books()
    verdicts: list[Verdict] = []
    proofs: list[Proof] = []
    named = list(targets)
    for target in named:
        side = next((side for side in sides if side.claims(target)), None)
        if side is not None:
            verdicts.append(side.verdict(target))
            if len(named) > 1:
                proofs.append(prove(target, side.messages(target), side.is_signed))
            continue
        proof = _of_bundle(target, sides)
        verdicts.append(proof.verdict())
        proofs.append(proof)
    return verdicts + [
        _together(ours, theirs)
        for at, ours in enumerate(proofs)
        for theirs in proofs[at + 1 :]
        if ours.start is not None and theirs.start is not None
    ]


def _of_bundle(target: str, sides: list[Book]) -> Proof:
    path = Path(target)
    try:
        with path.open("rb") as file:
            if file.read(2) != bundle.MAGIC:
                raise NotChecked(
                    f"{target} is no day-book, head office or bundle that this installation can read"
                )
            file.seek(0)
            return prove(target, bundle.read(file), sides[0].is_signed if sides else None)
    except OSError as error:
        raise NotChecked(str(error)) from None
    except bundle.Unreadable as error:
        raise NotChecked(f"{target}: {error}") from None


def _together(ours: Proof, theirs: Proof) -> Verdict:
    """Two proofs of one store; neither has to be whole for the other to be compared with."""
    if (
        ours.start is not None
        and theirs.start is not None
        and ours.start.side == "cloud" != theirs.start.side
    ):
        ours, theirs = theirs, ours
    for proof in (ours, theirs):
        proof.verdict()
    findings: list[Finding] = compare(ours, theirs)
    common = ours.logs.keys() & theirs.logs.keys()
    return Verdict(
        target=f"{ours.target} = {theirs.target}",
        logs=len(common),
        facts=sum(min(len(ours.hashes.get(log, [])), len(theirs.hashes.get(log, []))) for log in common),
        rows=0,
        receipts=0,
        findings=findings,
        skipped=[] if common else ["they have no log in common"],
    )


@click.command()
@click.argument("targets", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a target.")
def verify(targets: tuple[str, ...], as_json: bool) -> None:
    """Prove a node's folder, head office's folder or database, or an exported bundle; several are compared.

    Chain, density, parents, receipts, rows made again, moves that sum to zero; the same facts and rows on both
    sides where two are given. 0: all well; 1: something is wrong, the first bad fact is named; 2: not checked.
    """
    try:
        verdicts = check(targets)
    except NotChecked as error:
        click.echo(f"not checked: {error}", err=True)
        raise SystemExit(2) from None
    except Exception as error:  # the process rim: whatever we stumbled over, the books were not proved
        click.echo(f"not checked: {type(error).__name__}: {error}", err=True)
        raise SystemExit(2) from None
    for told in verdicts:
        if as_json:
            click.echo(msgspec.json.encode(told).decode())
            continue
        click.echo(
            f"{told.target}: {told.facts} facts in {told.logs} logs, {told.rows} rows, {told.receipts} receipts"
        )
        for finding in told.findings[:50]:
            click.echo(f"  WRONG {finding.text()}")
        for skipped in told.skipped:
            click.echo(f"  not checked: {skipped}")
    raise SystemExit(1 if any(told.findings for told in verdicts) else 0)
