"""An amount in words, as Chinese receipts carry it because a digit is easily added: 123.45 is 壹佰贰拾叁元肆角伍分."""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def money_in_words(fen: int) -> str:
    """Fen in capital Chinese numerals: 10_05 is 壹拾元零伍分, 20_00 is 贰拾元整, nothing is 零元整."""
    sign = "负" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    jiao, odd_fen = divmod(rest, 10)
    words = f"{_whole(whole)}元" if whole else ""
    if not rest:
        return f"{sign}{words or '零元'}整"
    if jiao:
        # 100.50 is read with 零 only where a digit between is missing: the tens and ones of the yuan are zero.
        words += ("零" if whole and whole % 10 == 0 else "") + f"{_DIGITS[jiao]}角"
    if odd_fen:
        words += ("零" if whole and not jiao else "") + f"{_DIGITS[odd_fen]}分"
    else:
        words += "整"
    return sign + words


def _whole(number: int) -> str:
    """Groups of four digits with 万 and 亿, one 零 for any run of zeros between digits."""
    words = ""
    skipped = False
    digits = str(number)
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            skipped = True
        else:
            words += ("零" if skipped and words else "") + _DIGITS[int(digit)] + _PLACES[place % 4]
            skipped = False
        if place % 4 == 0 and place and number // 10**place % 10_000:
            words += _GROUPS[place // 4]
    return words
