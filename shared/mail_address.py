"""What a mail address looks like here: plain ASCII, so that nobody can slip a header or a second recipient in."""

from __future__ import annotations

import re

from shared.errors import DomainError

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*", re.ASCII
)


def require_mail_address(address: str) -> None:
    """Raises `mail_address_malformed`."""
    if not _ADDRESS.fullmatch(address):
        raise DomainError("mail_address_malformed", address=address[:60])
