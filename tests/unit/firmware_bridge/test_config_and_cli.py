"""What the person who sets a bridge up writes and reads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from firmware_bridge.config import read_config
from shared.errors import DomainError
from shared.i18n import tell_error
from shared.i18n.texts.bridge import TEXTS
from tests.unit.firmware_bridge.running import Bridge, wait_for

HEAD = 'site = "store-1"\nbridge = "b1"\nstate_dir = "state"\n'
SCALE = '[[device]]\nid = "scale-1"\nprotocol = "toledo_8217"\nport = "/dev/x"\n'


def written(folder: Path, text: str) -> Path:
    """A configuration file."""
    path = folder / "bridge.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_full_configuration_is_read(tmp_path: Path) -> None:
    """Every part of the example in the documentation."""
    config = read_config(
        written(
            tmp_path,
            HEAD
            + '[broker]\nhost = "h"\nport = 8883\nusername = "b1"\nca_file = "/ca.pem"\n'
            + SCALE
            + 'options = { unit = "kg" }\nrelease_below = "0.05 kg"\nline = { baudrate = 19200 }\n'
            + '[[sensors]]\nfamily = "tasmota"\nutc_offset = "-03:30"\n',
        )
    )
    assert config.device[0].release_below_g() == 50
    assert config.sensors[0].utc_offset_min() == -210
    assert config.broker.password() is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("site = ", "bridge_config_invalid"),
        ('site = "a/b"\nbridge = "b"\nstate_dir = "s"\n', "bridge_config_invalid"),
        (HEAD + "colour = 1\n", "bridge_config_invalid"),
        (HEAD + SCALE + SCALE, "bridge_device_twice"),
        (HEAD + SCALE + SCALE.replace("scale-1", "scale-2"), "bridge_port_twice"),
        (HEAD + SCALE.replace("/dev/x", "tcp:host"), "bridge_device_invalid"),
        (HEAD + SCALE + 'template = "nobody knows"\n', "bridge_device_invalid"),
        (HEAD + SCALE.replace("toledo_8217", "abacus"), "bridge_driver_unknown"),
        (HEAD + SCALE + 'options = { unit = "stone" }\n', "bridge_device_invalid"),
        (HEAD + SCALE + 'options = { units = "kg" }\n', "bridge_device_invalid"),
        (HEAD + SCALE + 'release_below = "0 g"\n', "bridge_device_invalid"),
        (HEAD + SCALE + "line = { bytesize = 5 }\n", "bridge_device_invalid"),
        (HEAD + '[[sensors]]\nfamily = "smoke signals"\n', "bridge_sensors_unknown"),
        (HEAD + '[[sensors]]\nfamily = "template"\n', "bridge_sensors_invalid"),
        (HEAD + '[[sensors]]\nfamily = "template"\ntemplate = "xy-md02"\n', "bridge_sensors_invalid"),
        (HEAD + '[[sensors]]\nfamily = "theengs"\nbindkeys_file = "/nowhere"\n', "bridge_sensors_invalid"),
        (HEAD + '[[modbus]]\nid = "m"\nconnect = "COM1"\n', "bridge_device_invalid"),
        (HEAD + '[[modbus]]\nid = "m"\nconnect = "tcp://h"\n', "bridge_device_invalid"),
        (HEAD + SCALE + '[[modbus]]\nid = "scale-1"\nconnect = "tcp://h"\n', "bridge_device_twice"),
        (HEAD + '[[sensor]]\ndevice = "f"\nlow = "cold"\n', "bridge_config_invalid"),
        (HEAD + '[[sensors]]\nfamily = "tasmota"\nutc_offset = "Beijing"\n', "bridge_sensors_invalid"),
    ],
)
def test_a_wrong_configuration_says_what_is_wrong(tmp_path: Path, text: str, key: str) -> None:
    """By key, with a sentence in both languages."""
    with pytest.raises(DomainError) as refused:
        read_config(written(tmp_path, text))
    assert refused.value.key == key
    assert tell_error(refused.value, "zh-CN") != tell_error(refused.value, "en")


def test_every_text_has_both_languages() -> None:
    """And neither is empty."""
    assert all(chinese and english and chinese != english for chinese, english in TEXTS.values())


def liushui_bridge(
    *arguments: str, language: str = "en_GB.UTF-8", stdin: str = ""
) -> subprocess.CompletedProcess:
    """The command as a person types it."""
    return subprocess.run(
        [sys.executable, "-c", "from firmware_bridge.cli import bridge; bridge()", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "LC_ALL": language},
    )


def test_a_missing_configuration_is_told_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    """One line, no traceback, exit code 2."""
    for language, word in (("zh_CN.UTF-8", "无法读取"), ("en_GB.UTF-8", "cannot be read")):
        ran = liushui_bridge("run", "--config", str(tmp_path / "none.toml"), language=language)
        assert ran.returncode == 2
        assert word in ran.stderr
        assert "Traceback" not in ran.stderr


def test_a_second_bridge_in_the_same_folder_is_refused(tmp_path: Path, free_port: int) -> None:
    """It would take the first one's connection away; when the first is gone, however it went, it may start."""
    bridge = Bridge(tmp_path / "bridge", f'site = "s"\nbridge = "b"\n[broker]\nport = {free_port}\n')
    bridge.start()
    try:
        wait_for(lambda: bridge.log().count("uplink_alarm ") == 1, "first bridge running")
        ran = liushui_bridge("run", "--config", str(bridge.config))
        assert ran.returncode == 2
        assert "already running" in ran.stderr
        bridge.kill()
        bridge.start()
        wait_for(lambda: bridge.log().count("uplink_alarm ") == 2, "second bridge running")
    finally:
        bridge.kill()


