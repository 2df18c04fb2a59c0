"""`liushui edge …`: making, running, proving and copying a store's node."""

from __future__ import annotations

import os
from pathlib import Path

import rich_click as click

from edge.bench_commands import bench
from edge.deploy.command import broker, set_up
from edge.sales_files.reading import DateOrder
from shared.i18n import Language

FOLDER = click.Path(file_okay=False, path_type=Path)
BOOK = "edge.sync.book"
"""Where `liushui verify` finds how a day-book is read."""


@click.group()
def edge() -> None:
    """One store's node: its day-book, its phones, its devices."""


edge.add_command(broker)
edge.add_command(bench)


@edge.command()
@click.option("--dir", "folder", type=FOLDER, required=True, help="The node's own folder.")
@click.option("--store", default="", help="The store's code, for a node without head office.")
@click.option("--broker", "with_broker", is_flag=True, help="Write and try its broker's configuration, too.")
def init(folder: Path, store: str, with_broker: bool) -> None:
    """Make a node's folder. With --store it works on its own; else `enrol` it at head office."""
    if with_broker and not store:
        raise click.UsageError("--broker needs --store; after `enrol` run `liushui edge broker`")
    from edge.app import DAY_BOOK, lock_folder
    from edge.ledger import dbapi, migrations
    from edge.ledger.identity import Identity, read_identity, write_identity

    with lock_folder(folder):
        os.chmod(folder, 0o700)
        migrations.ensure(folder / DAY_BOOK)
        connection = dbapi.open_writer(folder / DAY_BOOK)
        if read_identity(connection) is not None:
            raise click.ClickException(f"{folder} is a node already")
        identity = Identity(node_id=os.urandom(16), store=store)
        write_identity(connection, identity)
        connection.close()
        _warn_of_disk(folder)
    click.echo(f"node {identity.node_id.hex()} in {folder}")
    if with_broker:
        set_up(folder, store)


@edge.command()
@click.option("--dir", "folder", type=FOLDER, required=True)
@click.option("--cloud", required=True, help="Head office's address, https://…")
@click.option("--code", required=True, help="The one-time code from head office's page.")
def enrol(folder: Path, cloud: str, code: str) -> None:
    """Join head office: exchange the one-time code for the store this node stands in."""
    from edge.app import lock_folder
    from edge.sync.enrolment import enrol as join
    from shared.errors import DomainError
    from shared.i18n import tell_error

    with lock_folder(folder):
        os.chmod(folder, 0o700)
        try:
            identity = join(folder, cloud, code)
        except DomainError as error:
            raise click.ClickException(f"{tell_error(error, 'en')} / {tell_error(error, 'zh-CN')}") from None
        _warn_of_disk(folder)
    click.echo(f"node {identity.node_id.hex()} is store {identity.store}")


def _warn_of_disk(folder: Path, *, always: bool = False) -> bool:
    """Say in both languages what is wrong with the folder's disk; False when something is."""
    from edge.ledger.probe import probe
    from shared.i18n import LANGUAGES, tell

    found = probe(folder)
    values: dict[str, str | int] = {"kind": found.file_system, "ms": f"{found.sync_median_s * 1000:.2f}"}
    for key in found.worries or (("disk_fit",) if always else ()):
        for language in LANGUAGES:
            click.echo(tell(key, language, values), err=bool(found.worries))
    return not found.worries


@edge.command()
@click.option("--dir", "folder", type=FOLDER, required=True)
def probe(folder: Path) -> None:
    """Is this folder's disk fit for a day-book? Exit code 1 where it is not."""
    raise SystemExit(0 if _warn_of_disk(folder, always=True) else 1)


