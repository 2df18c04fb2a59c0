"""Theengs Gateway and OpenMQTTGateway: `<base>/<gateway>/BTtoMQTT/<address>`, one JSON object per advertisement.

These gateways decode hundreds of Bluetooth sensors themselves and name the values (`tempc`, `hum`, `batt`); further
probes of one device are `tempc2`, `tempc3` …, and a scale says its `unit`, without which its weight is none. What
they do not know they pass on as `servicedata` and `manufacturerdata` in hex, and then BTHome and Ruuvi are read
here.
"""

from __future__ import annotations

from firmware_bridge.normalise.bluetooth import (
    RUUVI_MAKER,
    Advertised,
    believed,
    decode_bthome,
    decode_ruuvi,
)
from firmware_bridge.normalise.components import known_field
from firmware_bridge.normalise.measured import (
    IGNORED,
    Context,
    Measured,
    Normalised,
    NormaliserExample,
    NormaliserKind,
    Outcome,
    Refusal,
    Unmeasured,
)
from firmware_bridge.normalise.payload import parted, read_object

_FIELDS = (
    "tempc",
    *(f"tempc{probe}" for probe in range(2, 7)),
    "hum",
    "batt",
    "open",
    "lux",
    "weight",
    "volt",
)
_VOLTS = "volt"
_WEIGHT_UNITS = {"kg": "kg", "lb": "[lb_av]", "lbs": "[lb_av]"}
"""A scale set to 斤 says "jin"; that is no unit the books know."""


def normalise(topic: str, payload: bytes, context: Context) -> Outcome:
    """One advertisement as a gateway tells it."""
    levels = topic.split("/")
    if "BTtoMQTT" not in levels[:-1] or (context.base and not topic.startswith(context.base + "/")):
        return IGNORED
    told = read_object(payload)
    if isinstance(told, Refusal):
        return told
    device = levels[-1].replace(":", "").lower()
    if not device:
        return IGNORED
    said = _shouted(told, device, context)
    if said is not None:
        if said.error:
            return Refusal(error="malformed_payload", detail=said.error, device=device)
        readings, unmeasured = parted(believed(device, said))
        return Normalised(readings=readings, unmeasured=unmeasured, device=device, seq=said.packet)
    parts: list[Measured | Unmeasured] = []
    for name in _FIELDS:
        field = "battery_voltage" if name == _VOLTS else name
        unit = _WEIGHT_UNITS.get(str(told.get("unit"))) if name == "weight" else None
        if name not in told or (name == "weight" and unit is None):
            continue
        if (part := known_field(device, field, told[name], unit=unit)) is not None:
            parts.append(part)
    readings, unmeasured = parted(parts)
    return Normalised(readings=readings, unmeasured=unmeasured, device=device)


def _shouted(told: dict[str, object], device: str, context: Context) -> Advertised | None:
    """The bytes of a sensor the gateway does not know itself; None where there are none we read."""
    uuid, data = told.get("servicedatauuid"), _bytes(told.get("servicedata"))
    if data and isinstance(uuid, str) and uuid.lower().removeprefix("0x")[-4:] == "fcd2":
        keys = {name.replace(":", "").lower(): key for name, key in context.bindkeys.items()}
        return decode_bthome(data, mac=device, bindkey=keys.get(device))
    maker = _bytes(told.get("manufacturerdata"))
    if maker and maker[:2] == RUUVI_MAKER.to_bytes(2, "little") and maker[2:3] in (b"\x05", b"\x03"):
        return decode_ruuvi(maker[2:])
    return None


def _bytes(value: object) -> bytes | None:
    """Bytes of a hex text."""
    try:
        return bytes.fromhex(value) if isinstance(value, str) else None
    except ValueError:
        return None


NORMALISER = NormaliserKind(
    name="theengs",
    topics=("home/+/BTtoMQTT/#",),
    normalise=normalise,
    examples=(
        NormaliserExample(
            topic="home/OMG/BTtoMQTT/A4C1388D18B2",
            payload=b'{"id":"A4:C1:38:8D:18:B2","tempc":4,"tempc2":-18.1,"weight":12.5,"unit":"lbs"}',
            outcome=Normalised(
                device="a4c1388d18b2",
                readings=(
                    Measured(device="a4c1388d18b2", quantity="temperature", value="4", unit="Cel"),
                    Measured(
                        device="a4c1388d18b2", sub="2", quantity="temperature", value="-18.1", unit="Cel"
                    ),
                    Measured(device="a4c1388d18b2", quantity="weight", value="12.5", unit="[lb_av]"),
                ),
            ),
        ),
        NormaliserExample(
            topic="home/OMG/BTtoMQTT/A4C1388D18B2",
            payload=b'{"id":"A4:C1:38:8D:18:B2","weight":12.5}',
            outcome=Normalised(device="a4c1388d18b2"),
        ),
        NormaliserExample(
            topic="home/TheengsGateway/BTtoMQTT/A4C1388D18B2",
            payload=b'{"id":"A4:C1:38:8D:18:B2","rssi":-71,"model":"LYWSD03MMC","tempc":-18.2,"hum":52,"batt":87}',
            outcome=Normalised(
                device="a4c1388d18b2",
                readings=(
                    Measured(device="a4c1388d18b2", quantity="temperature", value="-18.2", unit="Cel"),
                    Measured(device="a4c1388d18b2", quantity="humidity", value="52", unit="%"),
                    Measured(device="a4c1388d18b2", quantity="battery", value="87", unit="%"),
                ),
            ),
        ),
        NormaliserExample(
            topic="home/OMG/BTtoMQTT/A4C1388D18B3",
            payload=b'{"id":"A4:C1:38:8D:18:B3","servicedata":"400240f8","servicedatauuid":"0xfcd2"}',
            outcome=Normalised(
                device="a4c1388d18b3",
                readings=(
                    Measured(device="a4c1388d18b3", quantity="temperature", value="-19.84", unit="Cel"),
                ),
            ),
        ),
    ),
)
