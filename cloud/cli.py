"""`liushui cloud …`: running head office, letting the first owner in, proving and describing it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from cloud.command_options import DATABASE, DIR

if TYPE_CHECKING:
    from cloud.intake.twins import Choice
    from cloud.store.engine import Database
    from cloud.store.installation import Installation
    from shared.errors import Value

BOOK = "cloud.jobs.book"
"""Where `liushui verify` finds how head office's books are read."""


@click.group()
def cloud() -> None:
    """Head office: the stores' day-books together, reports, master data."""


@cloud.command()
@DIR
@DATABASE
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="More than one needs PostgreSQL.")
@click.option("--tenant-name", default="Liushui", show_default=True, help="The chain's name.")
@click.option("--currency", default="CNY", show_default=True)
@click.option("--symbol", default="¥", show_default=True)
@click.option("--digits", default=2, show_default=True, help="Decimals of an amount.")
@click.option("--public-url", default="", help="The address people type, when a proxy stands in front.")
def run(
    folder: Path,
    database: str,
    host: str,
    port: int,
    workers: int,
    tenant_name: str,
    currency: str,
    symbol: str,
    digits: int,
    public_url: str,
) -> None:
    """Run head office until Ctrl-C."""
    from cloud.serve import Serving, serve
    from cloud.store.engine import database_url
    from cloud.store.installation import Settings

    serve(
        Serving(
            folder=str(folder),
            database=database_url(folder, database),
            host=host,
            port=port,
            workers=workers,
            settings=Settings(
                tenant_name=tenant_name,
                currency=currency,
                symbol=symbol,
                digits=digits,
                public_url=public_url,
            ),
        )
    )


@cloud.command("bootstrap-code")
@DIR
@DATABASE
def bootstrap_code(folder: Path, database: str) -> None:
    """Print a new one-time code for the first owner."""
    from cloud.identity import first_run
    from cloud.serve import Serving, open_installation
    from cloud.store.engine import database_url
    from cloud.store.migrate import prepare

    installation = open_installation(Serving(folder=str(folder), database=database_url(folder, database)))
    prepare(installation.database)
    if not installation.tenants():
        first_run.ensure_tenant(installation)
    code = first_run.new_code(installation)
    if code is None:
        raise click.ClickException("There is an owner already; sign in instead.")
    click.echo(f"first owner, one-time code: {code}")


@cloud.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of stdout.")
def openapi(out: Path | None) -> None:
    """Print the OpenAPI document of everything head office serves."""
    from cloud.describe import document

    text = json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text)


@cloud.command()
@DIR
@DATABASE
@click.option("--json", "as_json", is_flag=True)
def verify(folder: Path, database: str, as_json: bool) -> None:
    """Walk every chain, account for every fact, hold every row against the log. 0: well, 1: wrong, 2: not checked."""
    import msgspec
    from sqlalchemy.exc import SQLAlchemyError

    from cloud.intake.audit import audit

    try:
        found = [audit(store) for store in _installation(folder, database).tenants()]
    except (SQLAlchemyError, OSError) as error:
        click.echo(f"not checked: {error}", err=True)
        raise SystemExit(2) from None
    for told in found:
        if as_json:
            click.echo(msgspec.json.encode(told).decode())
            continue
        click.echo(
            f"{told.tenant}: {told.facts} facts in {told.logs} logs, {told.superseded} superseded, "
            f"{told.held} parked, {told.behind} not yet applied, {told.rows} rows compared"
        )
        for finding in told.findings[:50]:
            click.echo(f"  WRONG {finding.text()}")
    if any(told.findings for told in found):
        raise SystemExit(1)


@cloud.command()
@DIR
@DATABASE
def rebuild(folder: Path, database: str) -> None:
    """Make every row again from the logs; stop head office first."""
    from cloud.intake.projector import project_all
    from cloud.serve import Serving, open_installation
    from cloud.store import migrate
    from cloud.store.engine import database_url

    installation = open_installation(Serving(folder=str(folder), database=database_url(folder, database)))
    with installation.database.writing() as connection:
        migrate.rebuild(connection)
    for store in installation.tenants():
        click.echo(f"{store.tenant}: {project_all(store, installation.clock())} facts applied again")


