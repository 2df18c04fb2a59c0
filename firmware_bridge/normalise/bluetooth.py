"""What Bluetooth sensors shout into the room: BTHome v2 service data and Ruuvi's data formats 5 and 3.

Pure decoders of the bytes after the UUID or the maker's number. They say what stands in the bytes, even where
it cannot be (a sensor's lowest temperature is -163.84 °C); `believed` then applies the bounds of each quantity,
so nothing impossible becomes a reading. Values that the format marks as invalid are left out.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from firmware_bridge.normalise.measured import Measured, Unmeasured
from firmware_bridge.normalise.payload import number, switch

BTHOME_UUID = 0xFCD2
RUUVI_MAKER = 0x0499


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One value as the bytes say it: a decimal, true or false of a binary sensor, or a text."""

    sensor: str
    value: Decimal | bool | str
    unit: str | None = None


class Advertised(msgspec.Struct, frozen=True, kw_only=True):
    """One advertisement; `error` is one word where it cannot be read."""

    readings: tuple[Told, ...] = ()
    error: str | None = None
    sleepy: bool = False
    at_ms: int | None = None
    packet: int | None = None
    """The sender's own number of this packet; the same one again is the same packet."""
    mac: str | None = None


class _Object(msgspec.Struct, frozen=True):
    """How one object of BTHome is laid out. An empty factor marks a binary sensor, a None sensor an unused one."""

    sensor: str | None
    size: int = 1
    factor: str = "1"
    signed: bool = False
    unit: str | None = None


def _binary(sensor: str) -> _Object:
    return _Object(sensor, factor="")


_OBJECTS: dict[int, _Object] = {
    0x00: _Object("packet_id"),
    0x01: _Object("battery", unit="%"),
    0x02: _Object("temperature", 2, "0.01", True, "Cel"),
    0x03: _Object("humidity", 2, "0.01", unit="%"),
    0x04: _Object("pressure", 3, "0.01", unit="mbar"),
    0x05: _Object("illuminance", 3, "0.01", unit="lx"),
    0x06: _Object("mass", 2, "0.01", unit="kg"),
    0x07: _Object("mass", 2, "0.01", unit="[lb_av]"),
    0x08: _Object("dew_point", 2, "0.01", True, "Cel"),
    0x09: _Object("count"),
    0x0A: _Object("energy", 3, "0.001", unit="kW.h"),
    0x0B: _Object("power", 3, "0.01", unit="W"),
    0x0C: _Object("voltage", 2, "0.001", unit="V"),
    0x0D: _Object("pm25", 2, unit="ug/m3"),
    0x0E: _Object("pm10", 2, unit="ug/m3"),
    0x0F: _binary("generic"),
    0x10: _binary("power"),
    0x11: _binary("opening"),
    0x12: _Object("carbon_dioxide", 2, unit="[ppm]"),
    0x13: _Object("volatile_organic_compounds", 2, unit="ug/m3"),
    0x14: _Object("moisture", 2, "0.01", unit="%"),
    0x15: _binary("battery"),
    0x16: _binary("battery_charging"),
    0x17: _binary("carbon_monoxide"),
    0x18: _binary("cold"),
    0x19: _binary("connectivity"),
    0x1A: _binary("door"),
    0x1B: _binary("garage_door"),
    0x1C: _binary("gas"),
    0x1D: _binary("heat"),
    0x1E: _binary("light"),
    0x1F: _binary("lock"),
    0x20: _binary("moisture"),
    0x21: _binary("motion"),
    0x22: _binary("moving"),
    0x23: _binary("occupancy"),
    0x24: _binary("plug"),
    0x25: _binary("presence"),
    0x26: _binary("problem"),
    0x27: _binary("running"),
    0x28: _binary("safety"),
    0x29: _binary("smoke"),
    0x2A: _binary("sound"),
    0x2B: _binary("tamper"),
    0x2C: _binary("vibration"),
    0x2D: _binary("window"),
    0x2E: _Object("humidity", unit="%"),
    0x2F: _Object("moisture", unit="%"),
    0x3A: _Object(None),
    0x3C: _Object(None, 2),
    0x3D: _Object("count", 2),
    0x3E: _Object("count", 4),
    0x3F: _Object("rotation", 2, "0.1", True, "deg"),
    0x40: _Object("distance", 2, unit="mm"),
    0x41: _Object("distance", 2, "0.1", unit="m"),
    0x42: _Object("duration", 3, "0.001", unit="s"),
    0x43: _Object("current", 2, "0.001", unit="A"),
    0x44: _Object("speed", 2, "0.01", unit="m/s"),
    0x45: _Object("temperature", 2, "0.1", True, "Cel"),
    0x46: _Object("uv_index", 1, "0.1"),
    0x47: _Object("volume", 2, "0.1", unit="L"),
    0x48: _Object("volume", 2, unit="mL"),
    0x49: _Object("volume_flow_rate", 2, "0.001", unit="m3/h"),
    0x4A: _Object("voltage", 2, "0.1", unit="V"),
    0x4B: _Object("gas", 3, "0.001", unit="m3"),
    0x4C: _Object("gas", 4, "0.001", unit="m3"),
    0x4D: _Object("energy", 4, "0.001", unit="kW.h"),
    0x4E: _Object("volume", 4, "0.001", unit="L"),
    0x4F: _Object("water", 4, "0.001", unit="L"),
    0x50: _Object(None, 4),
    0x51: _Object("acceleration", 2, "0.001", unit="m/s2"),
    0x52: _Object("gyroscope", 2, "0.001", unit="deg/s"),
    0x55: _Object("volume_storage", 4, "0.001", unit="L"),
    0x56: _Object("conductivity", 2, unit="uS/cm"),
    0x57: _Object("temperature", 1, "1", True, "Cel"),
    0x58: _Object("temperature", 1, "0.35", True, "Cel"),
    0x59: _Object("count", 1, "1", True),
    0x5A: _Object("count", 2, "1", True),
    0x5B: _Object("count", 4, "1", True),
    0x5C: _Object("power", 4, "0.01", True, "W"),
    0x5D: _Object("current", 2, "0.001", True, "A"),
    0x5E: _Object("direction", 2, "0.01", unit="deg"),
    0x5F: _Object("precipitation", 2, "0.1", unit="mm"),
    0x60: _Object("channel"),
    0x61: _Object("rotational_speed", 2, unit="/min"),
    0x62: _Object("speed", 4, "0.000001", True, "m/s"),
    0x63: _Object("acceleration", 4, "0.000001", True, "m/s2"),
    0x64: _Object("light_level"),
}
_PACKET, _TIMESTAMP, _TEXT, _RAW = 0x00, 0x50, 0x53, 0x54
_ENCRYPTED, _HAS_MAC, _SLEEPY = 1, 2, 4
_COUNTER_BYTES, _MIC_BYTES = 4, 4


