"""Where a table begins in a sheet, and what each of its headings may say: one line or two, merged or not."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz.distance import OSA

from validators.ledger.read import Grid
from validators.ledger.words import (
    CREDIT,
    DEBIT,
    FALLBACK,
    FAMILY,
    LABEL,
    OTHER,
    SIMILAR,
    SYNONYM,
    Name,
    Names,
    canonical,
    plain,
    spaced,
    vocabulary,
)

_SEARCH = 120
"""Rows among which the header is looked for."""
_TRIED = 6
"""Rows that are looked at closely."""
_FEWEST = 2
"""Headings that must be known for a row to be a header."""
_SHORTEST = 4
_PREFIX = 3
_INFLECTION = 2
"""Letters that a plural or a case adds."""
_WORD, _LONG_WORD = 5, 9
"""Letters from which one letter, and two, may be wrong."""
_WRONG = 7.0
_KEPT = 76
_MARGIN = 4
_PIECES = re.compile(r"[/|()\[\]:;,]|\s[-–]\s")
_COUNTED = re.compile(r"\D{0,5}(\d{1,2})(?:\.0)?\D?")
_SUM_OF = re.compile(r"\s*(?:somme de|som van|summe von|sum of)\s+", re.IGNORECASE)
"""How a pivot table begins the heading of an amount."""
_CUT = 92.0
"""What a name that was cut off counts, less one for each letter that is missing."""
_EXTRA, _MISSING = 10, 14
_LOOSE = {"label", "payee", DEBIT, CREDIT, OTHER, *FAMILY}
"""Columns whose headings may say a word more: "libellé de la dépense"."""
_WEIGHT = {LABEL: 1.0, SYNONYM: 0.98, SIMILAR: 0.7, FALLBACK: 0.6}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that a heading may say, and why."""

    column: str
    """Column id, or :data:`OTHER` for a known column that is not taken over."""
    rank: int
    """As :data:`validators.ledger.words.LABEL` and those after it."""
    how: str
    """``exact``, ``synonym`` or ``similar``."""
    confidence: int
    """0 to 100."""


@dataclass(frozen=True, slots=True)
class Located:
    """A table's header in one sheet."""

    grid: Grid
    first: int
    """0-based row of the header's first line."""
    last: int
    """0-based row of its last line."""
    titles: tuple[str, ...]
    """One heading for each column of the sheet; empty where there is none."""
    candidates: tuple[tuple[Candidate, ...], ...]
    score: float

    @property
    def fingerprint(self) -> str:
        """What a remembered mapping is found by: the headings in their order, whatever their case and accents."""
        return fingerprint(self.titles)

    @property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        """The header's lines in plain form, to know them again on the next page."""
        return tuple(
            tuple(plain(str(value)) for value in self.grid.rows[row]) for row in range(self.first, self.last + 1)
        )


def fingerprint(titles: Sequence[str]) -> str:
    """Return the fingerprint of headings: sixteen hexadecimal digits."""
    said = "|".join(text for title in titles if (text := plain(title)))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def locate(grid: Grid, names: Names) -> Located | None:
    """Return the header of a sheet's table; None where no row has enough known headings."""
    found: list[tuple[float, int, int, tuple[str, ...]]] = []
    for row in range(min(len(grid.rows), _SEARCH)):
        cells = grid.rows[row]
        if sum(isinstance(value, str) and bool(value.strip()) for value in cells) < _FEWEST:
            continue
        data = sum(isinstance(value, int | float | dt.date) for value in cells)
        for first, titles in _variants(grid, row):
            found.append((_score([known(title, names) for title in titles]) - data, first, row, titles))
    # The likeliest ones are looked at again, misspelt headings included; the first of equals is the header.
    found = [one for one in found if one[0] >= _WEIGHT[FALLBACK]] or found[:_TRIED]
    best: Located | None = None
    for _, first, last, titles in sorted(found, key=lambda one: (-one[0], one[2]))[:_TRIED]:
        candidates = tuple(known(title, names) or similar(title, names) for title in titles)
        better = _score(candidates) - sum(isinstance(value, int | float | dt.date) for value in grid.rows[last])
        if better >= _FEWEST * _WEIGHT[FALLBACK] and (best is None or better > best.score + 1e-9):
            best = Located(grid, first, last, titles, candidates, better)
    return _with_translation(_first_of(best), names) if best else None


