"""Ledgers as offices keep them: a sheet a month, a table beside the table, sums of each side, income below expenses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from tests.ledgers.files import Page, xlsx
from validators.ledger import Import, import_ledger
from validators.ledger.errors import LedgerError
from workbook_templates import packs

PAS = packs.load("pas", 2025)
FIRMS = ("Brico Meuse SA", "Les Tilleuls ASBL", "Taxi du Val SRL", "Musée du Verre ASBL")


def take(lines: list[str]) -> Import:
    """Return what a text of rows has for PAS."""
    return import_ledger("\n".join(lines).encode(), "export.csv", PAS, sheet_id=None)


def taken(found: Import) -> dict[str, str]:
    """Return column to heading."""
    return {guess.selects or guess.column: guess.header for guess in found.guesses if guess.column or guess.selects}


def refusal(lines: list[str]) -> str:
    """Return the code of what a text of rows is refused for."""
    with pytest.raises(LedgerError) as caught:
        take(lines)
    return caught.value.code


def rows(pattern: str, count: int = 8) -> list[str]:
    """Return rows of a pattern: ``{n}`` counts, ``{firm}`` is a company."""
    return [pattern.format(n=n, firm=FIRMS[n % len(FIRMS)]) for n in range(1, count + 1)]


MONTHS: dict[str, list[list[object]]] = {
    "Janvier": [
        ["N° facture", "Date", "Article", "Fournisseur", "Libellé", "Montant TTC"],
        ["F1", "04/01/2025", "831/333-01", "Brico", "Peinture", 10.5],
        ["F2", "05/01/2025", "831/333-01", "Brico", "Bois", 20.25],
    ],
    "Février": [
        ["Dépenses de février", "", "", "", "", ""],
        ["Date", "Fournisseur", "Libellé", "N° fact.", "HTVA", "Montant"],
        ["03/02/2025", "Brico", "Clous", "F3", 3.0, 3.63],
        ["04/02/2025", "Taxi", "Transport", "F4", 10.0, 12.1],
    ],
}


def book(months: Mapping[str, Sequence[Sequence[object]]]) -> Import:
    """Return what a workbook with a sheet a month has for PAS."""
    pages = [Page(name, lines, (), (), ()) for name, lines in months.items()]
    return import_ledger(xlsx(pages), "mois.xlsx", PAS, sheet_id=None)


def test_sheets_that_say_the_same_in_other_words_and_orders_are_one_ledger() -> None:
    """Each sheet's columns go where their meaning stands in the first; what a sheet does not have stays empty."""
    found = book(MONTHS)
    volet = found.rows["volet_a"]
    assert volet["total_amount"] == [1050, 2025, 363, 1210]
    assert volet["document_number"] == ["F1", "F2", "F3", "F4"]
    assert volet["article"] == ["831/333-01", "831/333-01", None, None]


def test_a_sheet_whose_amounts_are_kept_otherwise_is_no_part_of_the_ledger() -> None:
    """Debit and credit in one month, an amount in another: which sheets to read is for the centre to say."""
    head = ["Date", "Fournisseur", "Libellé", "N° fact.", "Débit", "Crédit"]
    with pytest.raises(LedgerError) as caught:
        book({**MONTHS, "Février": [head, *MONTHS["Février"][2:]]})
    assert caught.value.code == "RU-L20"


def test_a_sheet_whose_amounts_are_not_below_their_heading_is_refused() -> None:
    """Pasted one column to the right in one month, and the date's heading is misspelt: its rows would have no amount."""
    head: list[object] = ["Dta", "N° pièce", "Libellé", "Fournisseur", "Montant TTC", ""]
    lines: list[list[object]] = [["04/01/2025", f"F{n}", f"Achat {n}", "Brico", 10.5 + n, ""] for n in range(5)]
    moved: list[list[object]] = [["", *line[:-1]] for line in lines]
    with pytest.raises(LedgerError) as caught:
        book({"Janvier": [head, *lines], "Février": [head, *moved]})
    assert caught.value.code in {"RU-L24", "RU-L28", "RU-L45"}


