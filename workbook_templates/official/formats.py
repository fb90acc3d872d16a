"""Number formats of a foreign workbook: what kind of value they are for, and how they show one."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DATE = re.compile(r"[dyj]", re.IGNORECASE)
_EXAMPLE = re.compile(
    r"\W*(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})"
    r"|\d{4}-\d{2}-\d{2}"
    r"|[€ ]*-?\d[\d .\u00a0\u202f]*,\d{2}[ €]*"
    r"|\d{2}\.?\d{2}\.?\d{2}[- ]?\d{3}[.-]?\d{2}"
    r"|0?\d{3}\.\d{3}\.\d{3})\W*"
)
_DIGITS = 9
"""Zeros from which a format is an identifier's."""
_EPOCH = dt.datetime(1899, 12, 30, tzinfo=dt.UTC)
_LAST_DAY = 2_958_465


@cache
def kind_of(code: str) -> str:
    """Return what a number format is for.

    ``general``, ``text``, ``date``, ``percent``, ``integer``, ``identifier`` (zeros or digits grouped by marks),
    ``amount`` (two decimals, or a currency) or ``number``.
    """
    first = code.partition(";")[0]
    if first in ("General", "Standard", ""):
        return "general"
    bare = _QUOTED.sub("", first)
    digits = re.search("[0#]", bare) is not None
    kinds = {
        "text": first == "@",
        "date": not digits and _DATE.search(bare),
        "percent": "%" in bare,
        "identifier": re.search("0{5,}", first) or (bare.count("0") >= _DIGITS and "." not in bare),
        "amount": "€" in first or "EUR" in first.upper() or re.search(r"[0#][.,]00(?!0)", bare),
        "number": re.search(r"\.[0#?]", bare),
        "integer": digits,
    }
    return next((kind for kind, found in kinds.items() if found), "general")


def as_shown(value: str | float | bool, code: str) -> str:  # noqa: FBT001 - a cell's value
    """Return a constant as its cell shows it, near enough to recognise it: dates in ISO notation."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return " ".join(value.split())
    if kind_of(code) == "date" and 0 < value < _LAST_DAY:
        return (_EPOCH + dt.timedelta(days=value)).date().isoformat()
    return f"{value:.15g}"


def is_example(text: str) -> bool:
    """Whether a text is a value rather than a word: a date, an amount, a national or an enterprise number."""
    return _EXAMPLE.fullmatch(text) is not None