def _first_of(found: Located) -> Located:
    """Return the header where it stands for the first time, also beside a small table that says more in that row."""
    wanted = [(column, plain(text)) for column, text in enumerate(found.titles) if text]
    for row in range(found.first if found.first == found.last else 0):
        cells = found.grid.rows[row]
        if all(column < len(cells) and plain(title(cells[column])) == text for column, text in wanted):
            return replace(found, first=row, last=row)
    return found


def _with_translation(found: Located, names: Names) -> Located:
    """Return the header with the line below it, where that says the same again in another language."""
    if found.last + 1 >= len(found.grid.rows):
        return found
    line = found.grid.rows[found.last + 1]
    if _numbers_columns(line):
        return replace(found, last=found.last + 1)
    below = [known(title(value), names) if isinstance(value, str) else () for value in line]
    columns = [({one.column for one in first}, {one.column for one in second})
               for first, second in zip(found.candidates, below, strict=False) if first and second]  # fmt: skip
    filled = sum(value != "" for value in line)
    if len(columns) <= _FEWEST or len(columns) < filled / 2 or any(not first & second for first, second in columns):
        return found
    below += [()] * (len(found.candidates) - len(below))
    candidates = tuple(first or second for first, second in zip(found.candidates, below, strict=False))
    return replace(found, last=found.last + 1, candidates=candidates)


def _numbers_columns(line: Sequence[object]) -> bool:
    """Whether a line counts the columns, as forms do below their headings: ``(1) (2) (3)``."""
    filled = [title(value) for value in line if value != ""]
    counted = [_COUNTED.fullmatch(text) for text in filled]
    numbers = [int(found[1]) for found in counted if found]
    return len(numbers) == len(filled) > _FEWEST and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _score(found: Sequence[Sequence[Candidate]]) -> float:
    """Return how many different columns are known, better names counting more; other known headings count little."""
    columns: dict[str, float] = {}
    other = 0
    for candidates in found:
        best = max(candidates, key=lambda one: one.rank, default=None)
        if best is None:
            continue
        if best.column == OTHER:
            other += 1
        else:
            columns[best.column] = max(columns.get(best.column, 0), _WEIGHT[best.rank])
    return sum(columns.values()) + other / 4


def title(value: object) -> str:
    """Return a heading on one line."""
    return " ".join(str(value).replace("-\n", "").split())


def _variants(grid: Grid, row: int) -> list[tuple[int, tuple[str, ...]]]:
    """Return the headings that a row may stand for: its own, and with the line above over merged or blank cells."""
    lower = [title(value) for value in grid.rows[row]]
    variants = [(row, tuple(lower))]
    above = grid.rows[row - 1] if row else []
    upper = [title(value) for value in above]
    if sum(map(bool, upper)) < _FEWEST or any(isinstance(value, int | float | dt.date) for value in above):
        return variants
    if upper == lower or row in grid.hidden_rows:
        # The header of a page without a row, and the next one; or what a program calls its columns, out of sight.
        return variants
    upper += [""] * (len(lower) - len(upper))
    lower += [""] * (len(upper) - len(lower))
    carried, spread = "", []
    spans = {
        column for (top, left), (_, right) in grid.merges if top == row - 1 for column in range(left + 1, right + 1)
    }
    for column, (text, below) in enumerate(zip(upper, lower, strict=True)):
        # A title over several columns stands in the first of them; the others are blank.
        carried = text or (carried if not grid.merges or column in spans else "")
        spread.append(carried if below else text)
    alone, over = (
        tuple(_joined(top, bottom) for top, bottom in zip(tops, lower, strict=True)) for tops in (upper, spread)
    )
    # "Nr, Datum, Nr, Datum" below "Factuur" and "Boeking": only the titles over them tell them apart.
    if _differ(over) and not _differ(alone):
        return [*variants, (row - 1, over)]
    return [*variants, (row - 1, alone), (row - 1, over)]