@cloud.command()
@DIR
@DATABASE
def restored(folder: Path, database: str) -> None:
    """Say, after restoring this database from a backup, that it is a restored one: a new generation begins."""
    from cloud.intake import generations
    from cloud.serve import Serving, open_installation
    from cloud.store.engine import database_url

    installation = open_installation(Serving(folder=str(folder), database=database_url(folder, database)))
    for store in installation.tenants():
        with store.writing() as writing:
            click.echo(f"{store.tenant}: generation {generations.begin(writing, installation.clock()).gen}")


@cloud.command()
@DIR
@DATABASE
def backup(folder: Path, database: str) -> None:
    """Copy the database, prove the copy, and call stable what is in it."""
    from cloud.jobs.backup import back_up
    from cloud.jobs.manifest import CopyBroken

    try:
        copied = back_up(_installation(folder, database))
    except CopyBroken as error:
        raise _trouble("copy_broken", why=str(error)) from None
    click.echo(f"{copied.file}: {sum(copied.heads.values())} facts in {len(copied.heads)} logs")


@cloud.command()
@click.argument("copy", type=click.Path(dir_okay=False, path_type=Path))
@DIR
@DATABASE
def restore(copy: Path, folder: Path, database: str) -> None:
    """Put a backup in place: proved first, with a new generation; stores send again what it lacks.

    The embedded database that stood there is put aside in `replaced/`. With --database the rows of the copy go
    into an empty database. Asked twice for the same copy, nothing is done twice.
    """
    from cloud.jobs.manifest import CopyBroken
    from cloud.jobs.restore import restore as put_back
    from shared.errors import DomainError

    try:
        told = put_back(_installation(folder, database), copy)
    except CopyBroken as error:
        raise _trouble("copy_broken", why=str(error)) from None
    except DomainError as error:
        raise _trouble(error.key, **error.values) from None
    if told.again:
        click.echo(f"{told.copy} is in place already; nothing was done.")
    if not told.had_manifest:
        click.echo("It has no manifest beside it: proved by its chains alone.")
    for tenant, gen in told.gens.items():
        click.echo(f"{tenant}: {told.facts} facts, generation {gen}")
    if told.aside:
        click.echo(f"What stood there before: {told.aside}")


