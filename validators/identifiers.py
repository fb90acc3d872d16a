"""Belgian identifiers: national register number (NISS, INSZ) and enterprise number.

The NISS rule is written out on integers, since a sheet may hold a hundred thousand of them and the check runs behind a
button; a property test holds it against python-stdnum.
"""

from __future__ import annotations

import re

NISS_DIGITS = 11
_SEPARATORS = re.compile(r"[\s.\-/ \u202f]")
_NISS_SHAPE = re.compile(r"(?<!\d)(\d{2})([. ]?)(\d{2})([. ]?)(\d{2})([-. ]?)(\d{3})([-. ]?)(\d{2})(?!\d)")
_DAYS = 31
_MONTHS = 12


def niss(value: object, latest_year: int) -> str | None:
    """Return the 11 digits of a valid NISS, or None.

    ``value`` is text with or without separators, or a number. A number that lost its leading zeros (Excel eats them)
    is padded only where the padded number passes. ``latest_year`` is the last year in which a person may be born: the
    check digits for births since 2000 are accepted only up to it, otherwise typing errors slip through.

    Rule: royal decree of 3 April 1984; 97 minus the first nine digits modulo 97, with 2 000 000 000 added for births
    since 2000. In a *bis* number 20 or 40 is added to the month. Month or day may be 00 where they are unknown.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    digits = str(value) if isinstance(value, int) else _SEPARATORS.sub("", str(value))
    if not (digits.isascii() and digits.isdigit()) or len(digits) > NISS_DIGITS:
        return None
    if len(digits) < NISS_DIGITS:
        if len(digits) < NISS_DIGITS - 3:
            return None
        digits = digits.zfill(NISS_DIGITS)
    base, check = int(digits[:9]), int(digits[9:])
    month, day = int(digits[2:4]), int(digits[4:6])
    if month % 20 > _MONTHS or month // 20 > 2 or day > _DAYS:  # noqa: PLR2004 - month plus 0, 20 or 40
        return None
    before_2000 = check == 97 - base % 97
    since_2000 = check == 97 - (2_000_000_000 + base) % 97 and int(digits[:2]) <= latest_year % 100
    return digits if before_2000 or since_2000 else None


def birth_unknown(digits: str) -> bool:
    """Whether a valid NISS leaves the month or day of birth open: legal, but rare."""
    return int(digits[2:4]) % 20 == 0 or digits[4:6] == "00"


def mask(text: str) -> str:
    """Return ``text`` with everything that has the shape of a NISS cut down to its date part."""
    return _NISS_SHAPE.sub(lambda found: f"{found[1]}.{found[3]}.{found[5]}-***.**", text)


def enterprise_number(value: object) -> str | None:
    """Return the ten digits of a valid enterprise number, or None; rule by python-stdnum."""
    from stdnum.be import vat  # noqa: PLC0415 - 50 ms that a check without a centre sheet does not need

    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        return str(vat.validate(str(value)))
    except ValueError:
        return None