def _differ(titles: Sequence[str]) -> bool:
    said = [text for text in titles if text]
    return len(set(said)) == len(said)


def _joined(top: str, bottom: str) -> str:
    return f"{top} {bottom}" if top and bottom else top or bottom


def known(text: str, names: Names) -> tuple[Candidate, ...]:
    """Return what a heading is known to say; several things where a word has several meanings."""
    text = _SUM_OF.sub("", text)
    told = _whole(text, names) or _in_pieces(text, names) or _naming(text)
    return told or (known(apart, names) if (apart := spaced(text)) != text else ())


def _naming(text: str) -> tuple[Candidate, ...]:
    """Return what a heading says that speaks of the text of a code: a description where there is no better one."""
    words, naming = set(canonical(text)), vocabulary()["naming"]
    if not words & set(naming["codes"]) or not words & set(naming["texts"]) or words & {"nr", "reference"}:
        return ()
    return (Candidate("label", FALLBACK, "similar", _KEPT), Candidate(OTHER, FALLBACK, "similar", _KEPT))


def _whole(text: str, names: Names) -> tuple[Candidate, ...]:
    found: dict[str, Candidate] = {}
    said = plain(text)
    for sure, told in ((True, names.exact.get(said, ())), (False, names.words.get(canonical(text), ()))):
        for name in told:
            one = _candidate(name, exact=sure)
            if name.column not in found or found[name.column].confidence < one.confidence:
                found[name.column] = one
    if any(one.confidence > 93 for one in found.values()):  # noqa: PLR2004 - known to the letter
        found = {column: one for column, one in found.items() if column != OTHER or one.confidence > 93}  # noqa: PLR2004
    return tuple(found.values())


def _in_pieces(text: str, names: Names) -> tuple[Candidate, ...]:
    """Return what a heading says twice: in two languages, or with a word behind it in parentheses.

    ``Libellé / Omschrijving``; ``Date (jj/mm/aaaa)``, where what is not understood must not be a word that changes the
    meaning.
    """
    pieces = [piece for piece in _PIECES.split(text) if canonical(piece)]
    told = [_whole(piece, names) for piece in pieces]
    if len(pieces) == 1:
        pieces = text.split()
        told = [_whole(piece, names) for piece in pieces]
        if not all(told):
            return ()
    blocking = frozenset(vocabulary()["blocking"])
    if len(pieces) < _FEWEST or not told[0]:
        return ()
    if any(not known_ and blocking & set(canonical(piece)) for piece, known_ in zip(pieces, told, strict=True)):
        return ()
    columns = set.intersection(*({one.column for one in known_} for known_ in told if known_))
    lowest = {column: min(one.rank for known_ in told for one in known_ if one.column == column) for column in columns}
    rank = SYNONYM if all(told) else SIMILAR
    return tuple(
        Candidate(column, min(rank, least), "synonym" if all(told) else "similar", _KEPT + 4 * rank)
        for column, least in lowest.items()
    )


def _candidate(name: Name, *, exact: bool) -> Candidate:
    if exact and name.rank == LABEL:
        return Candidate(name.column, LABEL, "exact", 100)
    confidence = {LABEL: 94, SYNONYM: 95 if exact else 92, FALLBACK: 82 if exact else 80}[name.rank]
    return Candidate(name.column, name.rank, "synonym", confidence)


