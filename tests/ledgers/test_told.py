"""What an import tells although nobody has to decide it: nothing that was understood or missing is silent."""

from __future__ import annotations

import pytest

from tests.tables import rows
from validators.ledger import import_ledger
from workbook_templates import packs

TOLD = """
| dates                            | amounts              | note           | says           |
| -------------------------------- | -------------------- | -------------- | -------------- |
| 14/02/2025 15/03/2025 16/04/2025 | 10,00 20,00 30,00    |                |                |
| 01/02/2025 02/03/2025 03/04/2025 | 10,00 20,00 30,00    | day_first      |                |
| 01/02/2025 02/13/2025 03/04/2025 | 10,00 20,00 30,00    | month_first    | 02/13/2025     |
| 14/02/2025 15/03/2025 16/04/2025 | 10,00 annexe 30,00   | without_amount | 3              |
| 14/02/2025 15/03/2025 16/04/2025 | 10,00 - 30,00        | without_amount | 3              |
"""


@pytest.mark.parametrize(("dates", "amounts", "note", "says"), rows(TOLD))
def test_what_was_understood_or_is_missing_is_told(dates: str, amounts: str, note: str, says: str) -> None:
    """An order of day and month that is rare or unproven, and an expense whose amount is no number."""
    lines = zip(dates.split(), amounts.replace("-", "").split(" "), strict=True)
    text = "".join(f"{day};A{at};Excursion {at};ASBL X;{amount}\n" for at, (day, amount) in enumerate(lines))
    told = import_ledger(
        f"Date;N° pièce;Libellé;Fournisseur;Montant\n{text}".encode(), "x", packs.load("pas", 2025), sheet_id="volet_a"
    )
    found = {kind: params for kind, params in told.notes if kind != "first_sheet"}
    assert list(found) == [note] * bool(note)
    assert says in found.get(note, {}).values() or not says
