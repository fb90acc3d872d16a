"""Makes the demonstration's ledger, invented and as ugly as a printed list: ``python -m tests.ledgers.example``."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from pathlib import Path

import xlsxwriter

FOLDER = Path(__file__).parents[2] / "addin" / "examples"
HEADER = (
    "Date compta.", "N° pièce", "Art. budgétaire", "Volet", "Libellé", "Fournisseur", "N° registre national",
    "Nature de la dépense", "Montant EUR", "Autre subside", "Participants cible", "Participants total", "Statut",
)  # fmt: skip
PEOPLE = ("90090999806", "85073003328", "17073003384", "1490700185")
"""Invented numbers; the last one has lost its zero."""
EXPENSES = {
    "A": (
        ("Entrée piscine, groupe du mercredi", "Centre sportif du Val", "Loisirs", (1800, 9500)),
        ("Abonnement bibliothèque et ludothèque", "Ludothèque communale", "Médias et jeux", (1500, 6000)),
        ("Cours de français, session du soir", "ASBL Parole ouverte", "Cours et formations", (9000, 42000)),
        ("Tickets de train, excursion", "Transports réunis", "Déplacements", (2500, 18000)),
        (
            "Cotisation club de marche",
            "Club Les Chaussures vertes",
            "Affiliation et équipement nécessaire",
            (3000, 9000),
        ),
        ("Chèques culture", "Théâtre de la Place", "Tickets et chèques", (4000, 16000)),
    ),
    "B": (
        ("Animation module cuisine et budget", "ASBL La Grande Table", "Animation du module", (15000, 39000)),
        ("Matériel module couture", "Mercerie du Pont", "Matériel du module", (2500, 14000)),
        ("Location de salle, module jardin", "Maison de quartier Sud", "Local", (6000, 12000)),
    ),
    "C": (
        ("Soutien scolaire, trimestre", "École des devoirs L'Envol", "Soutien scolaire", (12000, 36000)),
        ("Séances de logopédie", "Cabinet Les Mots doux", "Aide paramédicale", (8000, 24000)),
        ("Jeux éducatifs", "Librairie du Marché", "Matériel pédagogique et jeux", (2000, 9000)),
        ("Stage d'été", "ASBL Les Quatre Vents", "Loisirs", (9000, 28000)),
    ),
}


def rows() -> list[list[object]]:
    """Return the ledger's cells, title block and all."""
    dice = random.Random(2025)
    lines: list[list[object]] = [
        ["CPAS de Valbois (exemple inventé)"],
        ["Grand livre des dépenses - exercice 2025", "", "", "", "", "", "", "", "", "", "", "Page 1"],
        [],
        list(HEADER),
    ]
    overall = 0
    number = 0
    for month in range(1, 13):
        since = 0
        if month in {5, 9}:
            lines += [["", "", "", "", "À reporter", "", "", "", _money(overall, 0)], []]
            lines += [list(HEADER), ["", "", "", "", "Report", "", "", "", _money(overall, 0)]]
        for _ in range(9 if month % 2 else 8):
            number += 1
            volet = dice.choices("ABC", (5, 2, 3))[0]
            label, supplier, nature, (low, high) = dice.choice(EXPENSES[volet])
            cents = dice.randrange(low, high)
            mixed = volet == "A" and dice.random() < 0.2
            subsidy = cents // 10 if dice.random() < 0.08 and not mixed else 0
            if number == 31:
                volet, label, supplier, nature, cents = (
                    "A",
                    "Téléphone de remplacement",
                    "Télécom du Coin",
                    "Téléphone ou ordinateur",
                    54900,
                )
                mixed, subsidy = False, 0
            if number in {48, 83}:
                label, cents, mixed, subsidy = (
                    f"Note de crédit, {label[0].lower()}{label[1:]}",
                    -dice.randrange(500, 2500),
                    False,
                    0,
                )
            day = dt.date(2025, month, dice.randrange(1, 29))
            lines.append(
                [
                    day if number % 5 == 0 else f"{day:%d/%m/%Y}" if number % 3 else f"{day:%d.%m.%y}",
                    f"2025/{number:05d}",
                    {"A": "8451/333-01", "B": "8451/124-02", "C": "8451/334-01"}[volet],
                    f"Volet {volet}",
                    label,
                    supplier,
                    dice.choice(PEOPLE) if volet == "C" else "",
                    f"{nature[:-1]}" if number in {20, 41} else nature,
                    _money(cents, number),
                    _money(subsidy, 0) if subsidy else "",
                    6 if mixed else "",
                    20 if mixed else "",
                    "imputé",
                ]
            )
            since, overall = since + cents, overall + cents
        lines.append(["", "", "", "", f"Sous-total mois {month:02d}", "", "", "", _money(since, 0)])
    return [*lines, [], ["", "", "", "", "TOTAL GÉNÉRAL", "", "", "", _money(overall, 0)]]


def _money(cents: int, number: int) -> object:
    """Write an amount in one of the ways that exports have."""
    text = f"{abs(cents) // 100:,}".replace(",", "\u00a0") + f",{abs(cents) % 100:02d}"
    if cents < 0:
        return f"({text})" if number % 2 else f"{text}-"
    match number % 6:
        case 1:
            return cents / 100
        case 2:
            return f"€ {text}"
        case 3:
            return f"{text} €"
        case _:
            return text


def spreadsheet() -> bytes:
    """Return the ledger as an ``.xlsx``."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": dt.datetime(2026, 1, 15)})  # noqa: DTZ001 - XlsxWriter takes no zone
    page = book.add_worksheet("Export")
    date = book.add_format({"num_format": "dd/mm/yyyy"})
    for row, cells in enumerate(rows()):
        for column, value in enumerate(cells):
            if isinstance(value, dt.date):
                page.write_datetime(row, column, value, date)
            elif value != "":
                page.write(row, column, value)
    page.set_column(0, 12, 16)
    page.set_column(4, 4, 38)
    book.close()
    return target.getvalue()


def text() -> bytes:
    """Return the ledger as a ``.csv`` in the encoding of older Windows programs."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    for cells in rows():
        writer.writerow(
            [
                f"{value:%d/%m/%Y}"
                if isinstance(value, dt.date)
                else str(value).replace(".", ",")
                if isinstance(value, float)
                else value
                for value in cells
            ]
        )
    return target.getvalue().encode("cp1252")


if __name__ == "__main__":
    (FOLDER / "example-ledger.xlsx").write_bytes(spreadsheet())
    (FOLDER / "example-ledger.csv").write_bytes(text())