def similar(text: str, names: Names) -> tuple[Candidate, ...]:
    """Return what a heading says in another spelling or shortened; nothing where two things are as near."""
    said = canonical(text)
    joined = plain(text).replace(" ", "")
    if len(joined) < _SHORTEST or joined.isdigit():
        return ()
    blocking = frozenset(vocabulary()["blocking"])
    best: dict[str, tuple[float, int]] = {}

    def offer(name: Name, score: float) -> None:
        if score >= _KEPT and score > best.get(name.column, (0.0, 0))[0]:
            best[name.column] = score, SIMILAR if name.rank > SIMILAR else FALLBACK

    sure = frozenset(word for word in said if word in names.with_word)
    near = {word for word in names.with_word if any(_like(one, word, one in sure) for one in said)}
    for words in dict.fromkeys(key for word in names.with_word if word in near for key in names.with_word[word]):
        for name in names.words[words]:
            whole, loose = name.column == OTHER, name.column in _LOOSE
            offer(
                name,
                _aligned(said, words, blocking, sure, more=loose and name.rank != FALLBACK, less=loose and not whole),
            )
    for key, told in names.exact.items() if len(sure) < len(said) else ():
        score = _alike(joined, key)
        for name in told if score else ():
            offer(name, score)
    ranked = sorted(best.items(), key=lambda item: -item[1][0])
    if not ranked or (len(ranked) > 1 and ranked[0][1][0] - ranked[1][1][0] < _MARGIN):
        return ()
    column, (score, rank) = ranked[0]
    return (Candidate(column, rank, "similar", min(91, int(score))),)


def _aligned(
    said: Sequence[str], words: Sequence[str], blocking: frozenset[str], sure: frozenset[str], *, more: bool, less: bool
) -> float:
    """Return how well the words of a heading and of a name match, from 0 to 100; word by word, in any order.

    Words of ``sure`` are known, and no misspelt or shortened form of others. ``more`` lets the heading say more than
    the name, ``less`` lets it leave words out.
    """
    left = list(words)
    scores: list[float] = []
    extra = 0
    for word in said:
        score, other = max(((_like(word, other, word in sure), other) for other in left), default=(0.0, ""))
        if score:
            scores.append(score)
            left.remove(other)
        elif word in blocking:
            return 0.0
        else:
            extra += 1
    if not scores or any(word in blocking for word in left) or (extra and not more) or (left and not less):
        return 0.0
    if extra > len(scores) or len(left) > len(scores) or extra + len(left) > _FEWEST:
        return 0.0
    return sum(scores) / len(scores) - _EXTRA * extra - _MISSING * len(left)


@cache
def _like(word: str, other: str, known: bool) -> float:  # noqa: FBT001 - of a cached function
    """Return how near a word is to another; what is ``known`` is near to itself only.

    The end of a compound word says what it is: "Rechnungstext" is no "Rechnung".
    """
    if word == other:
        return 100.0
    if known:
        return 0.0
    if len(word) >= _PREFIX and other.startswith(word):
        return 91.0
    if len(other) > _SHORTEST and word.startswith(other) and len(word) - len(other) <= _INFLECTION:
        return 91.0
    return _misspelt(word, other)


def _misspelt(word: str, other: str) -> float:
    """Return 100 less a penalty for each letter added, lost, wrong or exchanged with its neighbour; 0 for too many.

    Distance: optimal string alignment, which counts an exchange once.
    """
    length = min(len(word), len(other))
    most = 0 if length < _WORD else 1 if length < _LONG_WORD else 2
    if abs(len(word) - len(other)) > most:
        return 0.0
    distance = OSA.distance(word, other, score_cutoff=most)
    return 100.0 - _WRONG * distance if distance <= most else 0.0


def _alike(joined: str, key: str) -> float:
    """Return how alike heading and name are letter by letter; known columns that are not taken over compete too."""
    other = key.replace(" ", "")
    if len(joined) > _SHORTEST and other.startswith(joined):
        return _CUT - (len(other) - len(joined))
    return _misspelt(joined, other)
