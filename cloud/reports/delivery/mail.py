"""Mail: the report as an attachment, its headlines in the text, sent by the chain's own mail server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

from cloud.reports.delivery.message import ChannelSettings, Message, SendFailed, Target
from shared.errors import DomainError
from shared.mail_address import require_mail_address

TIMEOUT_S = 20.0
RECIPIENTS_MAX = 20


def check(settings: ChannelSettings) -> None:
    """Raises `channel_incomplete`, `mail_address_malformed`."""
    if not settings.host or not 1 <= settings.port <= 65535:
        raise DomainError("channel_incomplete", field="host, port")
    check_addresses((settings.sender,))


def check_addresses(addresses: tuple[str, ...]) -> None:
    """Raises `mail_address_malformed`."""
    for address in addresses:
        require_mail_address(address)


def send(target: Target, message: Message, _now_ms: int) -> None:
    """Hand one message to the mail server. Raises `SendFailed`."""
    settings, secret = target.settings, target.secret
    mail = EmailMessage()
    mail["Subject"] = f"{message.title} {message.lines[0]}"
    mail["From"] = settings.sender
    mail["To"] = ", ".join(message.to)
    mail["Message-ID"] = f"<{message.key}@{settings.sender.rpartition('@')[2]}>"
    link = f"\n{message.link_title}: {message.link}\n" if message.link else ""
    mail.set_content("\n".join(message.lines) + "\n" + link)
    if message.file is not None:
        kind, _, subkind = message.file.media_type.partition("/")
        mail.add_attachment(message.file.data, maintype=kind, subtype=subkind, filename=message.file.name)
    handed_over = done = False
    try:
        with _connected(settings) as server:
            if settings.user:
                server.login(settings.user, secret.password)
            handed_over = True
            server.send_message(mail)
            done = True
    except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
        if done:  # only the goodbye was lost
            return
        raise SendFailed(type(error).__name__, certain=not handed_over) from None
    except smtplib.SMTPResponseException as error:
        raise SendFailed(f"SMTP {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise SendFailed(type(error).__name__) from None


def _connected(settings: ChannelSettings) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT_S, context=trusted)
    server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_S)
    if settings.security == "starttls":
        server.starttls(context=trusted)
    return server
