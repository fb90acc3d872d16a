"""A corpus of invented ledgers, each with its known truth: rows, cents and mapping, whatever disturbs it.

:class:`Recipe` says what a ledger looks like; every combination of its fields can be built, so that hypothesis can draw them
too. The named recipes of :data:`RECIPES` are the corpus.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tests.ledgers import files
from tests.ledgers.invent import VOLETS, Expense, expenses

Cell = object
Column = tuple[str, str, str]
"""Heading, what stands below it (a key of :data:`WRITERS`), and the column id it must be mapped to; empty for none."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a ledger looks like."""

    layout: str
    """Key of :data:`LAYOUTS`."""
    count: int = 24
    seed: int = 1
    file: str = "xlsx"
    """``xlsx``, ``ods``, or for a text encoding and separator: ``utf-8 ;``, ``cp1252 tab``, ``utf-8 printed``."""
    amounts: str = "number"
    """Key of :data:`AMOUNTS`."""
    negative: str = "-{}"
    """How a negative amount in text is marked."""
    currency: str = "{}"
    dates: str = "real"
    """Key of :data:`DATES`."""
    niss: str = "text"
    """``text``, ``number`` (without its zero) or ``dotted``."""
    as_text: float = 0.0
    """Share of the numbers that are stored as text."""
    reversals: int = 0
    title: int = 0
    """Lines above the header."""
    two_lines: str = ""
    """``merged`` or ``blank``: the header has a line of groups above it."""
    page: int = 0
    """Rows to a printed page: its foot carries the sum, its head repeats the header."""
    subtotals: str = ""
    """``month`` or ``article``."""
    bare_sums: bool = False
    """Whether subtotals have no word."""
    group: bool = False
    """Whether rows stand under a heading with their article."""
    group_volet: bool = False
    """Whether rows stand under a heading with their volet."""
    total: bool = False
    opening: bool = False
    blanks: int = 0
    """A blank row behind each so many."""
    empty_columns: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    hidden_rows: bool = False
    footer: bool = False
    sheets: int = 1
    """Sheets over which the rows are spread."""
    cover: bool = False
    """Whether another sheet with a few words comes first."""
    upper: bool = False
    typos: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger and its truth."""

    name: str
    data: bytes
    rows: tuple[Expense, ...]
    mapping: dict[str, str]
    """Heading to column id; empty for what is not taken over."""

    @property
    def cents(self) -> int:
        """Sum of the expenses."""
        return sum(row.cents for row in self.rows)


def _layout(*columns: str) -> tuple[Column, ...]:
    made = []
    for column in columns:
        heading, kind, wanted = (part.strip() for part in column.split("|"))
        made.append((heading, kind, wanted))
    return tuple(made)


LAYOUTS: dict[str, tuple[str, tuple[Column, ...]]] = {
    "fr_plain": ("fr", _layout(
        "Date|date|date", "N° pièce|number|document_number", "Article|article|article", "Libellé|label|label",
        "Fournisseur|payee|payee", "Montant|amount|total_amount")),
    "fr_volet": ("fr", _layout(
        "Date compta.|date|date", "N° pièce|number|document_number", "Art. budgétaire|article|article",
        "Volet|volet|sheet", "Libellé|label|label", "Nom du fournisseur|payee|payee", "N° registre national|niss|niss",
        "Nature de la dépense|nature|nature", "Montant EUR|amount|total_amount", "Statut|status|")),
    "fr_tax": ("fr", _layout(
        "Exercice|year|", "Date facture|date|date", "N° facture|number|document_number", "Code fourn.|code|",
        "Nom fourn.|payee|payee", "Objet de la dépense|label|label", "Art. budg.|article|article",
        "Montant HTVA|untaxed|", "TVA|tax|", "Montant TVAC|amount|total_amount", "Date échéance|later|",
        "IBAN|iban|")),
    "fr_budget": ("fr", _layout(
        "Exercice|year|", "Fonction|policy|", "Code économique|account|article", "Libellé article|words|",
        "N° imputation|number|document_number", "Date imputation|date|date", "Créancier|payee|payee",
        "Communication|label|label", "Engagé|larger|", "Imputé|amount|total_amount", "Disponible|budget|")),
    "fr_halves": ("fr", _layout(
        "Date|date|date", "Journal|journal|", "Pièce|number|document_number", "Compte|account|article",
        "Libellé écriture|label|label", "Tiers|payee|payee", "Débit|debit|debit", "Crédit|credit|credit",
        "Solde|running|balance")),
    "fr_side": ("fr", _layout(
        "Dt compta|date|date", "Num. pièce|number|document_number", "Compte général|account|article",
        "Code analytique|analytic|", "Intitulé|label|label", "Bénéficiaire|payee|payee", "Montant|size|total_amount",
        "D/C|side|side")),
    "fr_grouped": ("fr", _layout(
        "Date|date|date", "N° mandat|number|document_number", "Description|label|label", "Nom du tiers|payee|payee",
        "Mt TVAC|amount|total_amount")),
    "nl_plain": ("nl", _layout(
        "Datum|date|date", "Stuknummer|number|document_number", "Begrotingsartikel|article|article",
        "Omschrijving|label|label", "Leverancier|payee|payee", "Bedrag|amount|total_amount")),
    "nl_bbc": ("nl", _layout(
        "Boekjaar|year|", "Dagboek|journal|", "Boekstuk|number|document_number", "Boekingsdatum|date|date",
        "Vervaldatum|later|", "AR|account|article", "BV|policy|", "ESC|sector|", "Deelrapportcode|subreport|",
        "Omschrijving boeking|label|label", "Leveranciersnr.|code|", "Naam leverancier|payee|payee",
        "Debet|debit|debit", "Credit|credit|credit")),
    "nl_key": ("nl", _layout(
        "Registratiesleutel|key|article", "Algemene rekening|account|", "Beleidsveld|policy|", "Actie|analytic|",
        "Factuurdatum|date|date", "Factuurnr.|number|document_number", "Begunstigde|payee|payee", "INSZ|niss|niss",
        "Mededeling|label|label", "Bedrag excl. btw|untaxed|", "Btw|tax|", "Bedrag incl. btw|amount|total_amount",
        "Status|status|")),
    "nl_luik": ("nl", _layout(
        "Dat. factuur|date|date", "Stuknr.|number|document_number", "Luik|volet|sheet", "Omschr.|label|label",
        "Lev.|payee|payee", "Aard uitgave|nature|nature", "Rijksregisternr.|niss|niss", "Bedr. (€)|amount|total_amount")),
    "nl_saldo": ("nl", _layout(
        "Datum stuk|date|date", "Documentnr.|number|document_number", "Alg. rek.|account|article",
        "Omschrijving rekening|words|", "Toelichting|label|label", "Derde|payee|payee",
        "Aangerekend bedrag|amount|total_amount", "Lopend saldo|running|balance")),
    "de_plain": ("de", _layout(
        "Datum|date|date", "Belegnummer|number|document_number", "Haushaltsartikel|article|article",
        "Bezeichnung|label|label", "Lieferant|payee|payee", "Betrag|amount|total_amount")),
    "de_halves": ("de", _layout(
        "Buchungsdatum|date|date", "Beleg-Nr.|number|document_number", "Sachkonto|account|article",
        "Kostenstelle|analytic|", "Buchungstext|label|label", "Kreditor|payee|payee", "Soll|debit|debit",
        "Haben|credit|credit", "Saldo|running|balance")),
    "de_full": ("de", _layout(
        "Haushaltsjahr|year|", "Belegdatum|date|date", "Rechnungsnr.|number|document_number", "Art.|article|article",
        "Teil|volet|sheet", "Beschreibung|label|label", "Zahlungsempfänger|payee|payee",
        "Nationalregisternummer|niss|niss", "Art der Ausgabe|nature|nature", "Nettobetrag|untaxed|", "MwSt.|tax|",
        "Gesamtbetrag|amount|total_amount", "Fälligkeit|later|")),
    "fr_silent": ("fr", _layout(
        "Date|date|date", "N° pièce|number|document_number", "Libellé|label|label", "Fournisseur|payee|payee",
        "Identification|niss|niss", "Valeur comptable|amount|total_amount", "Solde progressif|running|balance")),
}  # fmt: skip
"""Invented exports: language, then a line for each column."""

_MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "nl": [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
}
DATES: dict[str, Callable[[dt.date, str], Cell]] = {
    "real": lambda day, _: day,
    "slash": lambda day, _: f"{day:%d/%m/%Y}",
    "short": lambda day, _: f"{day:%d-%m-%y}",
    "dots": lambda day, _: f"{day:%d.%m.%Y}",
    "iso": lambda day, _: day.isoformat(),
    "compact": lambda day, _: f"{day:%Y%m%d}",
    "serial": lambda day, _: (day - dt.date(1899, 12, 30)).days,
    "serial_text": lambda day, _: str((day - dt.date(1899, 12, 30)).days),
    "time": lambda day, _: f"{day:%d/%m/%Y} 00:00:00",
    "words": lambda day, lang: f"{day.day} {_MONTHS[lang][day.month - 1]} {day.year}",
    "mixed": lambda day, _: day if day.day % 3 else f"{day:%d/%m/%Y}",
}


def _grouped(cents: int, group: str, decimal: str) -> str:
    return f"{abs(cents) // 100:,}".replace(",", group) + f"{decimal}{abs(cents) % 100:02d}"


AMOUNTS: dict[str, Callable[[int], str]] = {
    "number": lambda cents: _grouped(cents, "", ","),
    "comma": lambda cents: _grouped(cents, "", ","),
    "point_comma": lambda cents: _grouped(cents, ".", ","),
    "space": lambda cents: _grouped(cents, " ", ","),
    "no_break": lambda cents: _grouped(cents, "\u00a0", ","),
    "narrow": lambda cents: _grouped(cents, "\u202f", ","),
    "apostrophe": lambda cents: _grouped(cents, "'", ","),
    "point": lambda cents: _grouped(cents, "", "."),
    "comma_point": lambda cents: _grouped(cents, ",", "."),
}
"""How an amount is written in text; ``number`` is a number where the file has numbers."""

_SAID = {
    "fr": {"sub": "Sous-total {}", "total": "TOTAL GÉNÉRAL", "over": "À reporter", "back": "Report", "open": "Solde initial",
           "head": "CPAS de Valbois (inventé)|Grand livre des dépenses - exercice 2025|Imprimé le 15/01/2026",
           "article": "Article {} Aides", "page": "Page {}", "foot": "Certifié exact, le receveur",
           "groups": ("Pièce", "Dépense")},
    "nl": {"sub": "Subtotaal {}", "total": "Eindtotaal", "over": "Over te dragen", "back": "Overdracht", "open": "Beginsaldo",
           "head": "OCMW Valbos (verzonnen)|Grootboek uitgaven - boekjaar 2025|Afgedrukt op 15/01/2026",
           "article": "Artikel {} Steun", "page": "Blz. {}", "foot": "Voor echt verklaard, de financieel directeur",
           "groups": ("Stuk", "Uitgave")},
    "de": {"sub": "Zwischensumme {}", "total": "Gesamtsumme", "over": "Übertrag", "back": "Übertrag", "open": "Saldovortrag",
           "head": "ÖSHZ Talheim (erfunden)|Ausgabenbuch - Haushaltsjahr 2025|Gedruckt am 15.01.2026",
           "article": "Artikel {} Hilfen", "page": "Seite {}", "foot": "Für richtig befunden, der Einnehmer",
           "groups": ("Beleg", "Ausgabe")},
}  # fmt: skip


class Bakery:
    """One ledger while it is made from a recipe."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.lang, self.columns = LAYOUTS[recipe.layout]
        self.dice = random.Random(recipe.seed)
        self.rows = expenses(recipe.count, self.lang, self.dice, reversals=recipe.reversals)
        if recipe.group or recipe.subtotals == "article":
            self.rows.sort(key=lambda row: (row.volet, row.date))
        if recipe.group_volet:
            self.rows.sort(key=lambda row: (row.volet, row.date))
        self.said = _SAID[self.lang]
        self.running = 0
        self.text = recipe.file not in ("xlsx", "ods", "xls")

    def headings(self) -> list[str]:
        """Return the headings as the ledger spells them."""
        found = [heading for heading, _, _ in self.columns]
        if self.recipe.upper:
            found = [heading.upper() for heading in found]
        if self.recipe.typos:
            found = [_typo(heading, self.dice) for heading in found]
        return found

    def money(self, cents: int) -> Cell:
        """Write an amount the way of the recipe."""
        recipe = self.recipe
        if recipe.amounts == "number" and not self.text and self.dice.random() >= recipe.as_text:
            return cents / 100
        written = recipe.currency.format(AMOUNTS[recipe.amounts](cents))
        return recipe.negative.format(written) if cents < 0 else written

    def cell(self, kind: str, row: Expense) -> Cell:  # noqa: PLR0911, PLR0912 - one line for each kind of column
        """Return what stands in one column of a row."""
        tax = abs(row.cents) * 21 // 121 * (1 if row.cents > 0 else -1)
        match kind:
            case "date":
                return DATES[self.recipe.dates](row.date, self.lang)
            case "later":
                return DATES[self.recipe.dates](row.date + dt.timedelta(days=30), self.lang)
            case "number" | "label" | "payee" | "nature":
                return str(getattr(row, kind))
            case "article" | "account" | "analytic" | "subreport":
                code = row.code(kind)
                return "" if kind == "article" and self.recipe.group else code
            case "policy":
                return row.code("policy")
            case "key":
                return f"{row.code('policy')}/{row.code('account')}"
            case "volet":
                return f"{VOLETS[self.lang]} {row.volet}"
            case "niss":
                return self._niss(row.niss)
            case "amount":
                return self.money(row.cents)
            case "size":
                return self.money(abs(row.cents))
            case "side":
                return "C" if row.cents < 0 else "D"
            case "debit" | "credit":
                mine = (row.cents > 0) == (kind == "debit")
                return self.money(abs(row.cents)) if mine else ""
            case "running":
                return self.money(self.running)
            case "untaxed":
                return self.money(row.cents - tax)
            case "tax":
                return self.money(tax)
            case "larger":
                return self.money(row.cents + 1234)
            case "budget":
                return self.money(5_000_000 - self.running)
            case "year":
                return 2025
            case "status":
                return "OK"
            case "code":
                return f"F{len(row.payee):04d}"
            case "journal":
                return "ACH"
            case "iban":
                return "BE68 5390 0754 7034"
            case "words":
                return "Aide sociale" if self.lang == "fr" else "Steun"
            case "sector":
                return "100"
        raise KeyError(kind)

    def _niss(self, niss: str) -> Cell:
        if not niss:
            return ""
        if self.recipe.niss == "number":
            return str(int(niss)) if self.text else int(niss)
        if self.recipe.niss == "dotted":
            return f"{niss[:2]}.{niss[2:4]}.{niss[4:6]}-{niss[6:9]}.{niss[9:]}"
        return niss

    def line(self, row: Expense) -> list[Cell]:
        """Return the cells of an expense."""
        self.running += row.cents
        return [self.cell(kind, row) for _, kind, _ in self.columns]

    def stated(self, word: str, cents: int, *, where: str = "label") -> list[Cell]:
        """Return the cells of a row that states a sum."""
        made: list[Cell] = [""] * len(self.columns)
        kinds = [kind for _, kind, _ in self.columns]
        made[kinds.index(where)] = word
        for position, kind in enumerate(kinds):
            if kind in ("amount", "size"):
                made[position] = self.money(cents)
            elif kind == "debit":
                made[position] = self.money(cents) if cents >= 0 else ""
            elif kind == "credit":
                made[position] = self.money(-cents) if cents < 0 else ""
        return made

    def only(self, text: str) -> list[Cell]:
        """Return a row with one text in front."""
        return [text, *[""] * (len(self.columns) - 1)]

    def body(self, rows: Sequence[Expense], headings: Sequence[str]) -> list[list[Cell]]:
        """Return the lines below the header."""
        recipe, said = self.recipe, self.said
        lines: list[list[Cell]] = []
        if recipe.opening:
            lines.append(self.stated(said["open"], 4_321_00))
        overall = on_page = page = 0
        for _, group in groupby(enumerate(rows), key=lambda item: self._group(item[1])):
            members = [row for _, row in group]
            since = 0
            if recipe.group:
                lines.append(self.only(said["article"].format(members[0].code("article"))))
            if recipe.group_volet:
                lines.append(self.only(f"{VOLETS[self.lang]} {members[0].volet}"))
            for row in members:
                lines.append(self.line(row))
                since, overall, on_page = since + row.cents, overall + row.cents, on_page + 1
                if recipe.blanks and on_page % recipe.blanks == 0:
                    lines.append([""] * len(self.columns))
                if recipe.page and on_page % recipe.page == 0 and row is not rows[-1]:
                    page += 1
                    lines += [
                        self.stated(said["over"], overall), self.only(said["page"].format(page)), [""] * len(self.columns),
                        list(headings), self.stated(said["back"], overall),
                    ]  # fmt: skip
            if recipe.subtotals:
                lines.append(
                    self.stated("" if recipe.bare_sums else said["sub"].format(self._group(members[0])), since)
                )
        if recipe.total:
            lines.append(self.stated(said["total"], overall, where=self.columns[0][1] if recipe.seed % 2 else "label"))
        if recipe.footer:
            lines += [[""] * len(self.columns), self.only(said["foot"])]
        return lines

    def _group(self, row: Expense) -> str:
        if self.recipe.group or self.recipe.subtotals == "article":
            return row.code("article")
        if self.recipe.group_volet:
            return row.volet
        return f"{row.date:%m}" if self.recipe.subtotals == "month" else ""

    def pages(self, headings: Sequence[str]) -> list[files.Page]:
        """Return the ledger's sheets, its cover before them."""
        recipe = self.recipe
        size = -(-len(self.rows) // recipe.sheets)
        pages = []
        for number in range(recipe.sheets):
            lines: list[list[Cell]] = [self.only(text) for text in self.said["head"].split("|")[: recipe.title]]
            merges: list[tuple[int, int, int]] = []
            if recipe.two_lines:
                groups, merges = self._groups(len(lines))
                lines.append(groups)
            lines.append(list(headings))
            lines += self.body(self.rows[number * size : (number + 1) * size], headings)
            for at in sorted(recipe.empty_columns):
                lines = [[*line[:at], "", *line[at:]] for line in lines]
            hidden = [at for at in range(3, len(lines), 5) if recipe.hidden_rows]
            name = f"{number + 1:02d}-2025" if recipe.sheets > 1 else "Export"
            pages.append(files.Page(name, lines, merges, list(recipe.hidden_columns), hidden))
        if recipe.cover:
            pages.insert(0, files.Page("Info", [["CPAS / OCMW / ÖSHZ"], ["Export", "15/01/2026"]], [], [], []))
        return pages

    def bake(self) -> Ledger:
        """Return the ledger."""
        headings = self.headings()
        mapping = {
            heading: wanted for heading, (_, kind, wanted) in zip(headings, self.columns, strict=True)
            if not (kind == "article" and self.recipe.group)
        }  # fmt: skip
        name, data = files.write(self.recipe.file, self.pages(headings))
        return Ledger(name, data, tuple(self.rows), mapping)

    def _groups(self, row: int) -> tuple[list[Cell], list[tuple[int, int, int]]]:
        """Return a line of group names above the header, each over two columns or three, and what is merged."""
        if self.recipe.two_lines == "merged":
            first, second = self.said["groups"]
            return [first, "", "", second, *[""] * (len(self.columns) - 4)], [
                (row, 0, 2),
                (row, 3, len(self.columns) - 1),
            ]
        return ["", self.said["groups"][0], *[""] * (len(self.columns) - 2)], []


def _typo(heading: str, dice: random.Random) -> str:
    """Return a long heading with two letters exchanged."""
    longest = max(heading.split(), key=len)
    if len(longest) < 8 or not longest.isalpha():
        return heading
    at = dice.randrange(2, len(longest) - 3)
    return heading.replace(longest, longest[:at] + longest[at + 1] + longest[at] + longest[at + 2 :])


def bake(recipe: Recipe) -> Ledger:
    """Return the ledger of a recipe."""
    return Bakery(recipe).bake()


_BASE = Recipe("fr_plain")
RECIPES: dict[str, Recipe] = {
    **{f"plain {name}": Recipe(name, seed=number) for number, name in enumerate(LAYOUTS, start=10)},
    **{f"dates {name}": replace(_BASE, dates=name) for name in DATES},
    **{f"amounts {name}": Recipe("nl_plain", amounts=name, as_text=1.0, reversals=2) for name in AMOUNTS},
    **{
        f"negative {mark}": Recipe("fr_plain", amounts="space", negative=mark, reversals=4)
        for mark in ("-{}", "{}-", "({})", "{} CR", "- {}")
    },
    **{
        f"currency {mark}": Recipe("nl_plain", amounts="point_comma", currency=mark, reversals=2)
        for mark in ("€ {}", "{} €", "{} EUR", "€{}")
    },
    **{f"text {file}": Recipe("fr_volet", file=file, amounts="no_break", dates="slash", reversals=2) for file in (
        "utf-8 ;", "utf-8-sig ;", "cp1252 ;", "utf-16 tab", "utf-16-le tab", "utf-8 tab", "cp1252 ,", "utf-8 |",
        "cp1252 tab", "utf-8-sig ,")},
    "printed": Recipe("fr_plain", file="cp1252 printed", dates="slash", amounts="space", title=2, total=True, reversals=1),
    "printed on pages": Recipe(
        "nl_key", count=40, file="utf-8 printed", dates="dots", amounts="point_comma", page=12, title=1, total=True, footer=True),
    "printed with halves": Recipe("de_halves", file="utf-8 printed", dates="dots", amounts="point_comma", opening=True, reversals=3),
    "ods": Recipe("nl_bbc", file="ods", reversals=2, total=True),
    "numbers stored as text": Recipe("fr_volet", as_text=0.4, niss="number", dates="mixed", reversals=2),
    "dotted national numbers": Recipe("nl_luik", niss="dotted"),
    "title and total": Recipe("fr_tax", title=3, total=True, footer=True),
    "merged header": Recipe("nl_key", two_lines="merged", title=2, total=True),
    "header under a blank group": Recipe("fr_tax", two_lines="blank", title=1),
    "printed pages": Recipe("fr_budget", count=60, page=14, title=2, total=True),
    "printed pages, Dutch": Recipe("nl_saldo", count=60, page=11, title=3, total=True, seed=4),
    "printed pages, German": Recipe("de_halves", count=60, page=17, title=3, total=True, subtotals="month", reversals=3),
    "months": Recipe("nl_plain", count=50, subtotals="month", total=True),
    "months without a word": Recipe("fr_plain", count=50, subtotals="month", bare_sums=True, total=True),
    "articles": Recipe("fr_grouped", count=40, group=True, subtotals="article", total=True, blanks=7),
    "articles on pages": Recipe("fr_grouped", count=40, group=True, page=9, title=2, total=True, file="cp1252 ;", dates="dots"),
    "volets as headings": Recipe("nl_plain", count=30, group_volet=True, total=True),
    "opening balance": Recipe("fr_halves", opening=True, total=False, reversals=3),
    "opening balance, Dutch": Recipe("nl_bbc", opening=True, reversals=3, file="utf-16 tab", amounts="comma", dates="slash"),
    "opening balance, German": Recipe("de_plain", opening=True),
    "empty and hidden columns": Recipe("fr_tax", empty_columns=(0, 3, 7), hidden_columns=(2,), title=1),
    "hidden rows": Recipe("nl_plain", hidden_rows=True, total=True),
    "a sheet for each month": Recipe("fr_plain", count=40, sheets=4, total=True, title=1),
    "a cover sheet": Recipe("de_full", cover=True, niss="number", total=True),
    "capitals": Recipe("nl_bbc", upper=True, reversals=2),
    "misspelt headings": Recipe("fr_budget", typos=True),
    "misspelt headings, Dutch": Recipe("nl_key", typos=True, seed=3),
    "misspelt headings, German": Recipe("de_full", typos=True, seed=5),
    "everything, French": Recipe(
        "fr_volet", count=70, file="cp1252 ;", amounts="no_break", negative="{}-", currency="{} €", dates="short",
        niss="number", reversals=3, title=3, page=13, subtotals="month", total=True, blanks=9, empty_columns=(4,), footer=True),
    "everything, Dutch": Recipe(
        "nl_bbc", count=70, amounts="point_comma", as_text=1.0, dates="mixed", reversals=4, title=2, page=15,
        subtotals="month", total=True, blanks=6, empty_columns=(0, 5), hidden_columns=(3,), footer=True, opening=False,
        cover=True),
    "everything, German": Recipe(
        "de_full", count=70, file="utf-8-sig ;", amounts="apostrophe", negative="({})", dates="dots", niss="dotted",
        reversals=3, title=3, page=12, subtotals="month", total=True, blanks=11, footer=True),
}  # fmt: skip
"""The corpus."""
