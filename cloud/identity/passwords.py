"""Passwords: rules people can follow, and hashes a stolen file does not give away quickly.

Argon2id with 19 MiB takes about 70 ms here; a semaphore of two keeps a rush of sign-ins from taking all memory.
"""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import DomainError

LEAST_CHARACTERS = 8
LARGEST_BYTES = 1024

_HASHER = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
_AT_ONCE = threading.Semaphore(2)

_COMMON = frozenset(
    (
        "password",
        "passw0rd",
        "password1",
        "password12",
        "password123",
        "p@ssw0rd",
        "12345678",
        "123456789",
        "1234567890",
        "87654321",
        "11111111",
        "00000000",
        "88888888",
        "66666666",
        "12341234",
        "11223344",
        "123123123",
        "147258369",
        "a1234567",
        "a12345678",
        "aa123456",
        "abc12345",
        "abcd1234",
        "qwertyui",
        "qwerty123",
        "qwertyuiop",
        "1qaz2wsx",
        "1q2w3e4r",
        "qazwsxedc",
        "asdfghjkl",
        "zxcvbnm1",
        "iloveyou",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "trustno1",
        "welcome1",
        "letmein1",
        "admin123",
        "admin888",
        "administrator",
        "changeme",
        "woaini1314",
        "woaini520",
        "5201314520",
        "woaiwojia",
        "zhongguo",
        "nihao123",
        "liushui1",
        "liushui123",
        "wang1234",
        "li123456",
    )
)


def require_acceptable(password: str, user: str) -> None:
    """Raises `password_too_short`, `password_too_long` or `password_too_common`."""
    if len(password) < LEAST_CHARACTERS:
        raise DomainError("password_too_short", least=LEAST_CHARACTERS)
    if len(password.encode()) > LARGEST_BYTES:
        raise DomainError("password_too_long")
    told = password.casefold()
    if told in _COMMON or told == user.casefold() or len(set(told)) < 4:
        raise DomainError("password_too_common")


def hashed(password: str) -> str:
    """The argon2id text to keep."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether it is the password behind the hash; an impossible length is simply wrong."""
    if len(password.encode()) > LARGEST_BYTES:
        return False
    try:
        with _AT_ONCE:
            return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(kept: str) -> bool:
    return _HASHER.check_needs_rehash(kept)


NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$ccVg9UeyWSWVeH+LxvvrXg$RK8cirnTSRklxdet9UNo+0cWHQ0y0S8QucrbxmG+VK4"
"""Compared with when there is no such user, so that the answer takes as long as for a wrong password."""