def test_a_small_table_beside_the_ledger_is_not_asked_about() -> None:
    """Behind an empty column stands a summary: its accounts are not those of the rows."""
    lines = rows("{n:02}/03/2025;F{n};61405{n:02};{firm};Stage {n};1{n},50;;;")
    lines[0] = lines[0][:-3] + ";;613100;99,00"
    found = take(["Date;N° pièce;Compte;Fournisseur;Libellé;Montant;;Compte général;Somme", *lines])
    assert taken(found)["account"] == "Compte"


def test_remarks_in_a_few_rows_are_no_rival_of_the_description() -> None:
    """A column "Remarque" may be the description, but not where another one stands in every row."""
    lines = rows("{n:02}/03/2025;F{n};Atelier cuisine {n};{firm};1{n},50;")
    lines[2] += "à vérifier"
    assert taken(take(["Date;N° pièce;Activité;Fournisseur;Montant;Remarque", *lines]))["label"] == "Activité"


@pytest.mark.parametrize("kinds", ["FAC NC ANN", "FACT NC DIV", "FA AVOIR FA"])
def test_short_kinds_of_documents_are_believed_beside_an_invoice(kinds: str) -> None:
    """All amounts are positive; the kind alone says that a credit note or an annulment comes back."""
    first, second, third = kinds.split()
    lines = rows("01/03/2025;F{n};Stage {n};{firm};10,00", 6)
    kinds_of = [first, first, first, second, third, first]
    found = take(
        [
            "Type;Date;N° pièce;Libellé;Fournisseur;Montant",
            *(f"{k};{line}" for k, line in zip(kinds_of, lines, strict=True)),
        ]
    )
    assert found.balance.imported_cents == (2000 if third == "ANN" else 4000)


def test_the_sum_of_all_and_those_of_each_side_are_known_without_a_word() -> None:
    """There are "Total factures", "Total NC" and "Net": each is held against the rows, and none is an expense."""
    lines = [
        "FAC;21/03/2025;F1;Stage;Brico;10,00",
        "FAC;22/03/2025;F2;Stage;Taxi;20,00",
        "NC;03/03/2025;F3;Stage;Taxi;5,00",
    ]
    sums = [";;;Total factures;;30,00", ";;;Total NC;;5,00", ";;;Net;;25,00"]
    found = take(["Type;Date;N° pièce;Libellé;Fournisseur;Montant", *lines, *sums])
    assert (found.balance.imported_cents, found.agreeing, found.notes) == (
        2500,
        3,
        (("first_sheet", {"sheet": "volet_a"}),),
    )


def test_a_sum_counts_what_was_carried_into_its_group() -> None:
    """The total of an article begins with what earlier pages had: it agrees, and nothing is doubtful."""
    lines = [
        "Article 831/333-01;;;;",
        ";;Solde reporté;;100,00",
        "02/03/2025;F1;Stage;Brico;10,00",
        "03/03/2025;F2;Stage;Taxi;20,00",
        ";;TOTAL ARTICLE 831/333-01;;130,00",
        "Article 831/334-01;;;;",
        ";;Solde reporté;;7,00",
        "04/03/2025;F3;Stage;Taxi;5,00",
        ";;TOTAL ARTICLE 831/334-01;;12,00",
    ]
    found = take(["Date;N° pièce;Libellé;Fournisseur;Montant", *lines])
    assert (found.balance.imported_cents, found.agreeing) == (3500, 2)
    assert "doubtful" not in dict(found.notes)


INCOME = [
    "DÉPENSES ORDINAIRES;;;;",
    "02/03/2025;F1;Stage;Brico;10,00",
    "03/03/2025;F2;Stage;Taxi;20,00",
    "RECETTES ORDINAIRES;;;;",
    "04/03/2025;R1;Subside 2025;Région;500,00",
]


def test_income_beside_the_expenses_refuses_the_ledger() -> None:
    """Taken over as expenses, it would be money that nobody spent, above them or below."""
    head = "Date;N° pièce;Libellé;Tiers;Montant"
    assert refusal([head, *INCOME]) == "RU-L43"
    assert refusal([head, *INCOME[3:], *INCOME[:3]]) == "RU-L43"
    assert take([head, *INCOME[:3]]).balance.imported_cents == 3000


