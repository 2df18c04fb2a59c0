"""Check digits: the arithmetic that catches a misread or mistyped number before it reaches the stock.

Digits are ASCII digits only. `str.isdigit` alone also says yes to the fullwidth digits a Chinese input method
produces and to Arabic ones, and such a "number" would never be found in the catalogue.
"""

from __future__ import annotations

_PAIR_VALUES = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_PAIR_CHARACTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def are_ascii_digits(text: str) -> bool:
    """True for one or more of 0-9 and nothing else."""
    return text.isascii() and text.isdigit()


def check_digit(payload: str) -> int:
    """Modulo-10 check digit, weights 3 and 1 from the right: "690123456789" gives 2."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(payload)))
    return -total % 10


def ends_in_check_digit(number: str) -> bool:
    """True when the last digit is the check digit of those before it."""
    return check_digit(number[:-1]) == int(number[-1])


def check_pair(payload: str) -> str:
    """The two check characters of an alphanumeric key: prime weights from the right, modulo 1021."""
    total = sum(
        _PAIR_VALUES.index(character) * prime
        for character, prime in zip(reversed(payload), _PRIMES, strict=False)
    )
    high, low = divmod(total % 1021, 32)
    return _PAIR_CHARACTERS[high] + _PAIR_CHARACTERS[low]


def _primes(count: int) -> tuple[int, ...]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return tuple(found)


_PRIMES = _primes(97)
