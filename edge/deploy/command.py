"""`liushui edge broker`: the configuration of a store's broker, with an account for the node and each bridge."""

from __future__ import annotations

import secrets
from pathlib import Path

import rich_click as click

from edge.deploy.broker import Account, Tls, write_configuration

FILE = click.Path(dir_okay=False, exists=True, path_type=Path)


@click.command()
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--store", required=True, help="The store's code: it is the site in every topic.")
@click.option("--port", default=1883, show_default=True, help="For this machine only.")
@click.option("--bridge", "bridges", multiple=True, help="A bridge's id; repeat for each.")
@click.option("--foreign", multiple=True, help="Topics of foreign devices, such as zigbee2mqtt/#.")
@click.option("--tls-port", type=int, help="For bridges elsewhere in the store.")
@click.option("--tls-cert", type=FILE)
@click.option("--tls-key", type=FILE)
def broker(
    folder: Path,
    store: str,
    port: int,
    bridges: tuple[str, ...],
    foreign: tuple[str, ...],
    tls_port: int | None,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> None:
    """Write mosquitto.conf and print each account's password, once. Run again, it makes new passwords."""
    tls = None
    if tls_port is not None:
        if tls_cert is None or tls_key is None:
            raise click.UsageError("--tls-port needs --tls-cert and --tls-key")
        tls = Tls(port=tls_port, certificate=tls_cert.resolve(), key=tls_key.resolve())
    accounts = [Account(name=f"edge-{store}", password=_password(), role="edge")]
    accounts += [Account(name=name, password=_password(), role="bridge", reads=foreign) for name in bridges]
    if foreign:
        accounts.append(Account(name="sensors", password=_password(), role="sensor", writes=foreign))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        configuration = write_configuration(folder, port, store, accounts, tls)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    for account in accounts:
        click.echo(f"{account.role:<7} {account.name}  {account.password}")
    click.echo(f"mosquitto -c {configuration}")


def _password() -> str:
    return secrets.token_urlsafe(18)