def test_the_column_of_companies_is_whom_was_paid() -> None:
    """Its heading says nothing that is known; the names end with SA, ASBL, SRL."""
    lines = rows("{n:02}/03/2025;F{n};{firm};Stage {n};1{n},50")
    assert taken(take(["Date;N° pièce;Xyz;Libellé;Montant", *lines]))["payee"] == "Xyz"


@pytest.mark.parametrize(
    ("heads", "amount"),
    [
        ("Brut;ONSS;Coût total", "Coût total"),
        ("Brutoloon;RSZ;Totale loonkost", "Totale loonkost"),
        ("Payé par le CPAS;Reste;Total facture", ""),
        ("Tussenkomst OCMW;Ten laste cliënt;Totaal", ""),
    ],
)
def test_a_total_that_is_the_sum_of_its_parts_is_the_cost(heads: str, amount: str) -> None:
    """Pay and contributions are; the shares of a bill may be what counts, so that is asked."""
    lines = [f"{n:02}/03/2025;F{n};Stage {n};{FIRMS[n % 4]};{100 + n},50;{n},25;{100 + 2 * n},75" for n in range(1, 9)]
    lines = ["Date;N° pièce;Libellé;Fournisseur;" + heads, *lines]
    assert taken(take(lines))["total_amount"] == amount if amount else refusal(lines) == "RU-L06"


def test_the_name_of_an_account_is_no_description_though_one_was_divided() -> None:
    """The heading "Libellé imputation" repeats what the code is called; the description is the other one."""
    names = ("Fournitures", "Frais d'activités", "Sport", "Transport", "Formation")
    codes = ("831/124-02", "831/124-02", "831/332-02", "831/124-06", "831/124-48")
    lines = [
        f"{n % 28 + 1:02}/03/2025;F{n};{codes[n % 5]};{names[n % 5]};{FIRMS[n % 4]};Achat {n};1{n},50"
        for n in range(40)
    ]
    found = take(["Date;N° pièce;Imputation;Libellé imputation;Tiers;Libellé écriture;Montant", *lines])
    assert taken(found)["label"] == "Libellé écriture"


def test_titles_over_two_columns_tell_equal_headings_apart() -> None:
    """Both "Nr" and "Datum" stand below "Factuur" and below "Boeking", and nothing is merged."""
    lines = [f"F{n};{n:02}/03/2025;{700 + n};{n + 1:02}/03/2025;{FIRMS[n % 4]};Stage {n};1{n},50" for n in range(1, 9)]
    found = take(["Factuur;;Boeking;;Leverancier;Mededeling;Bedrag", "Nr;Datum;Nr;Datum;;;", *lines])
    assert (taken(found)["date"], taken(found)["document_number"]) == ("Factuur Datum", "Factuur Nr")


def test_the_centres_own_bank_account_is_no_general_account() -> None:
    """A "Compte" may be the account of the books; 091-0010203-43 is a bank's."""
    lines = rows("{n:02}/03/2025;F{n};Stage {n};{firm};1{n},50;091-0010203-43")
    assert "account" not in taken(take(["Date;N° mandat;Libellé;Créancier;Montant;Compte financier", *lines]))


def test_a_ledger_of_other_columns_pasted_over_the_end_is_refused() -> None:
    """Dates and amounts stand where they did, but numbers, codes and texts are one column further on."""
    lines = rows("2025030{n};2025/{n};613200;PAS-B;Stage;{firm};1{n},50;;1{n},50", 6)
    other = rows("1{n}/06/2025;ACH;2025/{n};613200;Stage d'été {n};{firm};2{n},03;;2{n},03", 3)
    head = "Datum;Beleg-Nr.;Sachkonto;Kostenstelle;Buchungstext;Kreditor;Soll;Haben;Saldo"
    assert refusal([head, *lines, *other]) == "RU-L28"


