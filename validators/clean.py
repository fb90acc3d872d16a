"""Texts that stand for amounts and dates, understood by column: a single ``1.234`` tells nothing, its column may.

A style is decided from every text of a column; where a column contradicts itself, nothing is guessed and the cells that
need the decision come back as None.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

EPOCH = dt.date(1899, 12, 30)
"""Day 0 of spreadsheet serials."""
SERIALS = (20_000, 80_000)
"""Serials taken for a date that lost its format: 1954 to 2119."""
_CENT_TOLERANCE = 1e-3
_SPACES = "\\s\u00a0\u2007\u2009\u202f'\u2019"
_CURRENCY = re.compile("€|\\bEUR\\b|\\bEURO?\\b", re.IGNORECASE)
_CREDIT = re.compile(r"\s*\b(?:CR|C)\s*$", re.IGNORECASE)
_GROUPED = re.compile(f"[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+(?=$|[.,])")
_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?")
_MONTHS = 12
_CENTURY = 2000


@dataclass(frozen=True, slots=True)
class AmountStyle:
    """How a column writes amounts."""

    decimal: str | None
    """``,`` or ``.``; None where no text tells, or two texts tell different things."""
    conflict: bool = False
    """Whether the column's texts contradict each other."""


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How a column writes dates."""

    order: str | None
    """``dmy`` or ``mdy``; None where the column's texts contradict each other."""


def bare(text: str) -> tuple[str, bool] | None:
    """Return the digits and marks of an amount's text, and whether it is negative; None where it is no amount.

    Currency signs, grouping spaces and apostrophes are gone; a minus before or behind, parentheses and ``CR`` make it
    negative.
    """
    text = _CURRENCY.sub("", text).replace("\u2212", "-").replace("\u2013", "-").strip()
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1].strip()
    if _CREDIT.search(text):
        negative, text = not negative, _CREDIT.sub("", text)
    if text.startswith("-") or text.endswith("-"):
        negative, text = not negative, text.strip("-").strip()
    text = text.removeprefix("+").strip()
    grouped = _GROUPED.match(text)
    if grouped:
        text = re.sub(f"[{_SPACES}]", "", grouped[0]) + text[grouped.end() :]
    return (text, negative) if re.fullmatch(r"[0-9.,]*[0-9][0-9.,]*", text) else None


def amount_style(values: Iterable[object]) -> AmountStyle:
    """Return how the texts among ``values`` write amounts."""
    votes: set[str] = set()
    for value in values:
        read = bare(value) if isinstance(value, str) else None
        if not read:
            continue
        text = read[0]
        marks = [mark for mark in text if mark in ",."]
        if not marks:
            continue
        last, other = marks[-1], "." if marks[-1] == "," else ","
        if len(set(marks)) > 1:
            votes.add(last)
        elif len(marks) > 1:
            votes.add(other)
        elif len(text) - text.rindex(last) - 1 != 3 or len(text.split(last)[0]) > 3 or text.startswith(("0", last)):  # noqa: PLR2004 - a group has three digits
            votes.add(last)
    return AmountStyle(next(iter(votes)) if len(votes) == 1 else None, conflict=len(votes) > 1)


def cents(value: object, style: AmountStyle) -> int | None:  # noqa: PLR0911 - each return is a reason to refuse
    """Return an amount in cents; None where it is no amount, has more than two decimals, or the style must tell."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        exact = value * 100
        whole = round(exact)
        return whole if abs(exact - whole) <= _CENT_TOLERANCE else None
    read = bare(str(value))
    if not read:
        return None
    text, negative = read
    if "," in text or "." in text:
        if style.decimal is None:
            return None
        grouping = "." if style.decimal == "," else ","
        whole_text, mark, decimals = text.partition(style.decimal)
        if grouping in whole_text and not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(grouping)}\d{{3}})+", whole_text):
            return None
        if (mark and not re.fullmatch(r"\d{1,2}", decimals)) or not (whole_text or decimals):
            return None
        size = int(whole_text.replace(grouping, "") or "0") * 100 + int(decimals.ljust(2, "0") if mark else "0")
    else:
        size = int(text) * 100
    return -size if negative else size


def date_style(values: Iterable[object]) -> DateStyle:
    """Return the order of day and month in the texts among ``values``; day first where nothing tells otherwise."""
    orders: set[str] = set()
    for value in values:
        found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
        if found and int(found[1]) > _MONTHS:
            orders.add("dmy")
        elif found and int(found[2]) > _MONTHS:
            orders.add("mdy")
    return DateStyle(next(iter(orders), "dmy") if len(orders) < 2 else None)  # noqa: PLR2004 - two contradict


def date(value: object, style: DateStyle) -> dt.date | None:
    """Return a date; None where it is none, or the column's style must tell and does not."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        serial = SERIALS[0] < value < SERIALS[1] and value == int(value)
        return EPOCH + dt.timedelta(days=int(value)) if serial else None
    text = str(value).strip()
    found = _ISO.fullmatch(text)
    if found:
        year, month, day = (int(part) for part in found.groups())
    else:
        found = _DATE.fullmatch(text)
        if not found or style.order is None:
            return None
        first, second, year = (int(part) for part in found.groups())
        year += _CENTURY if year < 100 else 0  # noqa: PLR2004 - two digits
        day, month = (first, second) if style.order == "dmy" else (second, first)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
