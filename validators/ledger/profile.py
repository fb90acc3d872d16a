"""What the cells of a column look like, whatever its heading says: the evidence that a mapping is held against."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import ne

import numpy as np

from validators import clean, identifiers
from validators.ledger.words import BALANCE, CREDIT, DEBIT, FAMILY, SHEET, SIDE, plain, vocabulary
from workbook_templates.measure import LANGUAGES, ColumnType, Measure

_SAMPLE = 1500
"""Cells looked at; spread over the column, so that the end counts as much as the beginning."""
_NISS_SHAPE = re.compile(r"\d{2}[. ]?\d{2}[. ]?\d{2}[- .]?\d{3}[- .]?\d{2}")
_CODE = re.compile(r"[0-9A-Z][0-9A-Z./ _-]*", re.IGNORECASE)
_BANK = re.compile(
    r"[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){3,7}|[+*]{3}\d{3}/?\d{4}/?\d{5}[+*]{3}|\d{3}-\d{7}-\d{2}", re.IGNORECASE
)
_DENSE = 0.6
"""Share of the usual number of filled cells from which a row is like most."""
_FEW = 0.5
_SOME = 0.3
_EATEN = 8
_FIRST_WORD = 4
"""Letters that the first word of a drop-down's entry has at least to stand for it."""
_YEARS = 15
_KINDS = 12
"""Kinds of documents that a program tells apart, at most."""
_PROOF = 0.8
"""Share of the cells from which they alone say what a column is."""
_BUDGET = re.compile(r"\d{3,5}[/.]\d{3}(?:\d{2})?[-/. ]\d{2}")


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares, from 0 to 1, of a column's filled cells."""

    filled: int
    """Cells looked at."""
    share: float
    """Cells of the column that hold something."""
    dates: float
    """Real dates, and texts that are one."""
    serials: float
    """Whole numbers in the range of a spreadsheet's dates."""
    amounts: float
    """Numbers, and texts that are an amount."""
    cents: float
    """Amounts with decimals."""
    whole: float
    """Whole numbers."""
    niss: float
    """Valid national numbers."""
    niss_shape: float
    """Texts of eleven digits, valid or not."""
    letters: float
    """Texts with at least four letters in a row."""
    codes: float
    """Texts of digits, capitals and separators with at least one digit."""
    bank: float
    """Bank accounts and structured communications."""
    sides: float
    """``D`` and ``C``, in the ways they are written."""
    distinct: float
    """Different values among the cells."""
    years: bool
    """Whether every cell is a year of our time."""
    counter: bool
    """Whether the cells count 1, 2, 3 …"""

    @property
    def text(self) -> float:
        """Share of what is neither date nor amount."""
        return max(0.0, 1 - self.dates - self.amounts)