def test_a_row_with_a_debit_and_a_credit_is_refused() -> None:
    """Lines of another ledger pasted over the end may have amounts in both columns: their difference means nothing."""
    lines = [f"2{n}/03/2025;F{n};Stage {n};{FIRMS[n % 4]};1{n},50;;{n}" for n in range(1, 8)]
    lines[5] = lines[5].replace(";;", ";17,00;")
    assert refusal(["Date;N° pièce;Libellé;Tiers;Débit;Crédit;Ligne", *lines]) == "RU-L44"


def test_a_date_heading_above_nothing_shows_that_rows_are_shifted() -> None:
    """Dates stand below "Créancier", and an empty column below "Date": one column to the right, and it is asked."""
    lines = [f";2025;F{n};;2{n}/03/2025;{FIRMS[n % 4]};Stage {n};1{n},50" for n in range(1, 8)]
    assert refusal(["Exercice;N° pièce;;Date;Créancier;Libellé;Montant;", *lines]) == "RU-L22"


def test_headings_that_a_program_writes_as_one_word() -> None:
    """DatePiece, NumPiece, MtTTC: the capitals tell the words."""
    lines = [f"{n};F{n};2{n}/03/2025;2{n}/04/2025;{FIRMS[n % 4]};Stage {n};1{n},00;2,31;1{n},50" for n in range(1, 8)]
    found = taken(take(["IdEcriture;NumPiece;DatePiece;DateCompta;NomTiers;Objet;MtHTVA;MtTVA;MtTTC", *lines]))
    assert {found["date"], found["document_number"], found["total_amount"]} == {"DatePiece", "NumPiece", "MtTTC"}


@pytest.mark.parametrize(
    ("heads", "texts", "label"),
    [
        ("LIBELLE 1;LIBELLE 2", "Stage {n};FACT {n}23", "LIBELLE 1"),
        ("Transactie;Mededelingen", "OVERSCHRIJVING;Kamp nummer {n}", "Mededelingen"),
    ],
)
def test_of_two_descriptions_the_one_that_describes_is_taken(heads: str, texts: str, label: str) -> None:
    """The first of numbered ones; and not the kind of transaction, which is the same in every row."""
    lines = [f"2{n % 9}/03/2025;F{n};{FIRMS[n % 4]};{texts.format(n=n)};1{n},50" for n in range(1, 40)]
    assert taken(take([f"Datum;Stuknr.;Leverancier;{heads};Bedrag", *lines]))["label"] == label


def test_the_reports_own_word_for_a_description_may_name_the_account() -> None:
    """The heading "Bezeichnung" stands beside the article and repeats its name: what was bought is another column."""
    lines = [
        f"831/333-0{n % 3};Kosten {n % 3};B{n};2{n % 9}.03.2025;{FIRMS[n % 4]};Ausflug {n};1{n},50" for n in range(30)
    ]
    head = "Haushaltsartikel;Bezeichnung;Belegnr.;Belegdatum;Lieferant;Verwendungszweck;Bruttobetrag"
    assert taken(take([head, *lines]))["label"] == "Verwendungszweck"


def test_what_is_negative_in_a_statement_of_the_bank_was_paid() -> None:
    """The other party's account tells a statement: payments are expenses, and that is told; without it, it is asked."""
    lines = [f"2{n}/03/2025;{n}/1;{FIRMS[n % 4]};BE68 5390 0754 7034;Stage {n};-1{n},50" for n in range(1, 8)]
    lines.append("29/03/2025;9/1;Brico Meuse SA;BE68 5390 0754 7034;Remboursement;20,00")
    found = take(["Date d'exécution;N° séquence;Nom contrepartie;Compte contrepartie;Communication;Montant", *lines])
    assert found.balance.imported_cents == sum(range(1150, 1850, 100)) - 2000
    assert "statement" in dict(found.notes)
    assert (
        refusal(
            ["Date;N° pièce;Tiers;Pays;Libellé;Montant", *(one.replace("BE68 5390 0754 7034", "BE") for one in lines)]
        )
        == "RU-L29"
    )


