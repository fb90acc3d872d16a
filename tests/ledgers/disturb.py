"""What happens to a ledger between its program and the import: mishaps of a paste, each on its own and in any order.

:data:`HARMLESS` ones leave a ledger that says the same; after one of :data:`MISHAPS` it says something else, and only a refusal
or the very same rows will do.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.ledgers.corpus import LAYOUTS, Bakery, Recipe
from tests.ledgers.files import write
from tests.ledgers.invent import Expense

_MONEY = {"amount", "size", "debit", "credit"}


@dataclass(slots=True)
class Paste:
    """One sheet of a ledger while it is disturbed."""

    recipe: Recipe
    lines: list[list[object]]
    kinds: list[str]
    """What stands in each column, as the layout calls it; empty for an empty column."""
    body: int
    """0-based line of the first one below the header."""
    rows: list[Expense]
    """What the sheet truly says."""

    def column(self, *kinds: str) -> int:
        """Return the first column of one of some kinds; -1 for none."""
        return next((at for at, kind in enumerate(self.kinds) if kind in kinds), -1)

    def expenses(self) -> list[int]:
        """Return the lines that have a date and an amount."""
        date = self.column("date")
        money = [at for at, kind in enumerate(self.kinds) if kind in _MONEY]
        return [
            at
            for at, line in enumerate(self.lines)
            if at >= self.body
            and (date < 0 or any(map(str.isdigit, str(line[date]))))
            and any(line[slot] != "" for slot in money)
        ]


Disturbance = Callable[[Paste, random.Random], None]


def bake(recipe: Recipe, disturbances: tuple[str, ...], seed: int) -> tuple[str, bytes, list[Expense]]:
    """Return name and bytes of a disturbed ledger, and its true rows; the last sheet is the one that is disturbed."""
    bakery = Bakery(recipe)
    headings = bakery.headings()
    pages = bakery.pages(headings)
    kinds = [kind for _, kind, _ in bakery.columns]
    for at in sorted(recipe.empty_columns):
        headings.insert(at, "")
        kinds.insert(at, "")
    size = -(-len(bakery.rows) // recipe.sheets)
    before, own = bakery.rows[: size * (recipe.sheets - 1)], bakery.rows[size * (recipe.sheets - 1) :]
    lines = [list(line) for line in pages[-1].lines]
    paste = Paste(recipe, lines, kinds, lines.index(list(headings)) + 1, list(own))
    dice = random.Random(seed)
    for name in disturbances:
        (HARMLESS | MISHAPS)[name](paste, dice)
    pages[-1] = replace(pages[-1], lines=paste.lines)
    return *write(recipe.file, pages), [*before, *paste.rows]


def _header_again(paste: Paste, dice: random.Random) -> None:
    at = dice.randrange(paste.body, len(paste.lines) + 1)
    paste.lines.insert(at, list(paste.lines[paste.body - 1]))


def _blank_rows(paste: Paste, dice: random.Random) -> None:
    for _ in range(3):
        paste.lines.insert(dice.randrange(paste.body, len(paste.lines) + 1), [""] * len(paste.kinds))


def _spaces(paste: Paste, dice: random.Random) -> None:
    for line in paste.lines[paste.body :]:
        for at, value in enumerate(line):
            if isinstance(value, str) and value and dice.random() < 0.2:
                line[at] = dice.choice((f" {value}", f"{value}  ", f"\u00a0{value}\u00a0"))


def _columns_moved(paste: Paste, dice: random.Random) -> None:
    if paste.recipe.two_lines:
        return
    order = list(range(len(paste.kinds)))
    dice.shuffle(order)
    paste.lines = [[line[at] for at in order] for line in paste.lines]
    paste.kinds = [paste.kinds[at] for at in order]


def _remark_column(paste: Paste, dice: random.Random) -> None:
    """A column without a heading in which somebody wrote a word here and there."""
    for at, line in enumerate(paste.lines):
        line.append(dice.choice(("", "", "", "ok", "?", "vu")) if at >= paste.body and any(line) else "")
    paste.kinds.append("")


def _long_text(paste: Paste, dice: random.Random) -> None:
    """A description that goes on in the line below."""
    label, rows = paste.column("label"), paste.expenses()
    if not rows:
        return
    line: list[object] = [""] * len(paste.kinds)
    line[label] = "suite de la ligne / vervolg"
    paste.lines.insert(dice.choice(rows) + 1, line)


def _shifted(paste: Paste, _dice: random.Random) -> None:
    """Every line one column to the right of its heading."""
    for at, line in enumerate(paste.lines):
        if at < paste.body:
            line.append("")
        else:
            line.insert(0, "")
    paste.kinds.insert(0, "")


def _some_shifted(paste: Paste, dice: random.Random) -> None:
    """A few lines one column to the right, or to the left where nothing is lost."""
    rows = paste.expenses()
    chosen = set(dice.sample(rows, min(len(rows), dice.randrange(1, 4))))
    left = dice.random() < 0.5
    for at, line in enumerate(paste.lines):
        if at in chosen and left and line[0] == "":
            line.append(line.pop(0))
            line.append("")
        elif at in chosen and not left:
            line.insert(0, "")
        else:
            line.append("")
    paste.kinds.append("")


def _exchanged(paste: Paste, _dice: random.Random) -> None:
    """The cells of dates and amounts exchanged below their headings."""
    date, money = paste.column("date"), paste.column("amount", "size", "debit")
    for line in paste.lines[paste.body :]:
        line[date], line[money] = line[money], line[date]


def _some_exchanged(paste: Paste, dice: random.Random) -> None:
    """Dates and amounts exchanged in a few lines."""
    date, money = paste.column("date"), paste.column("amount", "size", "debit")
    rows = paste.expenses()
    for at in dice.sample(rows, min(len(rows), dice.randrange(1, 4))):
        line = paste.lines[at]
        line[date], line[money] = line[money], line[date]


def _twice(paste: Paste, dice: random.Random) -> None:
    """Everything a second time below itself, with its header or without."""
    start = dice.choice((paste.body - 1, paste.body))
    paste.lines += [list(line) for line in paste.lines[start:]]


def _another_below(paste: Paste, dice: random.Random) -> None:
    """Another ledger of the same layout below, with its header or without."""
    _below(paste, replace(paste.recipe, seed=dice.randrange(10**6), sheets=1), dice)


def _foreign_below(paste: Paste, dice: random.Random) -> None:
    """A ledger of another layout below, with its header or without."""
    layout = dice.choice(sorted(LAYOUTS))
    _below(paste, Recipe(layout, count=dice.randrange(3, 12), seed=dice.randrange(10**6)), dice)


def _below(paste: Paste, recipe: Recipe, dice: random.Random) -> None:
    bakery = Bakery(recipe)
    bakery.text = paste.recipe.file not in ("xlsx", "ods")
    headings = bakery.headings()
    lines = bakery.body(bakery.rows, headings)
    for at in sorted(recipe.empty_columns):
        lines = [[*line[:at], "", *line[at:]] for line in lines]
    if dice.random() < 0.5 or recipe.layout != paste.recipe.layout:
        for at in sorted(recipe.empty_columns):
            headings.insert(at, "")
        lines.insert(0, list(headings))
    width = max(len(paste.kinds), *map(len, lines))
    paste.lines = [[*line, *[""] * (width - len(line))] for line in (*paste.lines, *lines)]
    paste.kinds += [""] * (width - len(paste.kinds))
    paste.rows = [*paste.rows, *bakery.rows]


def _overwritten(paste: Paste, dice: random.Random) -> None:
    """The end of the ledger pasted over by lines of another layout, without their header."""
    rows = paste.expenses()
    if len(rows) < 4:
        return
    bakery = Bakery(Recipe(dice.choice(sorted(LAYOUTS)), count=dice.randrange(2, 6), seed=dice.randrange(10**6)))
    at, count = rows[-2], len(paste.rows)
    paste.lines = paste.lines[:at]
    gone = 2
    paste.rows = paste.rows[: count - gone]
    lines = bakery.body(bakery.rows, bakery.headings())
    width = max(len(paste.kinds), *map(len, lines))
    paste.lines = [[*line, *[""] * (width - len(line))] for line in (*paste.lines, *lines)]
    paste.kinds += [""] * (width - len(paste.kinds))
    paste.rows = [*paste.rows, *bakery.rows]


HARMLESS: dict[str, Disturbance] = {
    "header again": _header_again,
    "blank rows": _blank_rows,
    "spaces": _spaces,
    "columns moved": _columns_moved,
    "a column of remarks": _remark_column,
    "a long text": _long_text,
}
MISHAPS: dict[str, Disturbance] = {
    "shifted": _shifted,
    "some shifted": _some_shifted,
    "exchanged": _exchanged,
    "some exchanged": _some_exchanged,
    "twice": _twice,
    "another below": _another_below,
    "a foreign one below": _foreign_below,
    "pasted over": _overwritten,
}
