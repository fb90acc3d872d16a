"""Invented expenses of invented centres, in the three languages of the country: what a ledger is made of."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

PEOPLE = ("90090999806", "85073003328", "70010100287", "65061500183", "01490700185", "98472899765")
"""Invented national numbers with right check digits."""
_TEXTS = {
    "fr": (
        ("Entrée piscine, groupe du mercredi", "Stage d'été", "Cours de français, session du soir", "Abonnement bibliothèque",
         "Tickets de train ; excursion", "Matériel scolaire, 3 enfants", "Séances de logopédie", "Chèques culture"),
        ("ASBL La Grande Table", "Centre sportif du Val", "Total Culture SPRL", "Librairie du Marché", "Transports réunis",
         "Report & Fils SA", "École des devoirs L'Envol"),
        ("Loisirs", "Activités de vacances", "Déplacements", "Autre"),
    ),
    "nl": (
        ("Zwembeurten woensdaggroep", "Zomerstage", "Cursus Nederlands, avondsessie", "Lidgeld bibliotheek",
         "Treintickets uitstap", "Schoolgerief, 3 kinderen", "Sessies logopedie", "Cultuurcheques"),
        ("VZW De Brug", "Sportcentrum Het Dal", "Totaal Vervoer BV", "Boekhandel De Markt", "Saldo NV", "Huiswerkklas De Vlieger"),
        ("Vrije tijd", "Vakantieactiviteiten", "Verplaatsingen", "Andere"),
    ),
    "de": (
        ("Schwimmbad, Mittwochsgruppe", "Sommerlager", "Französischkurs am Abend", "Mitgliedschaft Bücherei",
         "Zugfahrkarten, Ausflug", "Schulmaterial für 3 Kinder", "Logopädie", "Kulturgutscheine"),
        ("VoG Die Brücke", "Sportzentrum im Tal", "Summe & Partner", "Buchhandlung am Markt", "Übertrag Verlag", "Hausaufgabenschule Eupen"),
        ("Freizeit", "Ferienaktivitäten", "Fahrten", "Sonstiges"),
    ),
}  # fmt: skip
VOLETS = {"fr": "Volet", "nl": "Luik", "de": "Teil"}
CODES = {
    "A": {"article": "8451/333-01", "account": "640100", "analytic": "PAS-A", "subreport": "PSA1", "policy": "0900"},
    "B": {"article": "8451/124-02", "account": "613200", "analytic": "PAS-B", "subreport": "PSA2", "policy": "0901"},
    "C": {"article": "8451/334-48", "account": "649330", "analytic": "PAS-C", "subreport": "PSA3", "policy": "0943"},
}


@dataclass(frozen=True, slots=True)
class Expense:
    """One invented row, as it is meant."""

    date: dt.date
    number: str
    volet: str
    label: str
    payee: str
    nature: str
    niss: str
    cents: int

    def code(self, kind: str) -> str:
        """Return one of the row's codes."""
        return CODES[self.volet][kind]


def expenses(count: int, lang: str, dice: random.Random, *, year: int = 2025, reversals: int = 0) -> list[Expense]:
    """Return expenses in order of date; the last ``reversals`` cancel one of the others each."""
    labels, payees, natures = _TEXTS[lang]
    days = sorted(dt.date(year, 1, 1) + dt.timedelta(days=dice.randrange(365)) for _ in range(count))
    rows = []
    for number, day in enumerate(days, start=1):
        large = dice.random() < 0.15
        rows.append(
            Expense(
                date=day,
                number=f"{year}/{number:05d}",
                volet=dice.choice("ABC"),
                label=f"{dice.choice(labels)} {number}",
                payee=dice.choice(payees),
                nature=dice.choice(natures[:3]) if dice.random() < 0.9 else natures[3],
                niss=dice.choice(PEOPLE) if dice.random() < 0.3 else "",
                cents=dice.randrange(100_000, 900_000) if large else dice.randrange(150, 60_000),
            )
        )
    for position in range(reversals):
        old = rows[dice.randrange(count)]
        document = f"{year}/{count + position + 1:05d}"
        rows.append(
            Expense(
                dt.date(year, 12, 31),
                document,
                old.volet,
                f"Extourne {old.label}",
                old.payee,
                old.nature,
                "",
                -old.cents,
            )
        )
    return rows