@pytest.mark.parametrize(
    "heads", ["Montant facture;Quote-part bénéficiaire;Montant imputé au Fonds", "Bedrag factuur;Tussenkomst;Betaald"]
)
def test_a_bill_beside_what_the_centre_bore_of_it_is_asked_about(heads: str) -> None:
    """Which of them is the expense is for the centre to say, whatever the share is called."""
    lines = [f"2{n}/03/2025;F{n};{FIRMS[n % 4]};Gaz {n};{50 + n},50;{20 + n},00;30,50" for n in range(1, 8)]
    assert refusal([f"Date facture;N° facture;Fournisseur;Libellé;{heads}", *lines]) == "RU-L06"


def test_headings_above_other_columns_than_their_own_refuse_the_ledger() -> None:
    """One heading may be used for something else; with three of them, columns were moved or replaced."""
    lines = [f"{FIRMS[n % 4]};2{n}/03/2025;{n},20;Stage {n};831/333-01;F{n}" for n in range(1, 8)]
    assert refusal(["Article;N° pièce;Libellé;Montant;Fournisseur;Date", *lines]) == "RU-L45"


def test_a_date_above_amounts_refuses_the_ledger() -> None:
    """Exchanged in most rows, and the dates are numbers of days, which could be amounts."""
    lines = [f"1{n},50;F{n};{FIRMS[n % 4]};Stage {n};4574{n}" for n in range(1, 8)]
    lines[3:5] = [f"4574{n};F{n};{FIRMS[n % 4]};Stage {n};1{n},50" for n in (4, 5)]
    assert refusal(["Date facture;N° pièce;Fournisseur;Libellé;Montant", *lines]) == "RU-L45"


def test_a_day_written_as_a_number_is_no_amount() -> None:
    """Dates and amounts exchanged in some rows: 20250513 would be twenty million."""
    lines = [f"2025032{n};F{n};{FIRMS[n % 4]};Stage {n};1{n},50" for n in range(1, 8)]
    lines[3:5] = [f"1{n},50;F{n};{FIRMS[n % 4]};Stage {n};2025032{n}" for n in (4, 5)]
    assert refusal(["Date;N° pièce;Fournisseur;Libellé;Montant", *lines]) == "RU-L40"


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ("N.B. : seule la colonne « Pris en charge par le CPAS » est imputée au fonds.", "Pris en charge par le CPAS"),
        ("Uniquement le « Montant facture », et non le « Pris en charge par le CPAS ».", ""),
        ("Relevé des montants pris en charge par le CPAS", ""),
    ],
)
def test_a_line_above_the_table_may_say_which_amount_counts(line: str, amount: str) -> None:
    """It names one heading and says "only"; where it names both, or says no such thing, it is asked as without it."""
    lines = [f"2{n}/03/2025;F{n};{FIRMS[n % 4]};Gaz {n};{50 + n},50;{20 + n},00;30,50" for n in range(1, 8)]
    head = "Date facture;N° facture;Fournisseur;Libellé;Montant facture;Part usager;Pris en charge par le CPAS"
    text = [f"{line};;;;;;", ";;;;;;", head, *lines]
    assert taken(take(text))["total_amount"] == amount if amount else refusal(text) == "RU-L06"


def test_what_is_charged_line_by_line_is_taken_before_the_bill_that_repeats() -> None:
    """A bill of three lines stands in each of them: three times too much; its lines add up to it."""
    lines = [
        f"F{n // 3};2{n // 3}/03/2025;{FIRMS[n % 4]};Ligne {n};{30 + 9 * (n // 3)},00;{10 + 3 * (n // 3)},00"
        for n in range(12)
    ]
    found = take(["N° facture;Date facture;Fournisseur;Libellé;Montant total facture;Montant imputé TVAC", *lines])
    assert (taken(found)["total_amount"], found.balance.imported_cents) == (
        "Montant imputé TVAC",
        100 * sum(range(30, 66, 9)),
    )


