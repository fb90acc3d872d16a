"""A ledger with several dates: the report wants the document's own."""

from __future__ import annotations

import pytest

from tests.tables import rows
from validators.ledger import LedgerQuestion, import_ledger
from workbook_templates import packs

HEADINGS = """
| first          | second         | taken          |
| -------------- | -------------- | -------------- |
| Dt. compta     | Dt. pce        | Dt. pce        |
| Date           | Date facture   | Date facture   |
| Date d'écr.    | Date           | Date           |
| Boekdat.       | Factuurdat.    | Factuurdat.    |
| Buchungsdatum  | Belegdatum     | Belegdatum     |
| Date paiement  | Date comptable | Date comptable |
| Date pièce     | Date facture   | asked          |
| Boekdatum      | Boekingsdatum  | asked          |
"""


@pytest.mark.parametrize(("first", "second", "taken"), rows(HEADINGS))
def test_the_date_of_the_document_is_taken_before_that_of_the_books(first: str, second: str, taken: str) -> None:
    """Of several dates the document's is taken, the books' only where there is no other, and equals are asked."""
    lines = [
        f"{first};N° pièce;Libellé;Fournisseur;Montant;{second}",
        *(f"{day:02}/03/2025;F{day};Stage {day};Asbl {day};1{day},50;{day + 1:02}/03/2025" for day in range(1, 9)),
    ]
    data = "\n".join(lines).encode()
    if taken == "asked":
        with pytest.raises(LedgerQuestion):
            import_ledger(data, "l.csv", packs.load("pas", 2025), sheet_id=None)
        return
    found = import_ledger(data, "l.csv", packs.load("pas", 2025), sheet_id=None)
    assert [guess.header for guess in found.guesses if guess.column == "date"] == [taken]