def decode_bthome(data: bytes, *, mac: str | None = None, bindkey: str | None = None) -> Advertised:
    """The service data of UUID 0xFCD2, decrypted with the sensor's bindkey where it is encrypted."""
    if not data or data[0] >> 5 != 2:
        return Advertised(error="unsupported_version_or_format")
    info, body = data[0], data[1:]
    if info & _HAS_MAC:
        if len(body) < 6:
            return Advertised(error="truncated")
        mac, body = body[5::-1].hex(), body[6:]
    sleepy = bool(info & _SLEEPY)
    if not info & _ENCRYPTED:
        # Where a key is known, a plain packet is somebody else's: anyone can shout in the sensor's name.
        if bindkey:
            return Advertised(error="not_encrypted", sleepy=sleepy)
        return _bthome_objects(body, sleepy, _plain_mac(mac))
    if not bindkey:
        return Advertised(error="bindkey_missing", sleepy=sleepy)
    opened = _decrypt(info, body, _plain_mac(mac), bindkey)
    if opened is None:
        return Advertised(error="decryption_failed", sleepy=sleepy)
    said = _bthome_objects(opened, sleepy, _plain_mac(mac))
    counter = int.from_bytes(body[-_MIC_BYTES - _COUNTER_BYTES : -_MIC_BYTES], "little")
    return Advertised(readings=said.readings, sleepy=sleepy, at_ms=said.at_ms, packet=counter, mac=said.mac)


def _plain_mac(mac: str | None) -> str | None:
    """An address as twelve small hex digits."""
    return None if mac is None else mac.replace(":", "").replace("-", "").lower()


def _decrypt(info: int, body: bytes, mac: str | None, bindkey: str) -> bytes | None:
    """AES-CCM with a nonce of address, UUID, device information and counter; None when it does not fit."""
    try:
        key, address = bytes.fromhex(bindkey), bytes.fromhex(mac or "")
    except ValueError:
        return None
    if len(key) != 16 or len(address) != 6 or len(body) <= _COUNTER_BYTES + _MIC_BYTES:
        return None
    sealed, counter, mic = body[:-8], body[-8:-4], body[-4:]
    nonce = address + BTHOME_UUID.to_bytes(2, "little") + bytes([info]) + counter
    try:
        return AESCCM(key, tag_length=_MIC_BYTES).decrypt(nonce, sealed + mic, None)
    except (InvalidTag, ValueError):
        return None


