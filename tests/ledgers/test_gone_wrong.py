"""A paste gone wrong in part: what stands beside its column, or belongs to another ledger, is never counted nor left out."""

from __future__ import annotations

import pytest

from validators.ledger import import_ledger
from validators.ledger.errors import LedgerError
from workbook_templates import packs

PAS = packs.load("pas", 2025)
HEAD = "Date;N° pièce;Libellé;Fournisseur;TVA;Montant;Solde"
LINES = [
    f"{day:02}/03/2025;F{day};Stage {day};Asbl Les {'ABCDEFGHIJ'[day]};{day},10;1{day},50;{day * 100},25"
    for day in range(1, 9)
]
OTHER = ["Boekstuk;Omschrijving;Boekingsdatum;Leverancier;Uitgave", "A1;Boeken;05/04/2025;Boekhandel;12,34"]
CELLS = [line.split(";") for line in LINES]
SERIALS = [";".join([str(45717 + at), *cells[1:]]) for at, cells in enumerate(CELLS)]
EXCHANGED = [";".join([cells[5], *cells[1:5], str(45717 + at), *cells[6:]]) for at, cells in enumerate(CELLS)]

WRONG = {
    "a ledger above with headings that say less": ("RU-L28", [*OTHER, HEAD, *LINES]),
    "lines of another ledger below": ("RU-L28", [HEAD, *LINES, "A1;Boeken;Winkel;05/04/2025;Gent;12;34"]),
    "a line to the right, where the tax stands beside the amount": ("RU-L24", [HEAD, *LINES[:7], f";{LINES[7]}"]),
    "a line to the left of the first heading": ("RU-L38", [f";{HEAD}", *(f";{line}" for line in LINES[:7]), LINES[7]]),
    "dates that are only numbers exchanged with amounts": ("RU-L23", [HEAD, *EXCHANGED]),
    "the same in one line": ("RU-L40", [HEAD, *SERIALS[:7], EXCHANGED[7]]),
    "some lines again right below": ("RU-L25", [HEAD, *LINES, *LINES[4:8]]),
    "some lines three times, and more behind": ("RU-L25", [HEAD, *LINES[:4], *LINES[:4], *LINES[:4], LINES[5]]),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_expense_of_this_ledger_refuses_it(name: str) -> None:
    """One sentence says what is wrong, and nothing is taken over."""
    code, lines = WRONG[name]
    with pytest.raises(LedgerError) as caught:
        import_ledger("\n".join(lines).encode(), "export.csv", PAS, sheet_id=None)
    assert caught.value.code == code


def test_equal_expenses_that_are_no_paste_are_all_taken() -> None:
    """Two of a kind, and the same thing each month, are real."""
    lines = [HEAD, *LINES[:3], LINES[2], LINES[2], *LINES[3:], LINES[0], LINES[3]]
    found = import_ledger("\n".join(lines).encode(), "export.csv", PAS, sheet_id=None)
    assert found.row_count == 12


def test_a_title_with_a_date_and_an_amount_is_no_ledger() -> None:
    """What a program prints above the headings is not counted, whatever it says."""
    lines = ["OCMW;Afgedrukt op;15/01/2026;Budget;10.000,00", HEAD, *LINES]
    found = import_ledger("\n".join(lines).encode(), "export.csv", PAS, sheet_id=None)
    assert found.row_count == 8
