"""The invented report that the guide's pictures show: a centre, its officers, a dozen expenses with three faults."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from addin.story import demo
from workbook_templates import packs, parts
from workbook_templates.build import build
from workbook_templates.measure import ColumnType

MEASURE = packs.load("pas", 2026)
SHEET = "volet_a"
_COLUMNS = ("date", "document_number", "label", "payee", "nature", "total_amount", "eligible_amount")


MENDED = (("date", "28/12/2025", "28/02/2026"), ("eligible_amount", "157,00", "175,00"))
"""What was typed wrong, in the order in which the check tells it: column, wrong, right."""


@dataclass(frozen=True, slots=True)
class Story:
    """One language's report."""

    centre: dict[str, object]
    reason: str
    """Why the warning is accepted."""
    rows: str
    """Expenses as they are pasted, in the order of the columns above."""

    @property
    def pasted(self) -> list[dict[str, str]]:
        """The expenses with their faults: column to text."""
        lines = (line.split("|") for line in self.rows.strip().splitlines())
        return [dict(zip(_COLUMNS, map(str.strip, line), strict=True)) for line in lines]


STORIES = {
    "fr": Story(
        {"centre_name": "CPAS de Valbois"},
        "Factures vues : petit matériel de l'atelier",
        """
14/01/2026 | 2026/0012 | Entrées à la piscine, 4 familles | Piscine communale | Tickets et chèques | 86,00 | 86,00
03/02/2026 | 2026/0031 | Stage de théâtre, 3 enfants | ASBL Les Planches | Activités de vacances | 210,00 | 210,00
21/02/2026 | 2026/0044 | Affiliation au club de football | FC Valbois | Cotisations et indemnités | 145,00 | 145,00
28/12/2025 | 2026/0052 | Excursion à la mer, 12 personnes | Autocars du Bois | Loisirs | 384,50 | 384,50
17/03/2026 | 2026/0067 | Cours de guitare, 2 enfants | Académie de Valbois | Cours et formations | 132,00 | 132,00
02/04/2026 | 2026/0081 | divers | Papeterie du Centre | Autre | 48,90 | 48,90
29/04/2026 | 2026/0098 | Abonnements de bus, 5 personnes | Bus du Val | Déplacements | 265,00 | 265,00
14/05/2026 | 2026/0110 | Fête de quartier, location de tables | Location Dupré | Manifestations | 175,00 | 157,00
11/06/2026 | 2026/0134 | Visite du musée, 9 personnes | Musée du Val | Tickets et chèques | 63,00 | 63,00
08/07/2026 | 2026/0151 | Plaine de jeux, 6 enfants | Commune de Valbois | Activités de vacances | 330,00 | 330,00
""",
    ),
    "nl": Story(
        {
            "centre_name": "OCMW Dalbeke",
            "contact_name": "Klara Voorbeeld",
            "contact_email": "boekhouding@ocmw.example",
        },
        "Facturen gezien: klein materiaal voor het atelier",
        """
14/01/2026 | 2026/0012 | Toegang zwembad, 4 gezinnen | Gemeentelijk zwembad | Tickets en cheques | 86,00 | 86,00
03/02/2026 | 2026/0031 | Toneelkamp, 3 kinderen | vzw De Planken | Vakantieactiviteiten | 210,00 | 210,00
21/02/2026 | 2026/0044 | Aansluiting bij de voetbalclub | FC Dalbeke | Bijdragen en vergoedingen | 145,00 | 145,00
28/12/2025 | 2026/0052 | Uitstap naar zee, 12 personen | Autocars Het Bos | Vrije tijd | 384,50 | 384,50
17/03/2026 | 2026/0067 | Gitaarles, 2 kinderen | Academie Dalbeke | Cursussen en opleidingen | 132,00 | 132,00
02/04/2026 | 2026/0081 | allerlei | Papierhandel Centrum | Andere | 48,90 | 48,90
29/04/2026 | 2026/0098 | Busabonnementen, 5 personen | De Dalbus | Verplaatsingen | 265,00 | 265,00
14/05/2026 | 2026/0110 | Buurtfeest, huur van tafels | Verhuur Dupré | Evenementen | 175,00 | 157,00
11/06/2026 | 2026/0134 | Bezoek aan het museum, 9 personen | Dalmuseum | Tickets en cheques | 63,00 | 63,00
08/07/2026 | 2026/0151 | Speelplein, 6 kinderen | Gemeente Dalbeke | Vakantieactiviteiten | 330,00 | 330,00
""",
    ),
}
"""Language to report; the guide is written in these."""


@cache
def named(lang: str) -> bytes:
    """Return the template with the centre, its grants and its officers, and no expense."""
    grants = {"grant_a": 250000, "compensation_a": 12500, "grant_b": 0, "grant_c": 0, "compensation_c": 0}
    centre = {**demo.CENTRE, **grants, **STORIES[lang].centre}
    package = parts.Package(build(MEASURE, lang))
    parts.set_fields(package, {"centre": centre})
    parts.append_rows(package, {"centre": demo.centre_rows()})
    return package.to_bytes()


@cache
def filled(lang: str, *, mended: bool = False) -> bytes:
    """Return the report with its expenses, as they were pasted or mended."""
    rows = [_mended(row) if mended else row for row in STORIES[lang].pasted]
    package = parts.Package(named(lang))
    parts.append_rows(package, {SHEET: {name: [_typed(row[name], name, lang) for row in rows] for name in _COLUMNS}})
    return package.to_bytes()


def clipboard(lang: str) -> str:
    """Return the expenses as a spreadsheet copies them."""
    columns = [column.id for column in MEASURE.sheet(SHEET).columns]
    return "".join("\t".join(row.get(name, "") for name in columns) + "\n" for row in STORIES[lang].pasted)


def _mended(row: dict[str, str]) -> dict[str, str]:
    return row | {name: right for name, wrong, right in MENDED if row[name] == wrong}


def _typed(text: str, name: str, lang: str) -> object:
    column = MEASURE.sheet(SHEET).column(name)
    if column.type is ColumnType.DATE:
        return dt.datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=dt.UTC).date()
    if column.type is ColumnType.AMOUNT:
        return int(text.replace(",", ""))
    if column.type is ColumnType.CHOICE:
        return next(choice.id for choice in column.choices if choice.label[lang] == text)
    return text
