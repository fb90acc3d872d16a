"""Headings and rows as programs write them: several columns of one kind, two languages, quotes, compact dates."""

from __future__ import annotations

import pytest

from tests.tables import rows
from validators.ledger import Import, LedgerError, LedgerQuestion, import_ledger
from workbook_templates import packs

DATES = """
| first          | second         | taken          |
| -------------- | -------------- | -------------- |
| Dt. compta     | Dt. pce        | Dt. pce        |
| Date           | Date facture   | Date facture   |
| Date d'écr.    | Date           | Date           |
| Boekdat.       | Factuurdat.    | Factuurdat.    |
| Buchungsdatum  | Belegdatum     | Belegdatum     |
| Buch.-Dat.     | Rg.-Datum      | Rg.-Datum      |
| Date paiement  | Date comptable | Date comptable |
| Date pièce     | Date facture   | asked          |
| Boekdatum      | Boekingsdatum  | asked          |
"""
NUMBERS = """
| first          | second                 | taken                  |
| -------------- | ---------------------- | ---------------------- |
| N° mandat      | Réf. fact. fournisseur | Réf. fact. fournisseur |
| Bevelschrift   | Fact. nr.              | Fact. nr.              |
| N° Imput.      | Réf. pièce             | Réf. pièce             |
| Buchungsnummer | Rechnungsnummer        | Rechnungsnummer        |
| N° de pièce    | N° facture             | N° de pièce            |
| N° facture     | N° justificatif        | asked                  |
"""
BESIDE = """
| heading                 | values                | taken               |
| ----------------------- | --------------------- | ------------------- |
| Beslissing BCSD         | 03/01/2025 04/01/2025 |                     |
| Décision du             | 03/01/2025 04/01/2025 |                     |
| Assist. soc.            | Anna Berthe           |                     |
| MW                      | Anna Berthe           |                     |
| Nbre bénéf. CPAS        | 3 4                   | participants_target |
| Nbre total prés.        | 8 9                   | participants_all    |
| Part PAS                | 5,10 9,20             | eligible_amount     |
| Axe 1 - Article         | 845/124-48 845/124-02 | article             |
| Type d'aide             | Loisirs Cours         | nature              |
| Soort hulp              | Sport School          | nature              |
| Art der Hilfe           | Sport Schule          | nature              |
| Rubrique                | Loisirs Déplacements  | nature              |
| Rubrique                | Divers Repas          |                     |
| Type                    | Fax Mail              |                     |
| Part mutuelle           | 5,00 6,10             | other_subsidy       |
| Beteiligung Dritter     | 5,00 6,10             | other_subsidy       |
| Interv. autre fonds     | 5,00 6,10             | other_subsidy       |
| Solde éligible          | 15,00 26,10           | eligible_amount     |
| In te brengen           | 15,00 26,10           | eligible_amount     |
| Zuschussfähig           | 15,00 26,10           | eligible_amount     |
| Présents (tous publics) | 12 15                 | participants_all    |
| Usagers présents        | 12 15                 | participants_target |
| Begrotingspost          | 849.124.06 831.331.01 | article             |
| Cpte budg.              | 849.124.06 831.331.01 | article             |
| CBG                     | 613580 657210         | article             |
| BI/AR                   | 0900/640 0943/641     | article             |
| Enfant aidé             | Léa Noé               |                     |
| Gezin / kind            | Peeters Janssens      |                     |
"""
PAYEES = """
| first              | second                | taken                 |
| ------------------ | --------------------- | --------------------- |
| Bénéficiaire (nom) | Fournisseur d'énergie | Fournisseur d'énergie |
| Empfänger          | Zahlung an            | Zahlung an            |
| Begunstigde        | Leverancier           | Leverancier           |
| Fournisseur        | Prestataire           | asked                 |
"""
BILINGUAL = """Date doc.;N° pièce;Article;Description;Fournisseur;Montant TVAC
Datum doc.;Stuknr.;Artikel;Omschrijving;Leverancier;Bedrag incl. btw
02/01/2025;F1;845/124-48;Photocopies;Copie-Service;6,71
03/01/2025;F2;845/124-48;Begeleiding;Coachbureau;29,98
Tot. général :;;;;;36,69
"""
QUOTED = """Date,Numéro,Libellé,Fournisseur,Montant
2025-01-02,F1,"Module théorie, 20 places
(voir annexe)",Auto-école,6.71
2025-01-03,F2,"Stage, été",Copie-Service,29.98
"""
COMPACT = """Date;N° pièce;Libellé;Fournisseur;NISS;Montant
20250102;F1;Photocopies;Copie-Service;="90090999806";6,71
20250103;F2;Stage;Coachbureau;="90090999806";29,98
"""
STATEMENT = """Buchungstag;Empfänger;Verwendungszweck;Vorgangsnr.;Betrag;Gutschrift
08.01.2025;Grundschule;Ausflug;5000120;50,00;
09.01.2025;Grundschule;Bücher;5000121;16,69;
10.01.2025;Grundschule;Rückzahlung;5000122;;30,00
"""
SIDED = """Verrichtingsdatum;Af/Bij;Bedrag;Naam tegenpartij;Mededeling;Verrichtingsnr.
06-01-2025;Af;50,00;Kringwinkel;Tablet;A0800
07-01-2025;Af;16,69;Kringwinkel;Boeken;A0801
08-01-2025;Bij;30,00;Kringwinkel;Terugbetaling;A0802
"""
KINDS = """Type de pièce;N° pièce;Date;Libellé;Fournisseur;Montant
Facture;F871;02/01/2025;Photocopies;Copie-Service;50,00
Note de crédit;F872;03/01/2025;Remboursement;Copie-Service;30,00
Facture;F944;03/01/2025;Stage;Coachbureau;16,69
"""
SIGNED = KINDS.replace(";30,00", ";-30,00")
SHORT = KINDS.replace("Facture;", "FA;").replace("Note de crédit;", "NC;")
UNNAMED = STATEMENT.replace("Gutschrift", "Xyz")
MONTHLY = """Belegtag;Belegnummer;Geschäftspartner;Was;Ausgabe
11.01.2025;F7;Schiefermuseum;Museumsbesuch;6,71
28.01.2025;F8;Bildungswerk;Modul;29,98
;;;Monatssumme;36,69
13.02.2025;F9;Bäckerei;Feier;10,00
;;;Monatssumme;10,00
;;;Jaartotaal;46,69
"""
STACKED = """SPP IS - participation
VOLET A : activités
Date;N° pièce;Fournisseur;Libellé;Montant
11/01/2025;F7;Musée;Visite;6,71
;;;Total volet A;6,71
VOLET C : enfants
28/01/2025;F8;École;Classe verte;29,98
;;;Total volet C;29,98
"""
PAGES = """Date;N° pièce;Fournisseur;Libellé;Montant
11/01/2025;F7;Musée;Visite;6,71
Date;N° pièce;Fournisseur;Libellé;Montant
Date;N° pièce;Fournisseur;Libellé;Montant
28/01/2025;F8;École;Classe verte;29,98
"""
INCOME = """Date;N° pièce;Fournisseur;Libellé;Dépenses;Recettes
11/01/2025;F7;Musée;Visite;36,71;
28/01/2025;F8;École;Classe verte;29,98;
29/01/2025;F9;Musée;Remboursement;;30,00
;;;Total;66,69;30,00
"""
GRANTED = """Article :;83103/331-01;Participation;;Crédit inscrit : 25.000,00
Date;N° pièce;Fournisseur;Libellé;Montant
11/01/2025;F7;Musée;Visite;6,71
;;;Sous-total de l'article;6,71
Article :;83103/332-02;Participation;;Crédit inscrit : 25.000,00
Date;N° pièce;Fournisseur;Libellé;Montant
28/01/2025;F8;École;Classe verte;29,98
"""
SHARED = """Date facture;N° facture;Fournisseur;Objet;Total facture;Payé par le CPAS;Reste
11/01/2025;F7;Énergie;Décompte;72,00;72,00;0,00
28/01/2025;F8;Énergie;Décompte;297,13;187,13;110,00
29/01/2025;F9;Magasin;Frigo;203,76;93,76;110,00
"""
COUNTED = """N° d'ordre;Date du justificatif;Description;Nom du fournisseur;Montant tvac en €
(1);(2);(3);(4);(5)
1;09/01/2025;Syllabus;Imprimerie;6,71
2;10/01/2025;Classeurs;Imprimerie;29,98
"""


