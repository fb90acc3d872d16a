"""What amounts say about each other: one column is the running sum of another, or another with the tax added."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from validators import clean

_AGREE = 0.95
"""Share of the rows that must agree."""
_FEWEST = 3
_NAMES = 1.25
"""Names of codes for each code, at most: a code may have been divided."""
_RATES = (6, 12, 21)
"""Belgian rates of value-added tax, in percent."""

Cents = npt.NDArray[np.float64]


def cents_of(values: Sequence[object]) -> Cents:
    """Return a column in cents, NaN where there is no amount."""
    different = set(values)
    style = clean.amount_style(value for value in different if isinstance(value, str))
    known = {value: np.nan if (found := clean.cents(value, style)) is None else found for value in different}
    return np.fromiter(map(known.__getitem__, values), np.float64, len(values))


def _share(agree: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_]) -> bool:
    count = int(among.sum())
    return count >= _FEWEST and int((agree & among).sum()) >= _AGREE * count


def is_running_sum(total: Cents, *signed: tuple[int, Cents], least: float = _AGREE) -> bool:
    """Whether a column is the running sum of others, each with its sign; rows without a sum are left out.

    ``least`` is the share of the rows that must agree.
    """
    there = ~np.isnan(total)
    moves = np.sum([sign * np.nan_to_num(column) for sign, column in signed], axis=0)
    rows = np.flatnonzero(there)
    if len(rows) < _FEWEST:
        return False
    steps = np.diff(total[rows])
    moved = np.cumsum(moves)[rows]
    changed = np.diff(moved)
    moving = changed != 0
    return _share(steps == changed, moving) and int((steps == changed)[moving].sum()) >= least * int(moving.sum())


def is_taxed(base: Cents, total: Cents, taxes: Sequence[Cents]) -> bool:
    """Whether ``total`` is ``base`` with value-added tax: a column of taxes says so, or the Belgian rates do."""
    there = ~np.isnan(base) & ~np.isnan(total)
    if not _share(np.abs(total) >= np.abs(base), there) or _share(total == base, there):
        return False
    most = np.abs(base) * max(_RATES) / 100 + 1
    if any(_share((base + tax == total) & (np.abs(tax) <= most), there) for tax in map(np.nan_to_num, taxes)):
        return True
    fits = np.zeros(len(base), dtype=np.bool_)
    for rate in (0, *_RATES):
        with np.errstate(invalid="ignore"):
            fits |= np.abs(base * (100 + rate) / 100 - total) <= 1
    return _share(fits, there)


def is_largest(amount: Cents, others: Sequence[Cents]) -> bool:
    """Whether an amount is hardly ever smaller than another one in its row."""
    size = np.abs(np.nan_to_num(amount))
    return all(_share(np.abs(np.nan_to_num(other)) <= size, ~np.isnan(amount)) for other in others)


def is_sum(total: Cents, parts: Sequence[Cents]) -> bool:
    """Whether an amount is the sum of all others, none of which is nothing but zeros."""
    there = ~np.isnan(total)
    if any(not np.nan_to_num(part).any() for part in parts):
        return False
    return _share(np.sum([np.nan_to_num(part) for part in parts], axis=0) == total, there)


def is_split(total: Cents, part: Cents, keys: Sequence[object]) -> bool:
    """Whether rows with the same key repeat a total, and their parts add up to it; some keys have several rows."""
    places: dict[object, list[int]] = {}
    for row, key in enumerate(keys):
        if key != "" and not np.isnan(total[row]) and not np.isnan(part[row]):
            places.setdefault(key, []).append(row)
    several = [rows for rows in places.values() if len(rows) > 1]
    good = sum(len(rows) for rows in several if float(part[rows].sum()) == total[rows[0]] == float(total[rows].max()))
    return good >= max(_FEWEST, _AGREE * sum(map(len, several)))


def is_base_and_tax(total: Cents, base: Cents, tax: Cents) -> bool:
    """Whether an amount is another one and its value-added tax, at the Belgian rates."""
    there = ~np.isnan(total) & ~np.isnan(base) & (np.nan_to_num(tax) != 0)
    fits = np.zeros(len(total), dtype=np.bool_)
    for rate in _RATES:
        with np.errstate(invalid="ignore"):
            fits |= np.abs(base * rate / 100 - tax) <= 1
    return _share((base + tax == total) & fits, there)


def is_name_of(texts: Sequence[object], codes: Sequence[object]) -> bool:
    """Whether a text is but the name of a code beside it: each has one code, few codes have two, all are used often."""
    pairs = {(text, code) for text, code in zip(texts, codes, strict=True) if text != "" and code != ""}
    count = sum(text != "" and code != "" for text, code in zip(texts, codes, strict=True))
    if not pairs or 2 * len(pairs) > count or len({text for text, _ in pairs}) < len(pairs):
        return False
    return len(pairs) <= _NAMES * len({code for _, code in pairs})


def are_halves(first: Cents, second: Cents) -> bool:
    """Whether each row has an amount in one of two columns only, and both are used: a debit and a credit."""
    one, other = np.nan_to_num(first) != 0, np.nan_to_num(second) != 0
    return bool(one.any() and other.any()) and _share(one ^ other, one | other)


def is_difference(amount: Cents, debit: Cents, credit: Cents) -> bool:
    """Whether an amount is debit less credit, or their size, row by row."""
    net = np.nan_to_num(debit) - np.nan_to_num(credit)
    there = ~np.isnan(amount)
    return _share(net == amount, there) or _share(np.abs(net) == amount, there)
