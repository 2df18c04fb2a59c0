"""Which head office a command is about: options that every command line of the cloud takes alike."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

FOLDER = click.Path(file_okay=False, path_type=Path)
DIR = click.option("--dir", "folder", type=FOLDER, default=Path("liushui-cloud"), show_default=True)
DATABASE_VARIABLE = "LIUSHUI_CLOUD_DATABASE"
"""Says the same as `--database`, for a process that head office starts itself: what stands here no list of processes
shows, and an address may hold a password."""
DATABASE = click.option(
    "--database",
    default="",
    envvar=DATABASE_VARIABLE,
    help="postgresql+psycopg://… instead of the embedded one.",
)