@edge.command()
@click.option("--dir", "folder", type=FOLDER, required=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8100, show_default=True)
@click.option("--broker", default="", help="host:port of a broker; left out: the one `edge broker` wrote.")
@click.option("--broker-user", default="", help="The node's account at the broker.")
@click.option("--broker-password-file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tls-cert", type=click.Path(exists=True, path_type=Path))
@click.option("--tls-key", type=click.Path(exists=True, path_type=Path))
def run(
    folder: Path,
    host: str,
    port: int,
    broker: str,
    broker_user: str,
    broker_password_file: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> None:
    """Run the node until Ctrl-C."""
    from edge.app import Settings
    from edge.app import run as run_node

    run_node(
        Settings(
            folder=folder,
            host=host,
            port=port,
            broker=f"{broker_user}@{broker}" if broker and broker_user else broker,
            broker_password_file=broker_password_file,
            tls_cert=tls_cert,
            tls_key=tls_key,
        )
    )


@edge.command()
@click.option("--dir", "folder", type=FOLDER, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def verify(folder: Path, as_json: bool) -> None:
    """Prove the day-book: chain, density, parents, rows made again. 0: well, 1: wrong, 2: not checked."""
    import msgspec

    from edge.app import DAY_BOOK
    from edge.ledger import dbapi
    from edge.ledger.verify import verify as prove

    try:
        report = prove(folder / DAY_BOOK)
    except (dbapi.Error, OSError) as error:
        click.echo(f"not checked: {error}", err=True)
        raise SystemExit(2) from None
    if as_json:
        click.echo(msgspec.json.encode(report))
    else:
        click.echo(f"{report.logs} logs, {report.facts} facts, {report.tables} tables, {report.rows} rows")
        for fault in report.faults:
            click.echo(f"WRONG: {fault}", err=True)
        click.echo(
            "all well" if not report.faults else f"{len(report.faults)} faults", err=bool(report.faults)
        )
    raise SystemExit(1 if report.faults else 0)


@edge.command("export-bundle")
@click.option("--dir", "folder", type=FOLDER, required=True)
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export_bundle(folder: Path, target: Path) -> None:
    """Write the whole day-book into one file that proves itself anywhere: `liushui verify FILE`."""
    from edge.ledger.clock import machine_clock
    from edge.sync.book import messages
    from shared.sync import bundle

    with target.open("xb") as file:
        end = bundle.write(file, messages(str(folder), machine_clock()()))
    click.echo(f"{end.facts} facts in {end.logs} logs: {target}")


@edge.command()
@click.option("--dir", "folder", type=FOLDER, required=True)
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)
def backup(folder: Path, target: Path) -> None:
    """Copy the day-book, whole and read back, while the node may go on working."""
    from edge.app import DAY_BOOK
    from edge.jobs.backup import copy

    if target.exists():
        raise click.ClickException(f"{target} exists already")
    click.echo(f"{copy(folder / DAY_BOOK, target)} bytes in {target}")


@edge.command()
@click.argument("copy", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dir", "folder", type=FOLDER, required=True, help="The folder of a node that is not running.")
def restore(copy: Path, folder: Path) -> None:
    """Put a copy of the day-book back: proved first; what stood there is put aside in `replaced/`.

    Start the node afterwards as ever. Head office and the phones bring back what the copy lacks by themselves.
    """
    from edge.app import lock_folder
    from edge.ledger.clock import machine_clock
    from edge.sync.restore import restore as put_back
    from shared.errors import DomainError
    from shared.i18n import tell_error

    with lock_folder(folder):
        try:
            told = put_back(folder, copy, machine_clock()())
        except DomainError as error:
            raise click.ClickException(f"{tell_error(error, 'en')} / {tell_error(error, 'zh-CN')}") from None
    if told.again:
        click.echo(f"{told.copy} is in place already; nothing was done.")
    click.echo(f"{told.facts} facts in {told.logs} logs")
    if told.aside:
        click.echo(f"What stood there before: {told.aside}")
    if told.hours_to_tell:
        click.echo(f"{told.hours_to_tell} hours of readings will be told once more")
    if told.readings_lost:
        click.echo("GAP: readings since the copy are lost; the gap stands in the node's diary")


@edge.command()
def openapi() -> None:
    """Print the contract of the node's HTTP side, OpenAPI 3.1."""
    from edge.http.openapi import contract

    click.echo(contract())


@edge.command("import-sales")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dir", "folder", type=FOLDER, required=True, help="The folder of a node that is not running.")
@click.option(
    "--map",
    "columns",
    required=True,
    help="date=COLUMN,sku=COLUMN,qty=COLUMN,amount=COLUMN[,time=,discount=,receipt=,store=]",
)
@click.option("--store-name", default="", help="What the file calls this store, where it names stores.")
@click.option("--date-order", type=click.Choice(["dmy", "mdy"]), default=None)
@click.option("--decimal-comma", is_flag=True, help="Numbers look like 1.234,50.")
@click.option("--encoding", default="", help="Found out when left away: UTF-8 or GB18030.")
@click.option("--delimiter", default="", help="Found out when left away.")
@click.option("--language", type=click.Choice(["zh-CN", "en"]), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True)
def import_sales(
    file: Path,
    folder: Path,
    columns: str,
    store_name: str,
    date_order: DateOrder | None,
    decimal_comma: bool,
    encoding: str,
    delimiter: str,
    language: Language,
    as_json: bool,
) -> None:
    """Take in a shop's own sales file: all of it, or nothing and a list of what is wrong by line."""
    import msgspec

    from edge.app import DAY_BOOK, lock_folder
    from edge.ledger.writer import Writer
    from edge.sales_files.importing import import_file
    from edge.sales_files.reading import Layout, columns_of
    from shared.errors import DomainError
    from shared.i18n import tell_error

    with lock_folder(folder):
        writer = Writer(folder / DAY_BOOK)
        writer.start()
        try:
            layout = Layout(
                columns=columns_of(columns),
                date_order=date_order or "",
                decimal_comma=decimal_comma,
                encoding=encoding,
                delimiter=delimiter.replace("\\t", "\t"),
            )
            told = import_file(writer, file.read_bytes(), layout, "import", store_name)
        except DomainError as error:
            raise click.ClickException(tell_error(error, language)) from None
        finally:
            writer.stop()
    errors = [(trouble.line, tell_error(trouble.error, language)) for trouble in told.troubles]
    if as_json:
        summary = msgspec.structs.asdict(told) | {
            "troubles": [{"line": line, "text": text} for line, text in errors]
        }
        click.echo(msgspec.json.encode(summary))
    else:
        for line, text in errors:
            click.echo(f"line {line}: {text}", err=True)
        click.echo(
            f"nothing imported, {len(errors)} lines are wrong"
            if errors
            else f"{told.lines} lines: {told.sales} sales, {told.returns} returns, "
            f"{told.first_day} to {told.last_day}; {told.known_before} known before, "
            f"{told.other_stores} lines of other stores"
        )
    raise SystemExit(1 if errors else 0)


if __name__ == "__main__":
    edge()
