"""Rows grouped under the parts of a report, in a spreadsheet with real dates."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.ledgers.files import Page, xlsx
from validators.ledger import import_ledger
from workbook_templates import packs

HEAD = ["Date facture", "N° facture", "Objet", "Fournisseur", "Montant TTC"]
FIRST = [[dt.date(2025, 1, 5), "1", "Piscine", "Ville", 40], [dt.date(2025, 1, 6), "2", "Cirque", "ASBL", 60]]
SECOND = [[dt.date(2025, 3, 6), "3", "Ordinateurs", "Magasin", 300]]
SUM = ["", "", "", "", 100]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([HEAD, ["VOLET A"], *FIRST, ["VOLET C"], *SECOND], id="between the rows"),
        pytest.param([["VOLET A"], HEAD, *FIRST, ["VOLET C"], *SECOND], id="above the headings"),
        pytest.param([["VOLET A : participation"], HEAD, *FIRST, SUM, ["VOLET C"], *SECOND], id="with sums"),
    ],
)
def test_a_part_named_where_dates_stand_is_no_column_of_parts(lines: list[list[object]]) -> None:
    """The part's title stands in the column of dates, which are no texts: it names the rows below it."""
    width = max(map(len, lines))
    page = Page("Liste", [line + [""] * (width - len(line)) for line in lines], (), (), ())
    found = import_ledger(xlsx([page]), "liste.xlsx", packs.load("pas", 2025), sheet_id=None)
    assert {sheet: len(rows) for sheet, rows in found.places.items()} == {"volet_a": 2, "volet_c": 1}
