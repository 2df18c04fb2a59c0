"""`liushui cloud …`: running head office, letting the first owner in, proving and describing it."""

from __future__ import annotations

import json
from pathlib import Path

import rich_click as click

FOLDER = click.Path(file_okay=False, path_type=Path)
_DIR = click.option("--dir", "folder", type=FOLDER, default=Path("liushui-cloud"), show_default=True)
_DATABASE = click.option("--database", default="", help="postgresql+psycopg://… instead of the embedded one.")


@click.group()
def cloud() -> None:
    """Head office: the stores' day-books together, reports, master data."""


@cloud.command()
@_DIR
@_DATABASE
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
    from cloud.serve import Serving, database_url, serve
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
@_DIR
@_DATABASE
def bootstrap_code(folder: Path, database: str) -> None:
    """Print a new one-time code for the first owner."""
    from cloud.identity import first_run
    from cloud.serve import Serving, database_url, open_installation
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
@_DIR
@_DATABASE
@click.option("--json", "as_json", is_flag=True)
def verify(folder: Path, database: str, as_json: bool) -> None:
    """Walk every chain, account for every fact, and hold every row against the log."""
    import msgspec

    from cloud.intake.audit import audit
    from cloud.serve import Serving, database_url, open_installation

    installation = open_installation(Serving(folder=str(folder), database=database_url(folder, database)))
    found = [audit(store) for store in installation.tenants()]
    for told in found:
        if as_json:
            click.echo(msgspec.json.encode(told).decode())
            continue
        click.echo(
            f"{told.tenant}: {told.facts} facts in {told.logs} logs, {told.superseded} superseded, "
            f"{told.held} parked, {told.behind} not yet applied, {told.rows} rows compared"
        )
        for finding in told.findings[:50]:
            click.echo(f"  WRONG {finding.what}: {finding.where} {finding.told}")
    if any(told.findings for told in found):
        raise SystemExit(1)


@cloud.command()
@_DIR
@_DATABASE
def rebuild(folder: Path, database: str) -> None:
    """Make every row again from the logs; stop head office first."""
    from cloud.intake.projector import project_all
    from cloud.serve import Serving, database_url, open_installation
    from cloud.store import migrate

    installation = open_installation(Serving(folder=str(folder), database=database_url(folder, database)))
    with installation.database.writing() as connection:
        migrate.rebuild(connection)
    for store in installation.tenants():
        click.echo(f"{store.tenant}: {project_all(store, installation.clock())} facts applied again")


@cloud.command()
@_DIR
@_DATABASE
def restored(folder: Path, database: str) -> None:
    """Say, after restoring this database from a backup, that it is a restored one: a new generation begins."""
    from cloud.intake import generations
    from cloud.serve import Serving, database_url, open_installation

    installation = open_installation(Serving(folder=str(folder), database=database_url(folder, database)))
    for store in installation.tenants():
        with store.writing() as writing:
            click.echo(f"{store.tenant}: generation {generations.begin(writing, installation.clock()).gen}")


@cloud.command()
@_DIR
def backup(folder: Path) -> None:
    """Copy the embedded database, prove the copy, and call stable what is in it."""
    from cloud.jobs.backup import back_up
    from cloud.serve import Serving, database_url, open_installation

    copied = back_up(open_installation(Serving(folder=str(folder), database=database_url(folder, ""))))
    assert copied is not None
    click.echo(f"{copied.file}: {sum(copied.heads.values())} facts in {len(copied.heads)} logs")


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