def take(text: str) -> Import:
    """Import a text as a ledger."""
    return import_ledger(text.encode(), "export.csv", packs.load("pas", 2025), sheet_id=None)


def taken_for(column: str, text: str) -> str:
    """Return the heading that was taken for a column, or that it was asked."""
    try:
        found = take(text)
    except LedgerQuestion:
        return "asked"
    return next(guess.header for guess in found.guesses if guess.column == column)


@pytest.mark.parametrize(("first", "second", "taken"), rows(DATES))
def test_the_date_of_the_document_is_taken_before_that_of_the_books(first: str, second: str, taken: str) -> None:
    """Of several dates the document's is taken, the books' only where there is no other, and equals are asked."""
    lines = [f"{day:02}/03/2025;F{day};Stage {day};Asbl {day};1{day},50;{day + 1:02}/03/2025" for day in range(1, 9)]
    ledger = "\n".join([f"{first};N° pièce;Libellé;Fournisseur;Montant;{second}", *lines])
    assert taken_for("date", ledger) == taken


@pytest.mark.parametrize(("first", "second", "taken"), rows(NUMBERS))
def test_the_number_of_the_document_is_taken_before_that_of_the_books(first: str, second: str, taken: str) -> None:
    """The number that stands on the invoice is the document's, unless the report's own name stands above another."""
    text = f"{first};{second};Date;Libellé;Fournisseur;Montant\n"
    text += "M1;F871;02/01/2025;Photocopies;Copie-Service;6,71\nM2;F944;03/01/2025;Stage;Coachbureau;29,98\n"
    assert taken_for("document_number", text) == taken


