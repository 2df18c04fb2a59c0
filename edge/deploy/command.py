"""`liushui edge broker`: the configuration of a store's broker, written, tried, and told in words if it is wrong."""

from __future__ import annotations

from pathlib import Path

import rich_click as click


@click.command()
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--port", type=int, help="For this machine only. [default: 1883]")
@click.option("--tls-port", type=int, help="For bridges elsewhere in the store; 0 for none. [default: 8883]")
@click.option("--sensor-port", type=int, help="For sensors that know no TLS; 0 for none. [default: 0]")
@click.option("--sensor-address", help="This machine's address in the sensors' own network.")
@click.option(
    "--name", "names", multiple=True, help="A name or address bridges call this machine by; repeat."
)
def broker(
    folder: Path,
    port: int | None,
    tls_port: int | None,
    sensor_port: int | None,
    sensor_address: str | None,
    names: tuple[str, ...],
) -> None:
    """Write and try the broker's configuration in a node's folder. Run again, it keeps accounts and keys.

    What is not said stays as it was. A certificate whose time is half over is made anew.
    """
    site = _site(folder)
    asked = {
        "port": port,
        "tls_port": tls_port,
        "sensor_port": sensor_port,
        "sensor_address": sensor_address,
        "names": names or None,
    }
    set_up(folder, site, **{name: value for name, value in asked.items() if value is not None})


def _site(folder: Path) -> str:
    from edge.app import DAY_BOOK
    from edge.ledger import dbapi
    from edge.ledger.identity import read_identity

    if not (folder / DAY_BOOK).exists():
        raise click.ClickException(f"{folder} is no node yet: run `liushui edge init` or `enrol` first")
    connection = dbapi.open_reader(folder / DAY_BOOK)
    try:
        identity = read_identity(connection)
    finally:
        connection.close()
    if identity is None or not identity.store:
        raise click.ClickException(f"{folder} has no store yet: run `liushui edge init` or `enrol` first")
    return identity.store


def set_up(folder: Path, site: str, **asked: object) -> None:
    """Write, try, and say how the broker is started; ends the command with what is wrong."""
    # Here, so that no other command waits for the broker's libraries.
    import msgspec

    from edge.deploy.broker import FOLDER, Plan, read_plan, write_store_broker
    from edge.deploy.checking import is_ours, taken_port, try_out
    from shared.errors import DomainError
    from shared.i18n import tell_error

    place = folder / FOLDER
    before = read_plan(place) or Plan(site=site)
    plan = msgspec.structs.replace(before, site=site, **asked)
    try:
        runs = before == plan and taken_port(plan) == plan.port and is_ours(place, plan)
        configuration = write_store_broker(place, plan)
        if not runs:
            try_out(configuration, plan)
    except DomainError as error:
        raise click.ClickException(f"{tell_error(error, 'en')} / {tell_error(error, 'zh-CN')}") from None
    click.echo(f"mosquitto -c {configuration}")
    if runs:
        click.echo("The broker runs already; `kill -HUP` it to take a new certificate.")