def _bthome_objects(body: bytes, sleepy: bool, mac: str | None) -> Advertised:
    """Object after object. An unknown one ends the reading, because its length is not known; so does a cut one."""
    readings: list[Told] = []
    packet: int | None = None
    at_ms: int | None = None
    at = 0
    while at < len(body):
        kind, known = body[at], _OBJECTS.get(body[at])
        if (known is None and kind not in (_TEXT, _RAW)) or (kind in (_TEXT, _RAW) and at + 1 >= len(body)):
            break
        start = at + 1 if known else at + 2
        raw = body[start : start + (known.size if known else body[at + 1])]
        at = start + (known.size if known else body[at + 1])
        if at > len(body):
            break
        if known is None:
            if raw:
                readings.append(_text(kind, raw))
            continue
        if kind == _PACKET:
            packet = raw[0]
        elif kind == _TIMESTAMP:
            at_ms = int.from_bytes(raw, "little") * 1000
        if known.sensor is None:
            continue
        if not known.factor:
            readings.append(Told(sensor=known.sensor, value=raw[0] != 0))
            continue
        value = Decimal(int.from_bytes(raw, "little", signed=known.signed)) * Decimal(known.factor)
        readings.append(Told(sensor=known.sensor, value=value, unit=known.unit))
    return Advertised(readings=tuple(readings), sleepy=sleepy, at_ms=at_ms, packet=packet, mac=mac)


def _text(kind: int, raw: bytes) -> Told:
    """A text or bytes of the device's own."""
    if kind == _TEXT:
        return Told(sensor="text", value=raw.decode("utf-8", "replace"))
    return Told(sensor="raw", value=raw.hex())


_RUUVI_SIZE, _RUUVI_3_SIZE = 24, 14


def _decode_ruuvi_3(data: bytes) -> Advertised:
    """Data format 3 of the first tags: no markers for invalid values, no number, no address."""
    if len(data) < _RUUVI_3_SIZE:
        return Advertised(error="truncated")
    degrees = Decimal(data[2] & 0x7F) + Decimal(data[3]) / 100
    readings = (
        Told(sensor="temperature", value=-degrees if data[2] & 0x80 else degrees, unit="Cel"),
        Told(sensor="humidity", value=Decimal(data[1]) / 2, unit="%"),
        Told(
            sensor="pressure",
            value=Decimal(int.from_bytes(data[4:6], "big") + 50_000) / 100,
            unit="hPa",
        ),
        Told(sensor="battery", value=Decimal(int.from_bytes(data[12:14], "big")), unit="mV"),
    )
    return Advertised(readings=readings)


def decode_ruuvi(data: bytes) -> Advertised:
    """Data formats 5 and 3, the bytes after the maker's number."""
    if data[:1] == b"\x03":
        return _decode_ruuvi_3(data)
    if data[:1] != b"\x05":
        return Advertised(error="unsupported_version_or_format")
    if len(data) < _RUUVI_SIZE:
        return Advertised(error="truncated")
    readings: list[Told] = []

    def tell(sensor: str, raw: int, invalid: int, factor: str, unit: str, offset: int = 0) -> None:
        if raw != invalid:
            exact = (raw + offset) * Decimal(factor)
            # The last digit below a hundredth is noise of the conversion, not of the sensor.
            value = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) if "." in factor else exact
            readings.append(Told(sensor=sensor, value=value, unit=unit))

    tell("temperature", int.from_bytes(data[1:3], "big", signed=True), -0x8000, "0.005", "Cel")
    tell("humidity", int.from_bytes(data[3:5], "big"), 0xFFFF, "0.0025", "%")
    tell("pressure", int.from_bytes(data[5:7], "big"), 0xFFFF, "0.01", "hPa", 50_000)
    tell("battery", int.from_bytes(data[13:15], "big") >> 5, 0x7FF, "1", "mV", 1600)
    return Advertised(
        readings=tuple(readings), packet=int.from_bytes(data[16:18], "big"), mac=data[18:24].hex()
    )


_QUANTITIES = {
    "mass": "weight",
    "pm25": "pm2_5",
    "volatile_organic_compounds": "voc",
    "carbon_dioxide": "co2",
}
_BINARY = {
    "battery": "battery_low",
    "moisture": "water_leak",
    "opening": "door_open",
    "door": "door_open",
    "garage_door": "door_open",
    "window": "door_open",
}
_NOT_MEASURED = frozenset({"packet_id", "text", "raw", "channel"})


def numbered(said: Advertised) -> list[tuple[Told, str | None]]:
    """Each value, with its number where the sensor has the same quantity twice (two probes)."""
    kinds = [(told.sensor, told.unit, isinstance(told.value, bool)) for told in said.readings]
    return [
        (told, str(kinds[: place + 1].count(kind)) if kinds.count(kind) > 1 else None)
        for place, (told, kind) in enumerate(zip(said.readings, kinds, strict=True))
    ]


def believed(device: str, said: Advertised) -> list[Measured | Unmeasured]:
    """What of an advertisement can be: each value under our own name of its quantity, inside its bounds."""
    parts: list[Measured | Unmeasured] = []
    for told, sub in numbered(said):
        if told.sensor in _NOT_MEASURED:
            continue
        if isinstance(told.value, bool):
            parts.append(switch(device, sub, _BINARY.get(told.sensor, told.sensor), told.value))
            continue
        quantity = _QUANTITIES.get(told.sensor, told.sensor)
        if told.sensor == "battery" and told.unit == "mV":
            quantity = "battery_voltage"
        unit = "hPa" if told.unit == "mbar" else told.unit
        parts.append(number(device, sub, quantity, unit, told.value))
    return parts
