"""Places where each of our sheets has an amount column of its own: one row for an invoice, a column for each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from validators.official import values
from validators.official.columns import LIKELY, Reader
from workbook_templates.measure import ColumnType
from workbook_templates.official.areas import Area, AreaColumn

_FEWEST = 2


def split_amounts(reader: Reader, area: Area, names: Sequence[Sequence[tuple[str, ...]]]) -> dict[int, Area]:
    """Return the area as each of our sheets sees it, by the sheet's position; empty where no columns tell them apart.

    Such columns have a heading in common that names one of our amounts, and each a line that names one sheet; a sheet
    sees its own column only.
    """
    found: dict[int, tuple[str, AreaColumn]] = {}
    for column in area.columns:
        told = {at for title in column.titles if (at := values.part_of(title, names)) is not None}
        rest = tuple(title for title in column.titles if values.part_of(title, names) is None)
        if not column.open or len(told) != 1 or not rest:
            continue
        common = replace(column, titles=rest)
        offers = [one for one in reader.offers(common, frozenset()) if one.score >= LIKELY]
        amount = offers[0].column if offers else ""
        if amount in reader.columns and reader.columns[amount].type is ColumnType.AMOUNT:
            at = told.pop()
            if at in found:
                return {}
            found[at] = amount, common
    if len(found) < _FEWEST or len({amount for amount, _ in found.values()}) > 1:
        return {}
    own = {common.letter: at for at, (_, common) in found.items()}
    return {
        at: replace(area, columns=tuple(
            common if one.letter == common.letter else replace(one, open=False) if one.letter in own else one
            for one in area.columns
        ))
        for at, (_, common) in sorted(found.items())
    }  # fmt: skip
