"""Which head office a command is about: options that every command line of the cloud takes alike."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

FOLDER = click.Path(file_okay=False, path_type=Path)
DIR = click.option("--dir", "folder", type=FOLDER, default=Path("liushui-cloud"), show_default=True)
DATABASE = click.option("--database", default="", help="postgresql+psycopg://… instead of the embedded one.")
