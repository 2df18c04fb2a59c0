"""The `liushui` command: one root whose subcommands each side brings through the entry-point group.

A machine in a store installs only the edge, head office only the cloud. So a side's commands are loaded when
they are asked for and not before, and asking for a side that is not installed gives one line that says how to
get it. Another distribution adds a command by naming it in the entry-point group `liushui.commands`.
"""

from __future__ import annotations

import importlib
from importlib.metadata import EntryPoint, entry_points
from typing import cast

import rich_click as click

GROUP = "liushui.commands"
_CHECKOUT_ONLY = "tests"
"""The folder of a checkout that no installation brings; a command in it runs stores and head office as one."""
_OWN = {"verify": ("shared.verifying", "verify")}
"""The root's own commands, loaded when they are asked for: they belong to no side."""


class CommandsOfEverySide(click.RichGroup):
    """A click group that finds its subcommands among the installed entry points."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name some installed distribution offers, whether or not its libraries are here."""
        return sorted({*super().list_commands(ctx), *_OWN, *entry_points(group=GROUP).names})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one side's commands, or stand in for them with the reason why they cannot run."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        if cmd_name in _OWN:
            module, name = _OWN[cmd_name]
            return cast("click.Command", getattr(importlib.import_module(module), name))
        for offered in entry_points(group=GROUP, name=cmd_name):
            return _load(offered)
        return None


def _load(offered: EntryPoint) -> click.Command:
    try:
        command = offered.load()
    except ModuleNotFoundError as missing:
        return _not_installed(offered.name, missing.name or "")
    if not isinstance(command, click.Command):
        raise TypeError(f"entry point {offered.name} of {GROUP} is no click command: {command!r}")
    return command


def _not_installed(name: str, missing: str) -> click.Command:
    """A command that only says what to install; its help line says the same in the list of commands."""
    if missing.partition(".")[0] == _CHECKOUT_ONLY:
        cure = "needs a checkout of the source: what it runs is not part of an installation"
    else:
        cure = f"not installed here ({missing} is missing): pip install 'liushui[{name}]'"

    def refuse(_arguments: tuple[str, ...]) -> None:
        click.echo(f"liushui {name}: {cure}", err=True)
        raise SystemExit(1)

    return click.Command(
        name,
        callback=refuse,
        short_help=cure,
        context_settings={"ignore_unknown_options": True, "help_option_names": []},
        params=[click.Argument(["_arguments"], nargs=-1, type=click.UNPROCESSED)],
    )


@click.group(cls=CommandsOfEverySide, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="liushui", prog_name="liushui")
def liushui() -> None:
    """Liushui 流水: stock and sales for chains of small stores."""
