"""Belgian identifiers: what passes, what does not, and what is never shown in clear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.be import nn

from tests.tables import rows
from validators import identifiers

YEAR = 2026

NUMBERS = """
| value            | digits      | why                                     |
| ---------------- | ----------- | --------------------------------------- |
| 85073003328      | 85073003328 | plain                                   |
| 85.07.30-033.28  | 85073003328 | as it is displayed                      |
| 17073003384      | 17073003384 | born since 2000                         |
| 98472899765      | 98472899765 | bis number                              |
| 01490700185      | 01490700185 | bis number since 2000                   |
| 1490700185       | 01490700185 | a leading zero was eaten and fits again |
| 85073003329      |             | wrong check digits                      |
| 85133003328      |             | there is no month 13                    |
| 8507300332       |             | one digit short and padding fails       |
| 850730033280     |             | one digit too many                      |
| 29073003352      |             | right only for somebody born in 2029    |
| ABCDEFGHIJK      |             | letters                                 |
"""


@pytest.mark.parametrize(("value", "digits", "why"), rows(NUMBERS))
def test_a_niss_passes_only_with_its_check_digits(value: str, digits: str, why: str) -> None:
    """A NISS is taken in every notation, padded only where it fits, and refused otherwise."""
    assert identifiers.niss(value, YEAR) == (digits or None), why


@given(st.integers(0, 10**11 - 1))
def test_a_niss_that_we_take_is_one_for_stdnum_too(number: int) -> None:
    """What passes here passes python-stdnum's check digits as well."""
    digits = identifiers.niss(f"{number:011d}", YEAR)
    if digits is not None:
        assert nn._checksum(digits)  # noqa: SLF001 - the public call also wants a known birth date


@given(st.integers(0, 99), st.integers(0, 12), st.integers(0, 31), st.integers(1, 998))
def test_a_niss_with_right_check_digits_is_taken(year: int, month: int, day: int, serial: int) -> None:
    """Every number built by the rule of the royal decree is taken, unknown month or day included."""
    base = year * 10_000_000 + month * 100_000 + day * 1000 + serial
    assert identifiers.niss(f"{base:09d}{97 - base % 97:02d}", YEAR)


@given(st.integers(0, 99), st.integers(1, 12), st.integers(1, 28), st.integers(1, 998))
def test_no_message_shows_a_niss(year: int, month: int, day: int, serial: int) -> None:
    """A number of the shape of a NISS is cut to its date, with and without separators."""
    digits = f"{year:02d}{month:02d}{day:02d}{serial:03d}{(97 - serial % 97):02d}"
    shown = f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"
    for text in (digits, shown, f"aide à {digits}, solde"):
        masked = identifiers.mask(text)
        assert digits[6:] not in masked
        assert shown[9:] not in masked
        assert masked != text


COMPANIES = """
| value           | digits     |
| --------------- | ---------- |
| 0428.759.497    | 0428759497 |
| BE 0403.019.261 | 0403019261 |
| 428759497       | 0428759497 |
| 0428.759.498    |            |
| 12              |            |
"""


@pytest.mark.parametrize(("value", "digits"), rows(COMPANIES))
def test_an_enterprise_number_passes_only_with_its_check_digits(value: str, digits: str) -> None:
    """An enterprise number is taken in every notation and refused with wrong check digits."""
    assert identifiers.enterprise_number(value) == (digits or None)