def test_cash_that_comes_in_is_asked_about() -> None:
    """The cash box is filled up, or somebody pays back: nothing says which, and nothing is left out in silence."""
    lines = [f"0{n}/03/2025;{n};Courses {n};Brico Meuse SA;;1{n},50;{300 - n}" for n in range(1, 9)]
    lines.insert(4, "05/03/2025;;Alimentation de la caisse;;300,00;;600")
    assert refusal(["Date;N° pièce;Libellé;Remis à;Entrées;Sorties;Solde", *lines]) == "RU-L21"


def test_the_date_of_the_mandate_is_taken_before_that_of_the_payment() -> None:
    """Where neither the document nor the books have a date."""
    lines = rows("{n};Achat {n};{firm};1{n},50;2{n}/03/2025;2{n}/04/2025")
    found = take(["Bevelschrift;Mededeling;Begunstigde;Bedrag;Dd. betaling;Dd. bevelschrift", *lines])
    assert taken(found)["date"] == "Dd. bevelschrift"


def test_what_a_supplier_is_owed_is_negative_in_some_programs() -> None:
    """Invoices below zero and credit notes above it: the kind of document proves which is the expense."""
    lines = [f"2{n}/03/2025;Factuur;IF{n};{FIRMS[n % 4]};Kamp {n};-1{n},50" for n in range(1, 9)]
    lines += ["29/03/2025;Creditnota;IC1;Brico Meuse SA;Kamp 1;11,50"]
    found = take(
        ["Boekingsdatum;Documentsoort;Documentnr.;Leveranciersnaam;Omschrijving;Oorspronkelijk bedrag", *lines]
    )
    assert found.balance.imported_cents == sum(range(1250, 1950, 100))


def test_dates_with_points_are_no_amounts() -> None:
    """03.01.2025 reads as a number with two marks; below a heading that nobody knows it is still a date."""
    lines = rows("KR;19{n};0{n}.01.2025;1{n}.01.2025;Achat {n};{firm};1{n},50")
    found = take(["Type;N° pièce;Date pièce;Dte valor.;Texte;Nom fournisseur;Montant en devise soc.", *lines])
    assert (taken(found)["total_amount"], taken(found)["date"]) == ("Montant en devise soc.", "Date pièce")


def test_sheets_with_the_same_headings_in_another_order_are_one_ledger_whatever_they_say() -> None:
    """A column was moved in one of them; that their headings are not known does not matter."""
    head: list[object] = ["Date", "N° pièce", "Libellé", "Fournisseur", "Valeur comptable"]
    lines: list[list[object]] = [[f"2{n}/03/2025", f"F{n}", f"Achat {n}", FIRMS[n % 4], 10.5 + n] for n in range(8)]
    pages = {"01-2025": [head, *lines[:4]], "02-2025": [line[::-1] for line in (head, *lines[4:])]}
    found = book(pages)
    assert found.balance.imported_cents == sum(1050 + 100 * n for n in range(8))


def test_a_named_subsidy_beside_what_is_left_is_the_other_subsidy() -> None:
    """Cost, what another authority gives, and what is left: the report computes the last one itself."""
    lines = rows("2{n}/03/2025;Stage {n};{firm};F{n};3{n},50;20,00;1{n},50")
    found = taken(take(["Date;Activité;Fournisseur;N° facture;Coût TTC;Subside FWB;Net à charge du CPAS", *lines]))
    assert (found["total_amount"], found["other_subsidy"]) == ("Coût TTC", "Subside FWB")


def test_a_national_number_among_the_amounts_is_no_amount() -> None:
    """Eighty-five thousand million for a football club: a row of another ledger, or a column too far."""
    lines = rows("2{n}/03/2025;F{n};{firm};Stage {n};1{n},50")
    lines[3] = "24/03/2025;F4;Brico;Stage;85073003328"
    assert refusal(["Date;N° pièce;Fournisseur;Libellé;Montant", *lines]) == "RU-L46"


def test_headings_beside_a_small_table_are_those_of_the_first_block() -> None:
    """The first block's headings have a budget beside them, the second block's have not: both blocks are read."""
    lines = [f"0{n}/03/2025;{n};{FIRMS[n % 4]};Achat {n};1{n},50;;" for n in range(1, 7)]
    head = "Datum;Nr;Winkel;Wat;Betaald;;"
    found = take([head.removesuffix(";") + "Budget;12500", *lines[:3], ";;;Totaal;34,50;;", head, *lines[3:]])
    assert (found.row_count, found.balance.imported_cents) == (6, sum(range(1150, 1750, 100)))