@cloud.command()
@click.argument("copy", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DIR
@DATABASE
def mend(copy: Path, folder: Path, database: str) -> None:
    """Replace facts that have rotted in the database by those of a proved backup; the chain decides."""
    from cloud.jobs.manifest import CopyBroken
    from cloud.jobs.mend import mend_from

    try:
        mended, left = mend_from(_installation(folder, database), copy)
    except CopyBroken as error:
        raise _trouble("copy_broken", why=str(error)) from None
    click.echo(f"{mended} facts mended, {left} damaged facts left")
    raise SystemExit(1 if left else 0)


@cloud.command("settle-log")
@click.argument("log")
@click.argument("choice", type=click.Choice(["seal", "keep"]))
@click.option("--store", required=True)
@DIR
@DATABASE
def settle_log(log: str, choice: Choice, store: str, folder: Path, database: str) -> None:
    """Decide on a log with an alarm: `seal` the log of the box that goes, `keep` the one that stays."""
    from cloud.intake.twins import settle
    from shared.errors import DomainError

    try:
        state = settle(_installation(folder, database).home, store, bytes.fromhex(log), choice)
    except DomainError as error:
        raise _trouble(error.key, **error.values) from None
    click.echo(f"log {log} of {store}: {state}, no alarm")


@cloud.command("export-bundle")
@DIR
@DATABASE
@click.option("--store", default="", help="One store only; the whole chain without it.")
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export_bundle(folder: Path, database: str, store: str, target: Path) -> None:
    """Write logs, facts, heads, keys and receipts into one file that proves itself anywhere: `liushui verify FILE`."""
    from cloud.jobs.book import told
    from shared.sync import bundle

    installation = _installation(folder, database)
    with target.open("xb") as file:
        end = bundle.write(file, told(installation.home, installation.clock(), store))
    click.echo(f"{end.facts} facts in {end.logs} logs: {target}")


@click.command("restore-drill")
@click.argument("copy", required=False, type=click.Path(dir_okay=False, path_type=Path))
@DIR
@click.option("--json", "as_json", is_flag=True)
def restore_drill(copy: Path | None, folder: Path, as_json: bool) -> None:
    """Prove a backup by restoring it elsewhere: manifest, chains, and every row made again.

    Takes the newest copy of the folder, or the one given. 0: it could be restored; 1: it could not; 2: there is
    none, or nothing could be tried.
    """
    import msgspec

    from cloud.jobs.restore import drill

    try:
        told = drill(_installation(folder, ""), copy)
    except OSError as error:
        click.echo(f"not tried: {error}", err=True)
        raise SystemExit(2) from None
    if told is None or (copy is not None and not copy.exists()):
        click.echo(f"no copy to try in {folder}", err=True)
        raise SystemExit(2)
    if as_json:
        click.echo(msgspec.json.encode(told).decode())
    else:
        click.echo(f"{told.copy}: {told.facts} facts, {told.rows} rows compared in {told.took_ms} ms")
        for wrong in told.wrong[:50]:
            click.echo(f"  WRONG {wrong}")
        click.echo("it could be restored" if not told.wrong else "it could NOT be restored")
    raise SystemExit(1 if told.wrong else 0)


cloud.add_command(restore_drill)


@cloud.command("suggest-orders")
@DIR
@DATABASE
def suggest_orders_now(folder: Path, database: str) -> None:
    """Suggest what every store should order today, where that was not done yet; head office does so every night."""
    from cloud.jobs.suggest_orders import suggest_orders

    installation = _installation(folder, database)
    try:
        click.echo(f"runs done: {suggest_orders(installation)}")
    finally:
        installation.database.close()


def _installation(folder: Path, database: str) -> Installation:
    from cloud.serve import Serving, open_installation
    from cloud.store.engine import database_url

    return open_installation(Serving(folder=str(folder), database=database_url(folder, database)))


def _database(folder: Path, database: str) -> Database:
    return _installation(folder, database).database


def _trouble(key: str, **values: Value) -> click.ClickException:
    """What went wrong, in both languages: whoever restores a backup may not be who set the language."""
    from shared.i18n import tell

    return click.ClickException(f"{tell(key, 'en', values)} / {tell(key, 'zh-CN', values)}")


@cloud.command()
@click.option("--facts", default=200_000, show_default=True, help="Facts of the backlog.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--database", default="", help="A scratch PostgreSQL database instead of embedded SQLite.")
@click.option("--json", "as_json", is_flag=True)
def bench(facts: int, rounds: int, database: str, as_json: bool) -> None:
    """Measure catching up a backlog against the raw limit of the same run."""
    from cloud.bench import catch_up, told

    measured = catch_up(facts, rounds, database)
    click.echo(json.dumps(measured, indent=1) if as_json else told(measured))


@cloud.command()
@DIR
@DATABASE
@click.option("--plan", "only_plan", is_flag=True, help="Say how the tables would lie and do nothing.")
def distribute(folder: Path, database: str, only_plan: bool) -> None:
    """Spread and replicate the tables over the servers of a PostgreSQL with the citus extension."""
    from cloud.store import distribution
    from shared.errors import DomainError

    try:
        done = distribution.plan() if only_plan else distribution.distribute(_database(folder, database))
    except DomainError as error:
        raise _trouble(error.key, **error.values) from None
    for step in done:
        click.echo(step.told())
    click.echo(f"{len(done)} tables {'would be' if only_plan else 'were'} placed")
