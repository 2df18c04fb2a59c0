"""Ruuvi Gateway: `ruuvi/<gateway>/<tag>` carries each advertisement it heard, as hex inside a JSON object.

The gateway stamps it with `gwts` (its own time, once it has one) and `ts` (when the tag was heard). The tag's
address in the topic is its name. The bytes themselves are read by `bluetooth.decode_ruuvi`; a tag of an older
data format is somebody else's and is passed over.
"""

from __future__ import annotations

from firmware_bridge.normalise.bluetooth import RUUVI_MAKER, believed, decode_ruuvi
from firmware_bridge.normalise.measured import (
    IGNORED,
    Context,
    Measured,
    Normalised,
    NormaliserExample,
    NormaliserKind,
    Outcome,
    Refusal,
)
from firmware_bridge.normalise.payload import parted, read_object, read_time

_MAKER_DATA = 0xFF


def normalise(topic: str, payload: bytes, context: Context) -> Outcome:
    """One message of a Ruuvi Gateway."""
    base = context.base or "ruuvi"
    levels = topic.split("/")
    if levels[: base.count("/") + 1] != base.split("/") or len(levels) != base.count("/") + 3:
        return IGNORED
    if levels[-1] in ("gw_status", "status"):
        return IGNORED
    told = read_object(payload)
    if isinstance(told, Refusal):
        return told
    data = _hex(told.get("data"))
    if data is None:
        return Refusal(error="malformed_payload", detail="no advertisement in hex", device=levels[-1])
    maker = maker_data(data)
    if maker is None or maker[:2] != RUUVI_MAKER.to_bytes(2, "little"):
        return IGNORED
    said = decode_ruuvi(maker[2:])
    if said.error == "unsupported_version_or_format":
        return IGNORED
    if said.error:
        return Refusal(error="malformed_payload", detail=said.error, device=levels[-1])
    device = levels[-1].replace(":", "").lower()
    readings, unmeasured = parted(believed(device, said))
    heard_ms = read_time(told.get("ts"), None)
    return Normalised(
        readings=readings,
        unmeasured=unmeasured,
        device=device,
        ts_ms=heard_ms,
        seq=said.packet,
        dedupe=None if said.packet is None else f"{said.packet}-{heard_ms}",
    )


def _hex(value: object) -> bytes | None:
    """Bytes of a hex text."""
    try:
        return bytes.fromhex(value) if isinstance(value, str) and value else None
    except ValueError:
        return None


def maker_data(advertisement: bytes) -> bytes | None:
    """The maker's part of a Bluetooth advertisement: a run of (length, type, bytes)."""
    at = 0
    while at + 1 < len(advertisement):
        size, kind = advertisement[at], advertisement[at + 1]
        if kind == _MAKER_DATA and size > 1:
            return advertisement[at + 2 : at + 1 + size]
        if not size:
            return None
        at += 1 + size
    return None


NORMALISER = NormaliserKind(
    name="ruuvi",
    topics=("ruuvi/+/+",),
    normalise=normalise,
    examples=(
        NormaliserExample(
            topic="ruuvi/AA:BB:CC:00:00:01/CB:B8:33:4C:88:4F",
            payload=b'{"gw_mac":"AA:BB:CC:00:00:01","rssi":-60,"gwts":"1795337971","ts":"1795337970",'
            b'"data":"0201061BFF990405EEB05394C37C0004FFFC040CAC364200CECBB8334C884F","coords":""}',
            outcome=Normalised(
                device="cbb8334c884f",
                readings=(
                    Measured(device="cbb8334c884f", quantity="temperature", value="-22.16", unit="Cel"),
                    Measured(device="cbb8334c884f", quantity="humidity", value="53.49", unit="%"),
                    Measured(device="cbb8334c884f", quantity="pressure", value="1000.44", unit="hPa"),
                    Measured(device="cbb8334c884f", quantity="battery_voltage", value="2977", unit="mV"),
                ),
                ts_ms=1795337970000,
                seq=206,
                dedupe="206-1795337970000",
            ),
        ),
        NormaliserExample(topic="ruuvi/AA:BB:CC:00:00:01/gw_status", payload=b"{", outcome=IGNORED),
    ),
)
