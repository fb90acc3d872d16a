"""Columns by their words, their cells and their neighbours: one table of headings for each reason, all invented."""

from __future__ import annotations

import pytest

from tests.official.invent import Book, Col, Place, build
from tests.tables import rows
from validators.official.learn import learn
from workbook_templates import packs
from workbook_templates.official.map import OPEN
from workbook_templates.official.structure import scan

FRENCH_WORDS = """
| Heading                                   | Cells   | Ours            |
| ----------------------------------------- | ------- | --------------- |
| Pièce émise le                            | general | date            |
| Identification du ticket                  | text    | document_number |
| Clé budgétaire                            | text    | article         |
| Motif de l'achat ou du service            | text    | label           |
| Payé à (raison sociale)                   | text    | payee           |
| Identifiant national de l'ayant droit     | text    | niss            |
| Prix payé, T.V.A. comprise                | amount  | total_amount    |
| Part couverte par un autre pouvoir        | amount  | other_subsidy   |
| Personnes aidées par le CPAS              | count   | participants_target |
| Participants (tous ensemble)              | count   | participants_all |
| Solde réclamé à la mesure                 | amount  | eligible_amount |
| Visa du contrôleur                        | text    |                 |
"""
DUTCH_WORDS = """
| Heading                                   | Cells   | Ours            |
| ----------------------------------------- | ------- | --------------- |
| Ticket uitgereikt op                      | general | date            |
| Kenmerk van de creditnota of factuur      | text    | document_number |
| Budgetsleutel                             | text    | article         |
| Wat werd aangekocht?                      | text    | label           |
| Gestort aan                               | text    | payee           |
| Rijksregisternr. van de hulpvrager        | text    | niss            |
| Uitgave, btw inbegrepen                   | amount  | total_amount    |
| Gedragen door een andere overheid         | amount  | other_subsidy   |
| Som in te brengen in de maatregel         | amount  | eligible_amount |
| Paraaf                                    | text    |                 |
"""
GERMAN_WORDS = """
| Heading                                   | Cells   | Ours            |
| ----------------------------------------- | ------- | --------------- |
| Beleg erstellt am                         | general | date            |
| Kennzeichen der Rechnung                  | text    | document_number |
| Haushaltsposten                           | text    | article         |
| Wofür diente die Ausgabe?                 | text    | label           |
| Gezahlt an                                | text    | payee           |
| Nationalregisternr. des Antragstellers    | text    | niss            |
| Kosten inkl. MwSt.                        | amount  | total_amount    |
| Von anderer Stelle erstattet              | amount  | other_subsidy   |
| Beim Fonds beantragte Ausgabe             | amount  | eligible_amount |
"""
ONLY_ONE_LEFT = """
| Heading                                   | Cells   | Ours            |
| ----------------------------------------- | ------- | --------------- |
| Zzz                                       | date    | date            |
| N° de la facture                          | text    | document_number |
| Fournisseur                               | text    | payee           |
| Description de la dépense                 | text    | label           |
| Montant total TVAC                        | amount  | total_amount    |
| Autres subsides                           | amount  | other_subsidy   |
| Yyy                                       | amount  | eligible_amount |
"""
MORE_THAN_ONE_LEFT = """
| Heading                                   | Cells   | Ours            |
| ----------------------------------------- | ------- | --------------- |
| Zzz                                       | date    | ?               |
| Qqq                                       | date    | ?               |
| N° de la facture                          | text    | document_number |
| Fournisseur                               | text    | payee           |
| Description de la dépense                 | text    | label           |
| Montant total TVAC                        | amount  | total_amount    |
| Yyy                                       | amount  | ?               |
| Www                                       | amount  | ?               |
"""
COMPUTED = """
| Heading                                   | Cells   | Ours            |
| ----------------------------------------- | ------- | --------------- |
| Date de la facture                        | date    | date            |
| N° de la facture                          | text    | document_number |
| Fournisseur                               | text    | payee           |
| Description de la dépense                 | text    | label           |
| Yyy                                       | amount  | ?               |
| Www                                       | amount  | ?               |
| Vvv                                       | formula |                 |
"""
NEVER_BY_ELIMINATION = """
| Heading                                   | Cells   | Ours            |
| ----------------------------------------- | ------- | --------------- |
| Date de la facture                        | date    | date            |
| N° de la facture                          | text    | document_number |
| Fournisseur                               | text    | payee           |
| Description de la dépense                 | text    | label           |
| Montant total TVAC                        | amount  | total_amount    |
| Montant éligible                          | amount  | eligible_amount |
| Caution                                   | amount  |                 |
| Kilomètres                                | count   |                 |
"""
STAFF = """
| Heading                                   | Cells   | Ours            |
| ----------------------------------------- | ------- | --------------- |
| Identité du collaborateur                 | text    | name            |
| Matricule national                        | text    | niss            |
| Tâche confiée                             | text    | position        |
| Aaa                                       | date    | date_from       |
| Bbb                                       | date    | date_to         |
| Quotité (ETP)                             | number  | fte             |
| Traitement et charges                     | amount  | total_amount    |
| Part couverte par des tiers               | amount  | other_subsidy   |
| À charge du programme                     | amount  | eligible_amount |
"""
TWO_LINES = """
| Heading                                   | Cells   | Ours            |
| ----------------------------------------- | ------- | --------------- |
| Facture / Établie le                      | general | date            |
| Facture / Référence                       | text    | document_number |
| Paiement / Fourni par                     | text    | payee           |
| Paiement / De quoi s'agit-il ?            | text    | label           |
| Usager / INSZ-nummer                      | niss    | niss            |
| Sommes (€) / TTC                          | amount  | total_amount    |
| Sommes (€) / Cofinancement                | amount  | other_subsidy   |
| Sommes (€) / Réclamé au SPP IS            | amount  | eligible_amount |
"""
QUESTIONS = """
| Heading                                       | Cells   | Ours            |
| --------------------------------------------- | ------- | --------------- |
| Wanneer werd de factuur opgemaakt?            | date    | date            |
| Welke referentie draagt de factuur?           | text    | document_number |
| Wie werd betaald?                             | text    | payee           |
| Wat werd gekocht?                             | text    | label           |
| Hoeveel bedraagt de factuur (btw inbegrepen)? | amount  | total_amount    |
| Hoeveel betaalt een ander fonds?              | amount  | other_subsidy   |
| Te vergoeden door de POD                      | amount  | eligible_amount |
"""
TABLES = {
    "French words": ("volet_a", FRENCH_WORDS), "Dutch words": ("volet_a", DUTCH_WORDS),
    "German words": ("volet_a", GERMAN_WORDS), "the only one left": ("volet_a", ONLY_ONE_LEFT),
    "more than one left": ("volet_a", MORE_THAN_ONE_LEFT), "beside a formula": ("volet_a", COMPUTED),
    "what may be missing": ("volet_a", NEVER_BY_ELIMINATION), "staff, days in order": ("staff", STAFF),
    "two lines": ("volet_a", TWO_LINES), "questions": ("volet_a", QUESTIONS),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_each_column_is_known_asked_or_left(name: str) -> None:
    """A column is ours by its words or as the only one left of its kind; what could be two things is asked."""
    source, table = TABLES[name]
    wanted = rows(table)
    columns = [Col(tuple(title.split(" / ")), kind=cells, formula="E{row}+F{row}") for title, cells, _ in wanted]
    caption = "Personnel" if source == "staff" else "Volet A"
    found = learn(scan(build(Book(name, [Place(caption, source, columns, caption)])).data), packs.load("pas", 2025))
    told = {one.heading: one.column for one in found.told}
    assert [told[title] for title, _, _ in wanted] == [ours.replace("?", OPEN) for _, _, ours in wanted]


BY_AMOUNT = """
| Heading                                | Cells   |
| -------------------------------------- | ------- |
| Date de la facture                     | date    |
| N° de la facture                       | text    |
| Fournisseur                            | text    |
| Description de la dépense              | text    |
| Montant total TVAC                     | amount  |
| À charge du subside / Volet A          | amount  |
| À charge du subside / Volet B          | amount  |
| À charge du subside / Volet C          | amount  |
"""


def test_each_part_has_its_column() -> None:
    """Where each part has a column for its amount, a row of ours goes into that of its part, and no other."""
    columns = [Col(tuple(title.split(" / ")), kind=cells) for title, cells in rows(BY_AMOUNT)]
    data = build(Book("by amount", [Place("Factures", "", columns, "Ventilation")])).data
    found = learn(scan(data), packs.load("pas", 2025))
    assert found.questions == ()
    assert {sheet.source: sheet.letter("eligible_amount") for sheet in found.map.sheets} == {
        "volet_a": "F", "volet_b": "G", "volet_c": "H",
    }  # fmt: skip


CODES = """
| Heading                                             | Caption                            |
| --------------------------------------------------- | ---------------------------------- |
| Volet (1 = participation, 2 = modules, 3 = enfance) | Factures                           |
| Volet                                               | 1: participation, 2: modules, 3: enfance |
"""


@pytest.mark.parametrize(("heading", "caption"), rows(CODES))
def test_codes_are_explained(heading: str, caption: str) -> None:
    """A list of codes says what the heading or the title explains; the code goes into the cell."""
    part = Col(heading, "part", "list", {"volet_a": "1", "volet_b": "2", "volet_c": "3"})
    columns = [part, *(Col(title.split(" / ")[0], kind=cells) for title, cells in rows(BY_AMOUNT)[:5])]
    columns.append(Col("Montant éligible", kind="amount"))
    found = learn(scan(build(Book("codes", [Place("Saisie", "", columns, caption)])).data), packs.load("pas", 2025))
    assert {sheet.source: dict(sheet.constants) for sheet in found.map.sheets} == {
        "volet_a": {"A": "1"}, "volet_b": {"A": "2"}, "volet_c": {"A": "3"},
    }  # fmt: skip