def test_the_protocols_are_listed() -> None:
    """What can be connected here."""
    told = json.loads(liushui_bridge("protocols", "--json").stdout)
    assert told["drivers"]["toledo_8217"] == "weight"
    assert "tele/#" in told["sensors"]["tasmota"]


def test_simulate_prints_its_ports_and_acts_out_a_script(tmp_path: Path) -> None:
    """One line with the ports, one for each line of the script; nobody reads, so nothing is taken."""
    ran = liushui_bridge(
        *("simulate", "--folder", str(tmp_path / "ports")),
        *("--device", "scanner:scanner-1", "--device", "mt_sics:scale-1", "--script", "-"),
        stdin='{"do":"put","device":"scale-1","weight":"1.25"}\n{"do":"scan","device":"scanner-1","text":"1"}\n',
    )
    ready, put, scan = (json.loads(line) for line in ran.stdout.splitlines())
    assert ready == {
        "ready": True,
        "ports": {name: str(tmp_path / "ports" / name) for name in ("scanner-1", "scale-1")},
    }
    assert (put, scan) == ({"done": 1, "taken": True}, {"done": 2, "taken": False})
    assert ran.returncode == 0


def test_a_wrong_script_line_is_told_by_its_number(tmp_path: Path) -> None:
    """So is a device kind that does not exist."""
    ran = liushui_bridge("simulate", "--folder", str(tmp_path), "--script", "-", stdin='\n{"do":"dance"}\n')
    assert ran.returncode == 2
    assert "Line 2" in ran.stderr
    ran = liushui_bridge("simulate", "--folder", str(tmp_path), "--device", "abacus:a")
    assert ran.returncode == 2
    assert "KIND:NAME" in ran.stderr


def test_a_driver_of_another_package_is_found(tmp_path: Path) -> None:
    """An entry point is enough: nothing in this project is edited."""
    (tmp_path / "abacus.py").write_text(
        "from firmware_bridge.drivers.frames import DriverKind, Example\n"
        "class Abacus:\n"
        "    def feed(self, data): return []\n"
        "DRIVER = DriverKind(name='abacus', measures='weight', make=lambda o: Abacus(),"
        " buffer_bytes_max=0, examples=(Example(stream=b'', frames=()),))\n"
    )
    told = tmp_path / "abacus-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: abacus\nVersion: 1\n")
    (told / "entry_points.txt").write_text(
        "[liushui.drivers]\nabacus = abacus:DRIVER\nbroken = nowhere:DRIVER\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", "from firmware_bridge.drivers import drivers; print(*drivers())"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
    )
    assert set(ran.stdout.split()) >= {"abacus", "mt_sics", "scanner", "toledo_8217"}, ran.stderr
    assert "nowhere" in ran.stderr
