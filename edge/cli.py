"""`liushui edge …`: making, running, proving and copying a store's node."""

from __future__ import annotations

import os
from pathlib import Path

import rich_click as click

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def edge() -> None:
    """One store's node: its day-book, its phones, its devices."""


@edge.command()
@click.option("--dir", "folder", type=FOLDER, required=True, help="The node's own folder.")
@click.option("--store", default="", help="The store's code, for a node without head office.")
def init(folder: Path, store: str) -> None:
    """Make a node's folder. With --store it works on its own; else `enrol` it at head office."""
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
    click.echo(f"node {identity.node_id.hex()} in {folder}")


@edge.command()
@click.option("--dir", "folder", type=FOLDER, required=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8100, show_default=True)
@click.option("--broker", default="", help="host:port of the store's MQTT broker.")
@click.option("--tls-cert", type=click.Path(exists=True, path_type=Path))
@click.option("--tls-key", type=click.Path(exists=True, path_type=Path))
def run(folder: Path, host: str, port: int, broker: str, tls_cert: Path | None, tls_key: Path | None) -> None:
    """Run the node until Ctrl-C."""
    from edge.app import Settings
    from edge.app import run as run_node

    run_node(Settings(folder=folder, host=host, port=port, broker=broker, tls_cert=tls_cert, tls_key=tls_key))
