"""Printed lists to rows of cells: texts whose columns are told apart by blanks alone, below a line of dashes.

Where every line with a date and an amount has a blank, and the headings too, a column ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

_LINES = re.compile(r"\r\n|\r|\n")
_RULE = re.compile(r"[\s+|]*[-=_]{3}[-=_\s+|]*")
_DATE = re.compile(r"\b(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2})\b")
_AMOUNT = re.compile(r"\d[.,]\d{2}(?:\s*(?:-|CR|EUR|€)|\))?(?=\s|$)")
_CHUNK = re.compile(r"[^ \t]+(?: [^ \t]+)*")
_WORD = re.compile(r"(?<!\S)\d{1,3}(?:[ \u00a0\u202f]\d{3})+[.,]\d{2}\S*|[^ \t]+")
"""What no cut may go through; the blanks between the thousands of an amount are part of it."""
_SHORTEST = 20
"""Characters of a rule."""
_FEWEST = 3
_MOST = 0.8
"""Share of the lines with several cells that must have a date and an amount."""
_OTHER_MARKS = ("\t", ";", "|")

Span = tuple[int, int]
"""Where a column begins and ends, in characters."""


def rows(text: str) -> list[list[str]] | None:
    """Return the cells of a printed list, one row for each line; None for any other text."""
    lines = [line.replace("\f", "").rstrip() for line in _LINES.split(text)]
    if any(text.count(mark) > len(lines) / 2 for mark in _OTHER_MARKS):
        return None
    rule = next((at for at, line in enumerate(lines) if len(line) >= _SHORTEST and _RULE.fullmatch(line)), 0)
    if not rule or len(_CHUNK.findall(lines[rule - 1])) < _FEWEST:
        return None
    entries = [line for line in lines if _DATE.search(line) and _AMOUNT.search(_DATE.sub("", line))]
    dense = sum(len(_CHUNK.findall(line)) >= _FEWEST and line != lines[rule - 1] for line in lines)
    if len(entries) < max(_FEWEST, _MOST * dense):
        # Most lines are of another kind: these columns are not theirs.
        return None
    spans = _columns(lines[rule - 1], entries)
    cuts = _cuts(spans, entries)
    return [
        [""] if _RULE.fullmatch(line) else _by_cuts(line, cuts) or _by_chunks(line, spans) if line else [""]
        for line in lines
    ]


def _columns(heading: str, entries: Sequence[str]) -> list[Span]:
    """Return the columns: what no blank runs through from the heading to the last entry, each below a heading.

    The word of a heading below which nothing stands belongs to its neighbour, of two that are as near to the amounts.
    """
    body, pieces = _pieces(entries), _pieces([heading, *entries])
    found: list[Span] = []
    alone = False
    for (first, end), following in zip(pieces, [*pieces[1:], (0, 0)], strict=True):
        headed = bool(heading[first:end].strip())
        filled = any(first < stop and start < end for start, stop in body)
        near = bool(found) and first - len(heading[: found[-1][1]].rstrip()) <= 1
        money = all(_is_amount(line[slice(*following)]) for line in entries) and following != (0, 0)
        if found and (not headed or (alone and near) or (not filled and near and not money)):
            found[-1] = found[-1][0], end
            alone = alone and not filled
        else:
            found.append((first, end))
            alone = not filled
    return found


def _pieces(lines: Sequence[str]) -> list[Span]:
    """Return the stretches in which some line has no blank."""
    steps = [0] * (max(map(len, lines)) + 1)
    for line in lines:
        for word in _WORD.finditer(line):
            steps[word.start()] += 1
            steps[word.end()] -= 1
    inked = [bool(count) for count in accumulate(steps)]
    edges = [at for at, (before, after) in enumerate(pairwise([False, *inked])) if before != after]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _cuts(spans: Sequence[Span], entries: Sequence[str]) -> list[int]:
    """Return where to cut: before a text, but right behind the column before an amount, which grows to the left."""
    return [
        before[1] if all(_is_amount(line[first:end]) for line in entries) else first
        for before, (first, end) in pairwise(spans)
    ]


def _is_amount(text: str) -> bool:
    found = _AMOUNT.search(text)
    return not text.strip() or bool(found and not text[found.end() :].strip())


def _by_cuts(line: str, cuts: Sequence[int]) -> list[str]:
    """Return the cells between the cuts; nothing where one of these goes through a word."""
    if any(word.start() < cut < word.end() for word in _WORD.finditer(line) for cut in cuts):
        return []
    return [line[first:end].strip() for first, end in pairwise([0, *cuts, max(len(line), *cuts, 0)])]


def _by_chunks(line: str, spans: Sequence[Span]) -> list[str]:
    """Return the words of a title or a sum, each group of them in the column that it shares most with."""
    cells = [""] * len(spans)
    for chunk in _CHUNK.finditer(line):
        shared = [min(end, chunk.end()) - max(first, chunk.start()) for first, end in spans]
        at = shared.index(max(shared))
        cells[at] = f"{cells[at]} {chunk[0]}".strip()
    return cells
