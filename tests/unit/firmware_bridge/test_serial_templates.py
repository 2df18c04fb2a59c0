"""Makes and models as files: an installer adds one without code, and a wrong one says what is wrong with it."""

import json
from pathlib import Path

import pytest

from firmware_bridge.config import read_config
from firmware_bridge.drivers import drivers
from firmware_bridge.serial_templates import serial_of
from firmware_bridge.templates import library
from shared.errors import DomainError
from tests.unit.firmware_bridge.test_config_and_cli import HEAD, liushui_bridge, written

OURS = [one for _, one in sorted(library().templates.items()) if one.kind == "serial"]
FLOOR = '[[device]]\nid = "floor"\ntemplate = "yaohua-xk3190-a12"\nport = "tcp:10.0.0.7:4001"\n'
MINE = 'name = "my-scale"\nkind = "serial"\nmake = "Me"\n[serial]\nprotocol = "adam"\n'


def test_every_protocol_of_a_scale_has_a_template() -> None:
    """And each of ours can be read."""
    spoken = {serial_of(template).protocol for template in OURS}
    assert {name for name, kind in drivers().items() if kind.measures == "weight"} <= spoken
    assert {"scanner", "keyboard_scanner"} <= spoken
    assert library().broken == ()


@pytest.mark.parametrize("template", OURS, ids=lambda template: template.name)
def test_a_template_of_ours_says_in_both_languages_what_it_is(template) -> None:
    """Nothing claims to have been held against a device that nobody held it against."""
    assert set(template.note) == {"zh", "en"}
    assert not template.verified


def test_a_device_says_only_where_it_hangs(tmp_path: Path) -> None:
    """Protocol, unit, make and the rest come from the template."""
    (device,) = read_config(written(tmp_path, HEAD + FLOOR)).device
    assert (device.protocol, device.options, device.port) == (
        "xk3190_cont0",
        {"unit": "kg"},
        "tcp:10.0.0.7:4001",
    )
    assert device.make == "耀华 YaoHua"


def test_what_a_device_says_itself_wins(tmp_path: Path) -> None:
    """Key by key: its unit replaces the template's, its line is laid over it."""
    text = (
        FLOOR + 'options = { unit = "t" }\nstable_repeats = 8\nline = { baudrate = 1200 }\nmake = "other"\n'
    )
    (device,) = read_config(written(tmp_path, HEAD + text)).device
    assert (device.options, device.stable_repeats, device.make) == ({"unit": "t"}, 8, "other")
    assert device.port_line(drivers()[device.protocol].line).baudrate == 1200


def test_a_template_may_know_where_its_device_is_found(tmp_path: Path) -> None:
    """A USB scale by its vendor and product."""
    (device,) = read_config(
        written(tmp_path, HEAD + '[[device]]\nid = "post"\ntemplate = "usb-hid-scale"\n')
    ).device
    assert device.port == "hidraw:0922:8003"


def test_an_installer_adds_a_template_beside_the_configuration(tmp_path: Path) -> None:
    """Or in the folder the configuration names; his wins over ours of the same name."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "mine.toml").write_text(MINE)
    (folder / "cas.toml").write_text(MINE.replace("my-scale", "cas-pdii"))
    text = HEAD + "".join(
        f'[[device]]\nid = "{name}"\ntemplate = "{name}"\nport = "/dev/{name}"\n'
        for name in ("my-scale", "cas-pdii")
    )
    assert [device.protocol for device in read_config(written(tmp_path, text)).device] == ["adam", "adam"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (('protocol = "adam"', 'protocol = "abacus"'), "$.protocol"),
        (('protocol = "adam"', 'protocol = "adam"\npoll_ms = "soon"'), "$.poll_ms"),
        (('protocol = "adam"', 'protocol = "adam"\nspeed = 9600'), "speed"),
        (('protocol = "adam"', 'protocol = "adam"\noptions = { unit = "kg" }'), "unknown option unit"),
        (('make = "Me"', "make = 7"), "$.make"),
        (('make = "Me"', "make = "), "line 3"),
    ],
)
def test_a_wrong_template_is_told_by_file_and_field(
    tmp_path: Path, changed: tuple[str, str], told: str
) -> None:
    """To the device that uses it, and by the command that lists them; nothing else is taken down."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "my-scale.toml").write_text(MINE.replace(*changed))
    device = '[[device]]\nid = "a"\ntemplate = "my-scale"\nport = "/dev/x"\n'
    with pytest.raises(DomainError) as refused:
        read_config(written(tmp_path, HEAD + device))
    assert told in refused.value.values["reason"]
    assert "my-scale" in refused.value.values["reason"]
    ran = liushui_bridge("templates", "--folder", str(folder), "--json")
    wrong = json.loads(ran.stdout)["wrong"]
    assert ran.returncode == 1
    assert any("my-scale" in where and told in why for where, why in wrong.items())
    assert read_config(written(tmp_path, HEAD + FLOOR)).device[0].protocol == "xk3190_cont0"


def test_a_template_nobody_knows_is_told_with_the_ones_there_are(tmp_path: Path) -> None:
    """A misspelt name costs one look."""
    device = '[[device]]\nid = "a"\ntemplate = "yaohua"\nport = "/dev/x"\n'
    with pytest.raises(DomainError) as refused:
        read_config(written(tmp_path, HEAD + device))
    assert "yaohua-xk3190-a12" in refused.value.values["reason"]
