"""What an import tells although nobody has to decide it: nothing that was understood or missing is silent."""

from __future__ import annotations

import pytest

from tests.tables import rows
from validators.ledger import LedgerError, import_ledger, remembered
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


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_separator_inside_a_description_is_told_as_such(*, confirmed: bool) -> None:
    """The row with a cell too many is named, in place of a question about the column that it reaches into."""
    lines = [f"{at}/02/2025;A{at};Repas {at};ASBL X;{at},00\n" for at in range(10, 20)]
    head, pas = "Date;N° pièce;Libellé;Fournisseur;Montant\n", packs.load("pas", 2025)
    known = remembered.read(import_ledger((head + "".join(lines)).encode(), "x", pas, sheet_id=None).proposal)
    text = head + "".join(lines).replace("Repas 12", "Repas; dessert")
    with pytest.raises(LedgerError) as caught:
        import_ledger(text.encode(), "x", pas, sheet_id=None, remembered=known if confirmed else None)
    assert (caught.value.code, caught.value.params) == ("RU-L41", {"count": 1, "rows": "4"})