def test_what_is_granted_to_an_article_is_no_expense() -> None:
    """Above its expenses stands the article with its budget, in the column of the amounts."""
    lines = [
        "Article 831/333-01 : Aide;;;Crédit budgétaire;44000,00;",
        "P1;21/03/2025;Brico;Peinture;10,00;10,00",
        "P2;22/03/2025;Taxi;Transport;20,00;30,00",
        "Article 831/334-01 : Sport;;;Crédit budgétaire;500,00;",
        "P3;23/03/2025;Taxi;Transport;5,00;5,00",
    ]
    found = take(["N° pièce;Date pièce;Tiers;Communication;Imputé (EUR);Cumul", *lines])
    assert found.balance.imported_cents == 3500
    assert found.rows["volet_a"]["article"] == ["831/333-01", "831/333-01", "831/334-01"]


def test_what_stands_below_the_last_total_is_no_expense() -> None:
    """What was granted, and what is left of it: no date, no document, no payee, and a total has been stated."""
    lines = ["A;21/03/2025;F1;Brico;Peinture;10,00", "A;22/03/2025;F2;Taxi;Transport;20,00", "Total volet A;;;;;30,00"]
    footer = [";;;;;", "Subside octroyé;;;;;18450,00", "Solde à utiliser;;;;;18420,00"]
    found = take(["Volet;Date;N° facture;Prestataire;Activité / achat;TVAC", *lines, *footer])
    assert found.balance.imported_cents == 3000
    assert refusal(["Volet;Date;N° facture;Prestataire;Activité / achat;TVAC", *lines[:2], footer[1]]) == "RU-L13"


def test_a_hidden_line_above_the_headings_is_none_of_them() -> None:
    """What the program calls its columns stands out of sight."""
    head: list[object] = ["Article", "N° facture", "Date", "Fournisseur", "Libellé", "Montant"]
    lines: list[list[object]] = [["831/333-01", f"F{n}", "04/01/2025", "Brico", f"Achat {n}", 10.5] for n in range(4)]
    names: list[object] = ["ART_BUDG", "NUM_FACT", "DT_FACT", "TIERS", "LIB", "MT_TVAC"]
    page = Page("Factures", [names, head, *lines], (), (), (0,))
    found = import_ledger(xlsx([page]), "factures.xlsx", PAS, sheet_id=None)
    assert taken(found)["article"] == "Article"


def test_the_sums_of_a_pivot_table_say_what_they_are_the_sum_of() -> None:
    """Of commitments and expenses the expense is taken, whatever the pivot table writes before both."""
    lines = rows("2{n}/03/2025;F{n};{firm};Kamp {n};2{n},00;1{n},50")
    head = "Datum;Stuknr.;Leverancier;Omschrijving;Som van Bedrag vastlegging;Som van Bedrag aanrekening"
    assert taken(take([head, *lines]))["total_amount"] == "Som van Bedrag aanrekening"


@pytest.mark.parametrize("other", ["Réf. externe", "Référence fournisseur"])
def test_the_books_own_number_is_taken_before_a_reference_of_others(other: str) -> None:
    """Both would do; the one that the books call the document is the document."""
    lines = rows("2{n}/03/2025;P{n};X-{n};{firm};Achat {n};1{n},50")
    assert taken(take([f"Date;Pièce;{other};Tiers;Libellé;Montant", *lines]))["document_number"] == "Pièce"


def test_a_few_remarks_are_no_description() -> None:
    """The nature of the expense describes it where nothing else does; remarks in a row or two do not."""
    lines = rows("2{n}/03/2025;F{n};{firm};Stage {n};1{n},50;")
    lines[3] += "à vérifier"
    found = taken(take(["Date facture;N° de facture;Fournisseur;Nature de la dépense;TVAC;Remarque", *lines]))
    assert found["label"] == "Nature de la dépense"