@pytest.mark.parametrize(("heading", "values", "taken"), rows(BESIDE))
def test_what_stands_beside_the_expense_is_known_for_what_it_is(heading: str, values: str, taken: str) -> None:
    """Decisions and social workers are nothing of the report's; participants, shares and axes of accounts are."""
    first, second = values.split()
    text = f"{heading};N° pièce;Date;Libellé;Fournisseur;Montant TVAC\n"
    text += f"{first};F871;02/01/2025;Photocopies;Copie-Service;16,71\n"
    text += f"{second};F944;03/01/2025;Stage;Coachbureau;29,98\n"
    assert {guess.header: guess.column for guess in take(text).guesses}[heading] == taken


def test_running_numbers_that_do_not_begin_with_one_are_those_of_documents() -> None:
    """25004401, 25004402 … count documents, not lines; the number of a party is no document's, nor are names."""
    text = "NUMERO;TIERS;Facture de;Date;Libellé;Montant\n"
    text += "".join(
        f"25004{400 + at};{8147 - 7 * at};Asbl {name};0{at}/01/2025;Stage {at};1{at},71\n"
        for at, name in enumerate("ABCDE", 1)
    )
    assert taken_for("document_number", text.replace("Facture de", "Fournisseur")) == "NUMERO"
    assert taken_for("payee", text.replace("Asbl ", "Association ")) == "asked"


@pytest.mark.parametrize("heading", ["Curatif / Préventif", "TYPE_INT", "Catégorie", "Type", "Mesure", "Cur./Prév."])
def test_the_kind_of_an_energy_aid_is_known_by_its_first_word(heading: str) -> None:
    """Ledgers say "Curatif" or "Préventif"; which of the list's entries it is, the check asks for."""
    text = f"Réf. dossier;{heading};N° pièce;Date;Libellé;Fournisseur;Montant TVAC\n"
    text += "07896/B;Curatif;F871;02/01/2025;Arriérés;Gaz SA;16,71\n01071/B;Préventif;F944;03/01/2025;Isolation;Toit SRL;29,98\n"
    found = import_ledger(text.encode(), "export.csv", packs.load("gas_electricity", 2025), sheet_id=None)
    taken = {guess.header: guess.column for guess in found.guesses}
    assert (taken["Réf. dossier"], taken[heading]) == ("file_number", "nature")


def test_a_measure_without_expense_rows_says_so() -> None:
    """Staff costs are one row a person: a ledger of expenses has no sheet to go to."""
    with pytest.raises(LedgerError) as refused:
        import_ledger(BILINGUAL.encode(), "export.csv", packs.load("staff_costs", 2025), sheet_id=None)
    assert refused.value.code == "RU-L39"


@pytest.mark.parametrize(("first", "second", "taken"), rows(PAYEES))
def test_who_was_paid_is_taken_before_who_was_helped(first: str, second: str, taken: str) -> None:
    """Of several parties the supplier is the payee, and equals are asked."""
    lines = [f"{day:02}/03/2025;F{day};Stage {day};Mme Test {day};1{day},50;Asbl {day}" for day in range(1, 9)]
    ledger = "\n".join([f"Date;N° pièce;Libellé;{first};Montant;{second}", *lines])
    assert taken_for("payee", ledger) == taken


@pytest.mark.parametrize("text", [BILINGUAL, QUOTED, COMPACT], ids=["bilingual", "quoted", "compact"])
def test_a_ledger_is_read_as_its_program_wrote_it(text: str) -> None:
    """Headings said twice, line breaks within quotation marks, dates without separators, texts dressed as formulas."""
    found = take(text)
    assert (found.row_count, found.balance.imported_cents) == (2, 3669)
    assert None not in found.rows["volet_a"]["date"]


def test_a_text_dressed_as_a_formula_is_that_text() -> None:
    """What a program wrote as ="…" to keep its zeros is what stands between the quotation marks."""
    assert take(COMPACT).rows["volet_a"]["niss"] == ["90090999806"] * 2


