"""Group robots of WeCom, DingTalk and Feishu: a few lines and a link, signed where the group asks for it.

Robots take 20 messages a minute, so what is due at the same moment goes as one (`joined`). They carry headlines and a
link, never a file and never a person's name. Only the platforms' own hosts are spoken to, and no redirect is followed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote_plus, urlsplit

import httpx
import msgspec

from cloud.reports.delivery.message import ChannelSecret, Kind, Message, SendFailed, Target
from shared.errors import DomainError

HOSTS: dict[Kind, tuple[str, ...]] = {
    "wecom": ("qyapi.weixin.qq.com",),
    "dingtalk": ("oapi.dingtalk.com",),
    "feishu": ("open.feishu.cn", "open.larksuite.com"),
}
BYTES_MAX: dict[Kind, int] = {"wecom": 4096, "dingtalk": 18_000, "feishu": 18_000}
"""Of the text: WeCom counts 4096 bytes of markdown, Feishu 20 KB of the whole body."""
A_MINUTE = 20
TIMEOUT_S = 15.0
# The client's own log line names the whole address, and with it the robot's token.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)


def check(kind: Kind, secret: ChannelSecret, also: tuple[str, ...]) -> None:
    """Raises `channel_address_refused` for an address that is not the platform's."""
    told = urlsplit(secret.url)
    known = told.scheme == "https" and told.netloc in HOSTS[kind]
    if not known and f"{told.scheme}://{told.netloc}" not in also:
        raise DomainError("channel_address_refused", hosts=", ".join(HOSTS[kind]))


def send(target: Target, message: Message, now_ms: int) -> None:
    """Post one message. Raises `SendFailed`."""
    check(target.kind, target.secret, target.also)
    url, body = _request(target.kind, target.secret, markdown(target.kind, message), message.title, now_ms)
    try:
        with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client:
            answer = client.post(url, json=body)
    except (httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ReadError) as error:
        raise SendFailed(type(error).__name__, certain=False) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SendFailed(type(error).__name__) from None
    if answer.status_code != 200:
        raise SendFailed(f"HTTP {answer.status_code}")
    try:
        said = msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.MsgspecError:
        raise SendFailed("no JSON in the answer") from None
    code = said.get("errcode", said.get("code", said.get("StatusCode")))
    if code != 0:
        raise SendFailed(f"code {code}: {str(said.get('errmsg', said.get('msg', '')))[:100]}")


def dingtalk_sign(secret: str, timestamp_ms: str) -> str:
    """As it stands in the address: base64 of HMAC-SHA256 over the moment and the secret, quoted."""
    told = f"{timestamp_ms}\n{secret}".encode()
    return quote_plus(base64.b64encode(hmac.new(secret.encode(), told, hashlib.sha256).digest()))


def feishu_sign(secret: str, timestamp_s: str) -> str:
    """As it stands in the body: the key is moment and secret, the message is empty."""
    key = f"{timestamp_s}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def _request(
    kind: Kind, secret: ChannelSecret, text: str, title: str, now_ms: int
) -> tuple[str, dict[str, Any]]:
    if kind == "wecom":
        return secret.url, {"msgtype": "markdown", "markdown": {"content": text}}
    if kind == "dingtalk":
        signed = f"&timestamp={now_ms}&sign={dingtalk_sign(secret.sign, str(now_ms))}" if secret.sign else ""
        return secret.url + signed, {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
    seconds = str(now_ms // 1000)
    signature = {"timestamp": seconds, "sign": feishu_sign(secret.sign, seconds)} if secret.sign else {}
    card = {
        "header": {"title": {"tag": "plain_text", "content": title}, "template": "blue"},
        "elements": [{"tag": "div", "text": {"tag": "lark_md", "content": text}}],
    }
    return secret.url, {**signature, "msg_type": "interactive", "card": card}


def markdown(kind: Kind, message: Message) -> str:
    """The lines in the platform's dialect, cut to what it takes; a line is never cut in the middle."""
    lines = [_safe(line) for line in message.lines]
    link = f"[{_safe(message.link_title)}]({message.link})" if message.link else ""
    # Feishu shows the title in the card's head.
    head = [] if kind == "feishu" else [f"**{_safe(message.title)}**"]
    quoted = [f"> {line}" if kind == "wecom" and line else line for line in lines]
    while len(_join(kind, [*head, *quoted, link]).encode()) > BYTES_MAX[kind] and quoted:
        quoted = [*quoted[:-2], "…"] if len(quoted) > 1 else []
    return _join(kind, [*head, *quoted, *([link] if link else [])])


def _join(kind: Kind, lines: list[str]) -> str:
    return ("\n\n" if kind == "dingtalk" else "\n").join(lines)


_MARKUP = str.maketrans("[]<>*@\n", "［］＜＞＊＠ ")


def _safe(text: str) -> str:
    """Names are typed by people: nothing of theirs may become a link, a mention or markup."""
    return text.translate(_MARKUP)


def joined(kind: Kind, messages: Sequence[Message], title: str) -> list[list[Message]]:
    """What goes as one message: as many as fit, in their order. One alone always goes."""
    parts: list[list[Message]] = []
    for message in messages:
        if parts and len(markdown_digest(kind, [*parts[-1], message], title).encode()) <= BYTES_MAX[kind]:
            parts[-1].append(message)
        else:
            parts.append([message])
    return parts


def markdown_digest(kind: Kind, messages: Sequence[Message], title: str) -> str:
    """How long a digest would be; not cut."""
    digest = digest_of(messages, title)
    return _join(kind, [digest.title, *(f"> {line}" for line in digest.lines), digest.link])


def digest_of(messages: Sequence[Message], title: str) -> Message:
    """Several reports as one message, each with its own link in a line."""
    if len(messages) == 1:
        return messages[0]
    lines: list[str] = []
    for message in messages:
        lines += [f"■ {message.title}", *message.lines, ""]
    return Message(
        key=messages[0].key,
        title=title,
        lines=tuple(lines[:-1]),
        link=messages[0].link.rpartition("/office/")[0] + "/office/reports" if messages[0].link else "",
        link_title=messages[0].link_title,
    )
