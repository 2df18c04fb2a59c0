"""`liushui` finds each side's commands and says plainly when a side is not installed."""

import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from shared.command_line import GROUP, liushui
from shared.places import PWA_FOLDERS


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed distribution `shop` that offers `liushui store` out of a module `shop_cli`."""
    about = tmp_path / "shop-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[{GROUP}]\nstore = shop_cli:store\n")
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_another_distribution_brings_a_command(shop: Path) -> None:
    """A command that is named in the entry-point group runs under `liushui`."""
    (shop / "shop_cli.py").write_text(
        "import click\n@click.command()\ndef store():\n    'Look after the shop.'\n    click.echo('open')\n"
    )
    answer = CliRunner().invoke(liushui, ["store"])
    sys.modules.pop("shop_cli")
    assert (answer.exit_code, answer.output) == (0, "open\n")


def test_a_side_that_is_not_installed_says_how_to_get_it(shop: Path) -> None:
    """One line, no traceback, exit code 1, whatever arguments follow."""
    (shop / "shop_cli.py").write_text("import no_such_library\n")
    answer = CliRunner().invoke(liushui, ["store", "run", "--port", "80"])
    assert answer.exit_code == 1
    assert answer.output == (
        "liushui store: not installed here (no_such_library is missing): pip install 'liushui[store]'\n"
    )


def test_a_command_of_the_checkout_says_that_it_needs_one(shop: Path) -> None:
    """An installation does not bring the tests folder, where the simulator lives."""
    (shop / "shop_cli.py").write_text("import tests.of_another_house\n")
    answer = CliRunner().invoke(liushui, ["store"])
    assert answer.exit_code == 1
    assert answer.output.startswith("liushui store: needs a checkout of the source")


def test_the_list_of_commands_survives_a_missing_side(shop: Path) -> None:
    """`liushui --help` lists a side even when its libraries are missing."""
    answer = CliRunner().invoke(liushui, ["--help"])
    assert answer.exit_code == 0
    assert "store" in answer.output


def test_an_unknown_command_is_refused() -> None:
    """A misspelt command is an error of its own, not a missing side."""
    answer = CliRunner().invoke(liushui, ["egde"])
    assert answer.exit_code == 2


def test_the_app_is_looked_for_beside_the_code(house: Path) -> None:
    """A checkout serves its own build before anything a wheel brought."""
    assert list(PWA_FOLDERS) == [house / "pwa" / "dist", house / "edge" / "_pwa"]


def test_the_command_is_installed() -> None:
    """Installing the distribution puts `liushui` beside Python."""
    assert shutil.which("liushui", path=str(Path(sys.executable).parent))
