"""Value-added tax and the surtaxes on it: exact integer arithmetic, rates in millionths (0.13 is 130_000)."""

from __future__ import annotations

from collections.abc import Iterable

from shared.units import MICRO, half_up


def net_of_gross(gross: int, rate: int) -> int:
    """Fen without tax of a tax-inclusive amount: 31.60 at 13 % is 27.96 (the tax, 3.64, is the rest)."""
    return half_up(gross * MICRO, MICRO + rate)


def tax_on_net(net: int, rate: int) -> int:
    """Fen of tax on an amount without it: 6775.00 at 13 % is 880.75."""
    return half_up(net * rate, MICRO)


def surtax(payable: int, rates: Iterable[int], factor: int) -> int:
    """The surtaxes on the VAT payable, each rounded by itself: 160.98 at half of 7, 3 and 2 % is 9.65."""
    return sum(half_up(payable * rate * factor, MICRO * MICRO) for rate in rates)
