"""`liushui books …`: the accountant's tools at a terminal."""

from __future__ import annotations

import importlib
from datetime import datetime
from pathlib import Path
from typing import Literal, cast

import rich_click as click

from cloud.command_options import DATABASE, DIR
from shared.errors import DomainError
from shared.i18n import LANGUAGES, Language, tell, tell_error

REFUSED = 2
"""Exit code where the file or an event in it is wrong."""


_ABOVE = {"month-end": ("cloud.jobs.carry_over", "month_end")}
"""Verbs that ask for a decision: they stand above the books, so they are loaded by name when they are asked for."""


class _Verbs(click.RichGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_ABOVE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _ABOVE:
            module, name = _ABOVE[cmd_name]
            return cast("click.Command", getattr(importlib.import_module(module), name))
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Verbs)
def books() -> None:
    """The books: what-if runs, proofs, month-ends, exports."""


@books.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--beancount",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Also write the vouchers to this file for auditors.",
)
def replay(file: Path, beancount: Path | None) -> None:
    """Post the events of FILE.json under its scenario and print the books as one JSON object.

    Exit code 2, and nothing printed, where something in the file is wrong; the reason names the event.
    """
    import msgspec

    from shared.accounting import replay as run
    from shared.accounting.scenario import read_file

    try:
        scenario, events = read_file(file.read_bytes())
        documents = run.documents_of(scenario, events)
        kept = run.keep_books(scenario, documents)
        answer = run.told(kept) | {"alternative_costing": run.alternatives(scenario, documents)}
    except DomainError as error:
        for language in LANGUAGES:
            # One line a language, whatever a file calls its events.
            click.echo(" ".join(_why(error, language).split()), err=True)
        raise SystemExit(REFUSED) from None
    if beancount is not None:
        from shared.accounting.beancount import beancount_file

        lines = beancount_file(file.stem, scenario.policy.chart, kept.vouchers)
        beancount.write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=1))


@books.command()
@DIR
@DATABASE
def prove(folder: Path, database: str) -> None:
    """Post what is not posted yet, then look at every promise of the books; exit code 1 names what does not hold."""
    from cloud.books.poster import Poster
    from cloud.books.proofs import prove as proof_of
    from cloud.store.engine import Database, database_url
    from cloud.store.installation import Installation

    installation = Installation(Database(database_url(folder, database)), folder)
    holds = True
    for store in installation.tenants():
        Poster(store).post_all(installation.clock())
        proof = proof_of(store)
        holds = holds and proof.holds
        click.echo(f"{store.tenant}:")
        for finding in proof.findings:
            click.echo(
                f"  {'ok ' if finding.holds else 'OFF'} {finding.what} ({finding.looked_at}) {finding.difference}"
            )
        click.echo(
            f"  facts not posted: {proof.unposted}; documents that cannot be posted yet: {proof.problems}"
        )
    raise SystemExit(0 if holds else 1)


@books.command("export")
@click.option("--format", "form", type=click.Choice(["kingdee-dbf", "kingdee-xlsx", "yonyou", "beancount"]))
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day of posting.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day of posting.")
@click.option(
    "--by",
    type=click.Choice(["day", "voucher"]),
    default="day",
    show_default=True,
    help="A day's vouchers of one store and kind as one, or each by itself.",
)
@click.option("--batch", default="", help="Write an earlier batch again, the same to the byte.")
@click.option("--list", "listing", is_flag=True, help="Only list the batches there are.")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@DIR
@DATABASE
def export(
    form: str | None,
    first: datetime | None,
    last: datetime | None,
    by: Literal["day", "voucher"],
    batch: str,
    listing: bool,
    out: Path | None,
    folder: Path,
    database: str,
) -> None:
    """Hand posted vouchers to Kingdee KIS, Yonyou or an auditor; none goes to one program twice, but by its batch.

    Exit code 2, and no file, where there is nothing to hand over.
    """
    from cloud.books import exporting
    from cloud.store.engine import Database, database_url
    from cloud.store.installation import Installation

    installation = Installation(Database(database_url(folder, database)), folder)
    store = installation.home
    if listing:
        with store.reading() as reading:
            for made in exporting.batches(reading):
                click.echo(exporting.told(made))
        return
    if form is None or out is None or (not batch and (first is None or last is None)):
        raise click.UsageError("--format and --out are needed, with --from and --to or with --batch")
    try:
        if form == "beancount":
            if first is None or last is None:
                raise click.UsageError("beancount takes --from and --to, and no batch")
            with store.reading() as reading:
                lines = exporting.beancount(reading, store.tenant, first.date(), last.date())
                out.write_text("\n".join(lines) + "\n", encoding="utf-8")
            return
        wanted = exporting.form_named(form)
        with store.writing() as writing:
            if batch:
                made = exporting.batch_named(writing, batch)
            else:
                assert first is not None
                assert last is not None
                asked = exporting.Wanted(form=wanted, first=first.date(), last=last.date(), by=by)
                made = exporting.new_batch(
                    writing, asked, installation.chance(3), "liushui", installation.clock()
                )
            # In the same transaction: a batch whose file cannot be made has taken nothing.
            content = exporting.content(writing, made, wanted)
        out.write_bytes(content)
    except DomainError as error:
        for language in LANGUAGES:
            click.echo(tell_error(error, language), err=True)
        raise SystemExit(REFUSED) from None
    click.echo(exporting.told(made))


def _why(error: DomainError, language: Language) -> str:
    from shared.accounting.replay import EventRefused

    if not isinstance(error, EventRefused):
        return tell_error(error, language)
    values = error.values | {"why": tell_error(error.cause, language)}
    return tell(error.key, language, values)
