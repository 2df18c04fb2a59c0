"""The store's own certificate authority, and the certificate of its box: so that bridges know whom they talk to.

No public authority vouches for a box in a shop's back room. The authority is made here once, its key never leaves
the folder, and a bridge learns it from the one-time code. The box's certificate is made anew when half its time is
over, or when it is to go by another name.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
SERVER_DAYS = 365
_SLACK = timedelta(days=30)
"""A bridge's clock may run behind ours: a box without a battery begins where it was when it was switched off."""


class Tls(msgspec.Struct, frozen=True, kw_only=True):
    """Where the files are; `renewed` when the certificate was made just now."""

    authority: Path
    certificate: Path
    key: Path
    renewed: bool = False


def ensure(folder: Path, site: str, names: tuple[str, ...], now: datetime) -> Tls:
    """The authority and the box's certificate, made where they are missing or due."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ca_key, ca = _authority(folder, site, now)
    tls = Tls(authority=folder / "ca.pem", certificate=folder / "server.pem", key=folder / "server.key")
    wanted = _known_as(names)
    if _is_good(tls, ca, wanted, now):
        return tls
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(f"liushui {site}"))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(min(now + timedelta(days=SERVER_DAYS), ca.not_valid_after_utc))
        .add_extension(x509.SubjectAlternativeName(wanted), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    _write_key(tls.key, key)
    _write(tls.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return msgspec.structs.replace(tls, renewed=True)


def fingerprint(authority_pem: bytes) -> bytes:
    """What a code says of the authority, so that a bridge need believe no stranger."""
    return x509.load_pem_x509_certificate(authority_pem).fingerprint(hashes.SHA256())


def is_due(certificate: Path, now: datetime) -> bool:
    """Half its time is over."""
    known = x509.load_pem_x509_certificate(certificate.read_bytes())
    return now >= known.not_valid_before_utc + (known.not_valid_after_utc - known.not_valid_before_utc) / 2


def good_until(certificate: Path) -> datetime:
    """When it ends."""
    return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc


def _authority(folder: Path, site: str, now: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key_file, file = folder / "ca.key", folder / "ca.pem"
    if key_file.exists() and file.exists():
        known = serialization.load_pem_private_key(key_file.read_bytes(), None)
        assert isinstance(known, ec.EllipticCurvePrivateKey)
        return known, x509.load_pem_x509_certificate(file.read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(f"liushui {site} devices"))
        .issuer_name(_name(f"liushui {site} devices"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=False,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(key_file, key)
    _write(file, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return key, certificate


def _is_good(tls: Tls, ca: x509.Certificate, wanted: list[x509.GeneralName], now: datetime) -> bool:
    if not (tls.certificate.exists() and tls.key.exists()) or is_due(tls.certificate, now):
        return False
    known = x509.load_pem_x509_certificate(tls.certificate.read_bytes())
    try:
        known.verify_directly_issued_by(ca)
    except Exception:  # whatever is wrong with it, a new one is right
        return False
    told = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(wanted) <= set(told)


def _known_as(names: tuple[str, ...]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in dict.fromkeys((*names, socket.gethostname(), "localhost", "127.0.0.1")):
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    raw = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(path, raw, 0o600)


def _write(path: Path, content: bytes, mode: int) -> None:
    fresh = path.with_name(path.name + ".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
    os.chmod(fresh, mode)
    os.replace(fresh, path)