@pytest.mark.parametrize(
    "text",
    [STATEMENT, SIDED, KINDS, SIGNED, SHORT],
    ids=["two columns", "a sign beside the amount", "credit notes", "credit notes below zero", "FA and NC"],
)
def test_money_that_came_back_counts_against_what_was_paid(text: str) -> None:
    """Ledgers say in a column of its own, in a word beside the amount, or by the kind of document that money came back."""
    found = take(text)
    assert (found.row_count, found.balance.imported_cents) == (3, 3669)


def test_amounts_that_stand_only_where_the_amount_is_empty_are_asked() -> None:
    """Half of the amounts under a heading that says nothing is never left out in silence."""
    assert taken_for("total_amount", UNNAMED) == "asked"


def test_a_line_that_counts_the_columns_is_no_expense() -> None:
    """Forms number their columns below the headings; (5) is no amount of minus five."""
    found = take(COUNTED)
    assert (found.row_count, found.balance.imported_cents) == (2, 3669)


def test_the_sum_of_a_month_is_no_expense() -> None:
    """Words like "Monatssumme" and "jaartotaal" name sums as "Total" does."""
    found = take(MONTHLY)
    assert (found.row_count, found.balance.imported_cents, found.agreeing) == (3, 4669, 3)


def test_a_title_above_the_headings_names_the_part_as_one_between_the_rows_does() -> None:
    """Parts under each other in one sheet: the first one's title stands above the column headings."""
    found = take(STACKED)
    assert {sheet: len(rows_) for sheet, rows_ in found.places.items()} == {"volet_a": 1, "volet_c": 1}


def test_the_header_of_a_page_without_rows_is_no_second_line_of_the_next() -> None:
    """The row above both is taken over with the others."""
    assert take(PAGES).balance.imported_cents == 671 + 2998


def test_a_row_above_what_is_taken_for_the_header_is_not_lost() -> None:
    """A date and an amount where they stand below too, whatever is above them: refused, not left out."""
    with pytest.raises(LedgerError) as refused:
        take("\n".join(PAGES.splitlines()[1:]))
    assert refused.value.code == "RU-L28"


def test_a_title_that_names_several_parts_names_none() -> None:
    """A list of all parts in the title says nothing of the rows."""
    found = take(GRANTED.replace("Article :;83103/331-01;Participation;;Crédit inscrit : 25.000,00", "Volet A, B et C"))
    assert dict(found.notes)["first_sheet"] == {"sheet": "volet_a"}


def test_income_beside_expenses_is_asked_where_it_fills_their_gaps() -> None:
    """Money that came back, or the grant itself: only the centre knows what stands under "Recettes"."""
    assert taken_for("credit", INCOME) == "asked"


def test_a_heading_may_say_what_was_granted_to_its_article() -> None:
    """Articles in headings, also the one above the column headings, belong to the rows below them."""
    found = take(GRANTED)
    assert found.rows["volet_a"]["article"] == ["83103/331-01", "83103/332-02"]


def test_what_the_centre_paid_of_a_bill_is_no_amount_without_tax() -> None:
    """A bill, what the centre paid of it and what is left: which one is the expense, the centre says."""
    assert taken_for("total_amount", SHARED) == "asked"


def test_an_intervention_that_is_the_only_amount_is_asked_for() -> None:
    """What another authority pays is called "Tussenkomst", unless it is all that is paid."""
    text = "Factuur van;Factuurnr.;Betaald aan;Omschrijving;Tussenkomst\n02/01/2025;F7;Energie;Voorschot;50,10\n"
    assert taken_for("total_amount", text + "03/01/2025;F8;Energie;Voorschot;61,20\n") == "asked"


def test_amounts_that_may_be_cents_are_asked_about() -> None:
    """No decimals in many amounts that are no round sums: euros or cents is for the centre to say."""
    lines = [f"{day:02}/03/2025;F{day};Magasin;Achat {day};{1000 + 37 * day}" for day in range(1, 21)]
    text = "\n".join(["Date;N° pièce;Fournisseur;Libellé;Montant", *lines])
    assert taken_for("total_amount", text) == "asked"
    half = [f"{line}0" if at % 2 else line for at, line in enumerate(lines)]
    assert taken_for("total_amount", "\n".join([text.splitlines()[0], *half])) == "asked"
    assert take(text.replace(lines[0], f"{lines[0]},50")).row_count == len(lines)
    assert take("\n".join([text.splitlines()[0], *(f"{line},00" for line in lines)])).row_count == len(lines)
    assert take("\n".join([text.splitlines()[0], *(f"{line}0" for line in lines)])).row_count == len(lines)