def profiles(columns: Sequence[Sequence[object]], latest_year: int, titles: Sequence[Collection[str]]) -> list[Profile]:
    """Return the profile of each column's cells in the rows that are filled like most are: no headings, sums, footers.

    Where a column has nothing in these, all its cells are looked at. Blanks and repetitions of its titles, in plain
    form, are not counted.
    """
    filled = [np.fromiter(map(ne, column, repeat("")), np.bool_, len(column)) for column in columns]
    counts = np.array(filled, dtype=np.int64).sum(axis=0) if columns else np.zeros(0, dtype=np.int64)
    some = counts[counts > 0]
    most = counts >= max(1.0, _DENSE * float(np.quantile(some, 0.9)) if len(some) else 1.0)
    found = []
    for column, there, said in zip(columns, filled, titles, strict=True):
        # Rows that are filled like most may have nothing in this column, or but the heading again.
        for rows in (there & most, there):
            kept = np.flatnonzero(rows)
            step = max(1, len(kept) // _SAMPLE)
            values = (column[row] for row in kept[::step].tolist())
            cells = [one for one in values if not isinstance(one, str) or (one.strip() and plain(one) not in said)]
            if cells:
                break
        found.append(_profile(cells, latest_year, share=float(there.mean() if len(there) else 0), every=step == 1))
    return found


def _profile(cells: Sequence[object], latest_year: int, *, share: float, every: bool) -> Profile:
    """Return the profile of cells, and whether they are ``every`` one of their column."""
    count = len(cells) or 1
    sides = {*vocabulary()["sides"]["debit"], *vocabulary()["sides"]["credit"]}
    texts = [value.strip() for value in cells if isinstance(value, str)]
    numbers = [value for value in cells if isinstance(value, int | float) and not isinstance(value, bool)]
    real = sum(isinstance(value, dt.date) for value in cells)
    order = clean.DateStyle("dmy")
    other = clean.DateStyle("mdy")
    dates = [text for text in texts if clean.date(text, order) or clean.date(text, other)]
    written = {text for text in dates if not text.isdecimal()}
    amounts = [
        text
        for text in texts
        if text not in written
        and (read := clean.bare(text))
        and len(read[0].replace(" ", "")) < identifiers.NISS_DIGITS
    ]
    wholes = [text for text in texts if text.isdecimal()]
    integers = [int(number) for number in numbers if number == int(number)] if numbers else []
    counted = [*integers, *(int(text) for text in wholes if len(text) < 9)]  # noqa: PLR2004 - no account number
    niss = [value for value in cells if _could_be_niss(value) and identifiers.niss(value, latest_year)]
    return Profile(
        filled=len(cells),
        share=share,
        dates=(real + len(dates)) / count,
        serials=sum(clean.date(number, order) is not None for number in counted) / count,
        amounts=(len(numbers) + len(amounts)) / count,
        cents=(sum(number != int(number) for number in numbers) + sum("," in text or "." in text for text in amounts))
        / count,
        whole=(len(integers) + len(wholes)) / count,
        niss=len(niss) / count,
        niss_shape=sum(bool(_NISS_SHAPE.fullmatch(text)) for text in texts) / count,
        letters=sum(bool(re.search(r"[^\W\d_]{4}", text)) for text in texts) / count,
        codes=sum(bool(_CODE.fullmatch(text)) and any(map(str.isdigit, text)) for text in texts) / count,
        bank=sum(bool(_BANK.fullmatch(text)) for text in texts) / count,
        sides=sum(plain(text) in sides or text in sides for text in texts) / count,
        distinct=len({str(value) for value in cells}) / count,
        years=len(counted) == len(cells) > 0 and all(abs(number - latest_year) < _YEARS for number in counted),
        counter=len(counted) == len(cells) > 1 and every and counted == list(range(counted[0], counted[0] + count)),
    )


def _could_be_niss(value: object) -> bool:
    """Whether a cell has the look of a national number: eleven digits, or a few less where a program ate the zeros."""
    if isinstance(value, str):
        return bool(_NISS_SHAPE.fullmatch(value.strip())) or (value.strip().isdecimal() and len(value.strip()) > _EATEN)
    return isinstance(value, int | float) and value > 10**_EATEN


def fits(column: str, cells: Profile, values: Sequence[object], measure: Measure) -> bool:  # noqa: PLR0911 - one for each
    """Whether cells can be those of a column; a heading whose cells cannot is not believed."""
    if not cells.filled:
        return True
    types = {one.id: one.type for sheet in measure.ledger_sheets for one in sheet.columns}
    kind = types.get(column)
    if column == SHEET:
        return _share(values, sheet_names(measure)) >= _SOME
    if column == SIDE:
        return cells.sides >= 1 - _FEW / 2
    if column in {DEBIT, CREDIT, BALANCE} or kind is ColumnType.AMOUNT:
        return cells.amounts >= _FEW and cells.niss < _FEW
    if kind is ColumnType.DATE:
        return max(cells.dates, cells.serials) >= _FEW
    if kind is ColumnType.COUNT:
        return cells.whole >= _FEW
    if kind is ColumnType.NISS:
        return cells.niss >= _SOME or cells.niss_shape >= _FEW
    if kind is ColumnType.CHOICE:
        return cells.letters >= _SOME
    return _fits_text(column, cells)


def _fits_text(column: str, cells: Profile) -> bool:
    """Whether cells can be a text: no dates; and names or words where the column wants them."""
    if column in FAMILY:
        coded = max(cells.codes, cells.whole) >= _SOME or (column == "analytic" and cells.cents < _FEW)
        return coded and not cells.years and cells.dates < _FEW and cells.niss < _FEW and cells.bank < _FEW
    if column.endswith("_number"):
        if cells.letters >= _PROOF and max(cells.codes, cells.whole) < 1 - _PROOF:
            return False
        return cells.dates < _FEW and cells.niss < _FEW and cells.bank < _FEW and cells.cents < _FEW
    return cells.dates < _FEW and cells.amounts < _FEW and cells.niss < _FEW and cells.letters >= _SOME


def counts_lines(values: Sequence[object]) -> bool:
    """Whether numbers begin as those of lines do."""
    first = next((value for value in values if clean.cents(value, clean.AmountStyle(","))), 0)
    return float(str(first)) <= 1


def is_choice(column: str, values: Sequence[object], measure: Measure, *, least: float = _SOME) -> bool:
    """Whether cells name entries of a drop-down list, at least a share of them."""
    return _share(values, _beginnings(choice_names(column, measure))) >= least


def _beginnings(names: Collection[str]) -> set[str]:
    """Return names, and their first words: "Curatif" of "Curatif : facture impayée"."""
    return {*names, *(first for name in names if len(first := name.split()[0]) > _FIRST_WORD)}


def is_sheet(values: Sequence[object], measure: Measure) -> bool:
    """Whether nearly all cells name a sheet of the report, by more than a letter."""
    named = {name for name in sheet_names(measure) if len(name.split()) > 1}
    if _share(values, named) < _PROOF:
        return False
    # Titles of parts in a column of real dates are all its texts, and few of its cells.
    texts = sum(isinstance(value, str) for value in values if value != "")
    return texts >= _PROOF * sum(value != "" for value in values)


def is_article(values: Sequence[object]) -> bool:
    """Whether nearly all cells have the shape of a Walloon or Brussels budget article: 831/333-01."""
    texts = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    return len(texts) > 1 and sum(bool(_BUDGET.fullmatch(text)) for text in texts) >= _PROOF * len(texts)


def _share(values: Sequence[object], known: Collection[str]) -> float:
    texts = list(map(plain, _texts(values)))
    return sum(text in known for text in texts) / len(texts) if texts else 0.0


def choice_names(column: str, measure: Measure) -> Mapping[str, str]:
    """Return what a drop-down's entries are called, in plain form, with their ids."""
    return {
        plain(text): choice.id
        for sheet in measure.ledger_sheets
        for one in sheet.columns
        if one.id == column
        for choice in one.choices
        for text in (choice.id, *(choice.label[lang] for lang in LANGUAGES))
    }


def sheet_names(measure: Measure) -> Mapping[str, str]:
    """Return what a ledger may call a sheet: its id, its title in any language, and the title's last word alone."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for sheet in measure.ledger_sheets:
        for title in {plain(sheet.id), *(plain(sheet.title[lang]) for lang in LANGUAGES)}:
            for text in {title, title.split()[-1]}:
                if found.setdefault(text, sheet.id) != sheet.id:
                    taken.add(text)
    return {text: sheet_id for text, sheet_id in found.items() if text not in taken}


def _texts(values: Sequence[object]) -> list[str]:
    """Return the texts in a sample of a column, blanks left out."""
    sample = values[:: max(1, len(values) // _SAMPLE)]
    return [text for value in sample if isinstance(value, str) and (text := value.strip())]


def accounts_in(values: Sequence[object]) -> float:
    """Return the share of the texts that are bank accounts."""
    texts = _texts(values)
    return sum(bool(_BANK.fullmatch(text)) for text in texts) / (len(texts) or 1)


def firms_in(values: Sequence[object]) -> float:
    """Return the share of the texts that begin or end as the names of companies and associations do: "… ASBL"."""
    forms = {*vocabulary()["legal"]["forms"]}
    words = [text.split() for value in _texts(values) if (text := plain(value))]
    return sum(len(one) > 1 and bool({one[0], one[-1]} & forms) for one in words) / (len(words) or 1)


def credit_notes(different: Collection[object]) -> set[str]:
    """Return the entries, in plain form, by which a column of kinds tells credit notes; none in any other column."""
    told: set[str] = set()
    for value in different:
        if isinstance(value, str) and (text := plain(value)):
            told.add(text)
        if len(told) > _KINDS:
            return set()
    if len(told) <= 1:
        return set()
    words = vocabulary()["kinds"]
    every = {*words["credit_note"], *words["short"], *words["invoice"]}
    sure = told <= every or not told.isdisjoint(words["invoice"])
    return told & {*words["credit_note"], *(words["short"] if sure else ())}
