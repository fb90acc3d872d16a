"""Money: no cent is lost or invented, whatever the shares and percentages."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import rows
from validators import checks
from validators.findings import euros
from validators.totals import share_of
from workbook_templates import packs

SHARE = next(rule for rule in packs.load("pas", 2025).rules if rule.kind == "share")
CENTS = st.integers(-(10**11), 10**11)


def half_away(value: Fraction) -> int:
    """Round to a whole number, halves away from zero: the school rule, on exact fractions."""
    size = int(abs(value) + Fraction(1, 2))
    return -size if value < 0 else size


@given(CENTS, CENTS, st.integers(0, 10**7), st.integers(1, 10**7))
def test_the_share_of_the_target_group_is_exact_to_the_cent(total: int, other: int, some: int, more: int) -> None:
    """Total × part ÷ whole − other equals the same on exact fractions, halves rounded away from zero."""
    part, whole = min(some, more), more
    columns = {
        "total_amount": np.array([float(total)]),
        "other_subsidy": np.array([float(other)]),
        "participants_target": np.array([float(part)]),
        "participants_all": np.array([float(whole)]),
    }
    assert int(checks.shared(columns, SHARE)[0]) == half_away(Fraction(total * part, whole)) - other


@given(CENTS, st.integers(0, 100))
def test_a_percentage_is_exact_to_the_cent(cents: int, percent: int) -> None:
    """A cap is rounded as a spreadsheet rounds: halves away from zero."""
    exact = (Decimal(cents) * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert share_of(cents, percent) == int(exact)


AMOUNTS = """
| cents      | fr             | nl             | de             | en             |
| ---------- | -------------- | -------------- | -------------- | -------------- |
| 0          | 0,00 €         | 0,00 €         | 0,00 €         | 0,00 €         |
| 6131840    | 61 318,40 €    | 61.318,40 €    | 61.318,40 €    | 61.318,40 €    |
| -5         | −0,05 €        | −0,05 €        | −0,05 €        | −0,05 €        |
| 123456789  | 1 234 567,89 € | 1.234.567,89 € | 1.234.567,89 € | 1.234.567,89 € |
"""


@pytest.mark.parametrize("row", rows(AMOUNTS), ids=lambda row: row[0])
def test_amounts_are_written_as_belgians_write_them(row: tuple[str, ...]) -> None:
    """Each language groups and points as its Belgian readers do."""
    for lang, wanted in zip(("fr", "nl", "de", "en"), row[1:], strict=True):
        shown = euros(int(row[0]), lang).replace("\u202f", " ").replace("\u00a0", " ")
        assert shown == wanted, lang
