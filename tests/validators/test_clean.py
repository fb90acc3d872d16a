"""Amounts as people and programs write them, read by the column's own style."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import rows
from validators.clean import AmountStyle, amount_style, cents

AMOUNTS = """
| written       | decimal | cents     |
| ------------- | ------- | --------- |
| 1.234,50      | ,       | 123450    |
| 1,234.50      | .       | 123450    |
| 1 234,5       | ,       | 123450    |
| 1'234,50      | ,       | 123450    |
| 12            | ,       | 1200      |
| ,5            | ,       | 50        |
| 12,-          | ,       | 1200      |
| 12,50-        | ,       | -1250     |
| (12,50)       | ,       | -1250     |
| 12,50 CR      | ,       | -1250     |
| € 12,50       | ,       | 1250      |
| 12,50 EUR     | ,       | 1250      |
| 12,3400       | ,       | 1234      |
| 12,3450       | ,       | no amount |
| 12,340        | ,       | no amount |
| 12.34,5       | ,       | no amount |
| 1.23.456      | ,       | no amount |
| --12          | ,       | no amount |
| -(12)         | ,       | no amount |
| 12,5 kg       | ,       | no amount |
| .             | ,       | no amount |
"""


@pytest.mark.parametrize("row", rows(AMOUNTS), ids=lambda row: row[0])
def test_an_amount_is_read_whole_or_not_at_all(row: tuple[str, ...]) -> None:
    """A third decimal, a broken group or a unit makes it no amount: nothing is rounded away."""
    written, decimal, wanted = row
    assert cents(written, AmountStyle(decimal)) == (None if wanted == "no amount" else int(wanted))


@given(st.integers(-(10**12), 10**12), st.sampled_from(",."), st.sampled_from(["", ".", ",", " ", "\u00a0", "\u202f"]))
def test_every_belgian_way_to_write_an_amount_gives_the_same_cents(amount: int, decimal: str, group: str) -> None:
    """Whatever the decimal mark and the grouping, the cents come back."""
    if group == decimal:
        group = ""
    text = f"{abs(amount) // 100:,}".replace(",", group) + decimal + f"{abs(amount) % 100:02}"
    assert cents(("-" if amount < 0 else "") + text, AmountStyle(decimal)) == amount


@given(st.integers(-(2**49), 2**49))
def test_a_cell_number_is_the_cents_it_stands_for(amount: int) -> None:
    """A binary fraction is read as the cents that were typed."""
    assert cents(amount / 100, AmountStyle(None)) == amount


STYLES = """
| column                 | decimal  |
| ---------------------- | -------- |
| 1.234,50 ; 3           | ,        |
| 1,234.50 ; 3           | .        |
| 1.234 ; 5.678          | open     |
| 1.234 ; 5,67           | ,        |
| 1.234.567 ; 5          | ,        |
| 0.123 ; 4              | .        |
| 1,50 ; 1.50            | conflict |
"""


@pytest.mark.parametrize("row", rows(STYLES), ids=lambda row: row[0])
def test_the_column_tells_the_decimal_mark(row: tuple[str, ...]) -> None:
    """One amount that allows one reading only speaks for its column; two that disagree are told."""
    style = amount_style(row[0].split(" ; "))
    assert (style.decimal, style.conflict) == {"open": (None, False), "conflict": (None, True)}.get(
        row[1], (row[1], False)
    )
