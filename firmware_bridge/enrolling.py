"""How a bridge gets its account: it makes a key, comes to the store's node with a one-time code, and keeps the answer.

The second half of a code is the beginning of the fingerprint of the store's own authority. The authority is asked
for without believing anybody, compared with that, and only then the code itself goes out, over a connection that
this authority vouches for. Beside the configuration lie afterwards:

    bridge.key (0600)  bridge.password (0600)  site-ca.pem
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.errors import DomainError, Value

KEY, PASSWORD, AUTHORITY = "bridge.key", "bridge.password", "site-ca.pem"
ANSWER_S_MAX = 30.0
_ANSWER_BYTES_MAX = 65_536
_HERE = frozenset(("127.0.0.1", "::1", "localhost"))


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """The node's answer."""

    site: str
    bridge: str
    user: str
    password: str
    ca: str
    port: int
    tls_port: int
    sensor_port: int


class _Authority(msgspec.Struct, frozen=True, kw_only=True):
    ca: str


class _Rotated(msgspec.Struct, frozen=True, kw_only=True):
    password: str


class _Problem(msgspec.Struct, frozen=True, kw_only=True):
    key: str = ""
    values: dict[str, Value] = {}


def enrol(url: str, code: str, folder: Path) -> tuple[Enrolled, str]:
    """Come with the code; keys and password go into `folder`. Answers also the lines of the configuration.

    Raises `bridge_enrol_refused`, `bridge_node_unreachable`, `bridge_node_is_another`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = _key(folder / KEY)
    public = _public_hex(key)
    authority = _believed(url, code)
    message = f"liushui bridge enrol v1\n{code}\n{public}".encode()
    asked = {"code": code, "public_key": public, "proof": key.sign(message).hex()}
    told = _ask(url, "/v1/bridges/enrol", asked, authority, Enrolled)
    _keep(folder / PASSWORD, told.password.encode(), 0o600)
    _keep(folder / AUTHORITY, told.ca.encode(), 0o644)
    return told, lines_for(told, url, folder)


def rotate(url: str, bridge: str, now_ms: int, folder: Path) -> None:
    """Ask for a new password with our key, and keep it. Raises as `enrol`."""
    key = _key(folder / KEY)
    proof = key.sign(f"liushui bridge rotate v1\n{bridge}\n{now_ms}".encode()).hex()
    authority = (folder / AUTHORITY).read_text(encoding="utf-8")
    asked = {"bridge": bridge, "at_ms": now_ms, "proof": proof}
    told = _ask(url, "/v1/bridges/rotate", asked, authority, _Rotated)
    _keep(folder / PASSWORD, told.password.encode(), 0o600)


def lines_for(told: Enrolled, url: str, folder: Path) -> str:
    """The head of a configuration. On the node's own machine the broker is reached without TLS."""
    folder = folder.resolve()
    host = urlsplit(url).hostname or "127.0.0.1"
    here = host in _HERE or not told.tls_port
    sign_in = f"username = {json.dumps(told.user)}\npassword_file = {json.dumps(str(folder / PASSWORD))}\n"
    lines = f"site = {json.dumps(told.site)}\nbridge = {json.dumps(told.bridge)}\n"
    lines += f"state_dir = {json.dumps(str(folder / 'state'))}\n\n[broker]\n"
    if here:
        broker = f'host = "127.0.0.1"\nport = {told.port}\n{sign_in}'
    else:
        broker = f"host = {json.dumps(host)}\nport = {told.tls_port}\n{sign_in}"
        broker += f"ca_file = {json.dumps(str(folder / AUTHORITY))}\n"
    # Sensors have a door of their own, and the broker puts this before whatever they say.
    return f'{lines}{broker}\n[sensor_broker]\nmount = "sensors/"\n{broker}'


def _believed(url: str, code: str) -> str:
    """The store's authority, if it is the one that the code speaks of."""
    said = code.partition(".")[2].lower()
    found: str = _ask(url, "/v1/bridges/authority", None, None, _Authority).ca
    try:
        shown = x509.load_pem_x509_certificate(found.encode()).fingerprint(hashes.SHA256())
    except ValueError:
        raise DomainError("bridge_node_is_another", url=url) from None
    if not said or base64.b32encode(shown[:16]).decode().rstrip("=").lower() != said:
        raise DomainError("bridge_node_is_another", url=url)
    return found


def _ask(url: str, path: str, body: dict[str, Any] | None, authority: str | None, answer: type[Any]) -> Any:
    """One request. Without `authority` nothing secret may be in it: whoever answers is not known yet."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise DomainError("bridge_node_not_https", url=url)
    context = ssl.create_default_context(cadata=authority)
    if authority is None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    request = urllib.request.Request(  # noqa: S310 the scheme was looked at above
        f"{parts.scheme}://{parts.netloc}{path}",
        data=None if body is None else msgspec.json.encode(body),
        headers={"Content-Type": "application/json", "X-Liushui": "1"},
    )
    direct = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with direct.open(request, timeout=ANSWER_S_MAX) as reply:
            return msgspec.json.decode(reply.read(_ANSWER_BYTES_MAX), type=answer)
    except urllib.error.HTTPError as refused:
        raise _refusal(url, refused) from None
    except (OSError, http.client.HTTPException, msgspec.MsgspecError) as broken:
        reason = str(getattr(broken, "reason", "") or broken or type(broken).__name__)
        raise DomainError("bridge_node_unreachable", url=url, reason=reason[:200]) from None


def _refusal(url: str, refused: urllib.error.HTTPError) -> DomainError:
    """The node's own words where we have a text for them."""
    try:
        problem = msgspec.json.decode(refused.read(_ANSWER_BYTES_MAX), type=_Problem)
    except msgspec.MsgspecError:
        problem = _Problem()
    if problem.key.startswith(("enrol_", "broker_", "account_")):
        return DomainError(problem.key, **problem.values)
    return DomainError("bridge_node_unreachable", url=url, reason=f"{refused.code} {problem.key}".strip())


def _key(path: Path) -> Ed25519PrivateKey:
    """Made once, and it stays here."""
    if path.exists():
        known = serialization.load_pem_private_key(path.read_bytes(), None)
        if not isinstance(known, Ed25519PrivateKey):
            raise DomainError("bridge_key_unusable", path=str(path))
        return known
    key = Ed25519PrivateKey.generate()
    raw = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _keep(path, raw, 0o600)
    return key


def _public_hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def _keep(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and for nobody else's eyes from the first byte."""
    fresh = path.with_name(path.name + ".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
    os.chmod(fresh, mode)
    os.replace(fresh, path)
