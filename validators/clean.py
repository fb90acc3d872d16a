"""Texts that stand for amounts and dates, understood by column: a single ``1.234`` tells nothing, its column may.

A style is decided from every text of a column; where a column contradicts itself, nothing is guessed and the cells that
need the decision come back as None.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

EPOCH = dt.date(1899, 12, 30)
"""Day 0 of spreadsheet serials."""
SERIALS = (20_000, 80_000)
"""Serials taken for a date that lost its format: 1954 to 2119."""
_NOISE = 1e-6
"""Cents by which a binary fraction may miss the whole cent that it stands for; more is a third decimal."""
_RELATIVE_NOISE = 1e-14
_SPACES = "\\s\u00a0\u2007\u2009\u202f'\u2019"
_SPACE = re.compile(f"[{_SPACES}]")
_PLAIN = re.compile(r"[0-9.,]*[0-9][0-9.,]*")
_CURRENCY = re.compile("€|\\bEUR(?:OS?)?\\b", re.IGNORECASE)
_CREDIT = re.compile(r"(?<=[0-9,.\-)\s])(?:CR|C)$", re.IGNORECASE)
_DEBIT = re.compile(r"(?<=[0-9,.\-)\s])(?:DB|DR|D)$", re.IGNORECASE)
_ROUND = re.compile(r"(?<=[0-9])[,.](?:-{1,2}|\u2014)$")
"""The Dutch and German way to write no cents: ``12,-``."""
_GROUPED = re.compile(f"[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+(?=$|[.,])")
_BY_DECIMAL = {
    ",": re.compile(r"([0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)?(?:,([0-9]{1,2})(?:00+)?)?"),
    ".": re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.([0-9]{1,2})(?:00+)?)?"),
}
_GROUP = 3
_DATE = re.compile(r"(\d{1,2})([/.\- ])(\d{1,2})\2(\d{4}|\d{2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_ISO = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?")
_NAMED = re.compile(r"(\d{1,2})(?:er|\.)?[ ./-]*([^\W\d_]{3,10})\.?[ ./-]*(\d{4}|\d{2})")
_MONTHS = 12
_NAMES: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan janv janvier januari januar january",
            "feb febr fev fevr fevrier februari februar february",
            "mar mars mrt maart marz maerz march",
            "apr avr avril april",
            "mai mei may",
            "jun juin juni june",
            "jul juil juillet juli july",
            "aug aou aout augustus august",
            "sep sept septembre september",
            "oct okt octobre oktober october",
            "nov novembre november",
            "dec dez decembre december dezember",
        ),
        start=1,
    )
    for name in names.split()
}
"""Months and their abbreviations in the four languages, without accents."""
_CENTURY = 2000
_FIRST_COMPACT, _LAST_COMPACT = 19_500_101, 20_991_231
_BOTH = 2


@dataclass(frozen=True, slots=True)
class AmountStyle:
    """How a column writes amounts."""

    decimal: str | None
    """``,`` or ``.``; None where no text tells, or two texts tell different things."""
    conflict: bool = False
    """Whether the column's texts contradict each other."""
    thirds: bool = False
    """Whether every text with a decimal mark has three decimals or more, as some programs write amounts: a third one
    that is a zero is then no group of thousands."""


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How a column writes dates."""

    order: str | None
    """``dmy`` or ``mdy``; None where the column's texts contradict each other."""
    proven: bool = True
    """Whether a text of the column proves the order; without proof the day comes first, as everywhere in Belgium."""


def bare(text: str) -> tuple[str, bool] | None:
    """Return the digits and marks of an amount's text, and whether it is negative; None where it is no amount.

    Currency signs, grouping spaces and apostrophes are gone; a minus before or behind, parentheses and ``CR`` make it
    negative.
    """
    if _PLAIN.fullmatch(text):
        return text, False
    text = _CURRENCY.sub("", text).replace("\u2212", "-").replace("\u2013", "-").strip()
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1].strip()
    if _CREDIT.search(text):
        negative, text = not negative, _CREDIT.sub("", text).strip()
    elif _DEBIT.search(text):
        text = _DEBIT.sub("", text).strip()
    text = _ROUND.sub("", text)
    if text.startswith("-") or text.endswith("-"):
        if negative or (text.startswith("-") and text.endswith("-")):
            return None
        negative, text = True, text[1:].strip() if text.startswith("-") else text[:-1].strip()
    text = _CURRENCY.sub("", text.removeprefix("+").removesuffix("+")).strip()
    grouped = _GROUPED.match(text)
    if grouped:
        text = _SPACE.sub("", grouped[0]) + text[grouped.end() :]
    return (text, negative) if _PLAIN.fullmatch(text) else None


def amount_style(values: Iterable[object]) -> AmountStyle:
    """Return how the texts among ``values`` write amounts."""
    votes: set[str] = set()
    thirds = True
    for value in values:
        read = bare(value) if isinstance(value, str) else None
        if not read:
            continue
        vote = _decimal_of(read[0])
        thirds = thirds and _has_thirds(read[0])
        if vote:
            votes.add(vote)
            if len(votes) == _BOTH:
                return AmountStyle(None, conflict=True)
    return AmountStyle(next(iter(votes), None), thirds=thirds)


def _has_thirds(text: str) -> bool:
    mark = max(text.rfind(","), text.rfind("."))
    return mark < 0 or len(text) - mark > _GROUP


def _decimal_of(text: str) -> str | None:
    """Return the mark that must be the decimal one in digits and marks; None where ``1.234`` leaves it open."""
    commas, points = text.count(","), text.count(".")
    if commas and points:
        return "," if text.rindex(",") > text.rindex(".") else "."
    if commas + points > 1:
        return "." if commas else ","
    if commas + points == 0:
        return None
    mark = "," if commas else "."
    whole, _, decimals = text.partition(mark)
    could_be_grouping = len(decimals) == _GROUP and 0 < len(whole) <= _GROUP and not whole.startswith("0")
    return None if could_be_grouping else mark


def cents(value: object, style: AmountStyle) -> int | None:  # noqa: PLR0911 - each return is a reason to refuse
    """Return an amount in cents; None where it is no amount, has more than two decimals, or the style must tell.

    Decimals beyond the second are taken only where they are zeros and cannot be a group of thousands.
    """
    if isinstance(value, float):
        exact = value * 100
        if not abs(exact) < 2**53:
            return None
        whole = round(exact)
        return whole if abs(exact - whole) <= max(_NOISE, abs(exact) * _RELATIVE_NOISE) else None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value * 100
    read = bare(str(value))
    if not read:
        return None
    text, negative = read
    if "," in text or "." in text:
        if style.thirds and text[-1] == "0" and style.decimal and text[-_GROUP - 1 : -_GROUP] == style.decimal:
            text = text[:-1]
        found = _BY_DECIMAL[style.decimal].fullmatch(text) if style.decimal else None
        if not found or not (found[1] or found[2]):
            return None
        whole_text = (found[1] or "0").replace("," if style.decimal == "." else ".", "")
        size = int(whole_text) * 100 + int((found[2] or "0").ljust(2, "0"))
    else:
        size = int(text) * 100
    return -size if negative else size


def date_style(values: Iterable[object]) -> DateStyle:
    """Return the order of day and month in the texts among ``values``; day first where nothing tells otherwise."""
    orders: set[str] = set()
    any_text = False
    for value in values:
        found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
        if found:
            any_text = True
            if int(found[1]) > _MONTHS:
                orders.add("dmy")
            elif int(found[3]) > _MONTHS:
                orders.add("mdy")
    if len(orders) == _BOTH:
        return DateStyle(None)
    return DateStyle(next(iter(orders), "dmy"), proven=bool(orders) or not any_text)


def date(value: object, style: DateStyle) -> dt.date | None:  # noqa: PLR0911 - each return is a shape of date
    """Return a date; None where it is none, or the column's style must tell and does not."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _serial(value)
    text = str(value).strip()
    if text.isdecimal() and text.isascii() and len(text) == len(str(SERIALS[0])):
        return _serial(int(text))
    found = _ISO.fullmatch(text)
    if found:
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    else:
        found = _DATE.fullmatch(text)
        if not found:
            return _named(text)
        if style.order is None:
            return None
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        year += _CENTURY if year < 100 else 0  # noqa: PLR2004 - two digits
        day, month = (first, second) if style.order == "dmy" else (second, first)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _named(text: str) -> dt.date | None:
    """Return a date whose month is a word: ``14 mars 2025``, ``1er août 2025``, ``14-mrt-25``."""
    found = _NAMED.fullmatch(text)
    if not found:
        return None
    letters = unicodedata.normalize("NFKD", found[2].casefold())
    month = _NAMES.get("".join(mark for mark in letters if not unicodedata.combining(mark)))
    year = int(found[3]) + (_CENTURY if len(found[3]) == _BOTH else 0)
    try:
        return dt.date(year, month, int(found[1])) if month else None
    except ValueError:
        return None


def _serial(value: float) -> dt.date | None:
    if value != value or abs(value) > _LAST_COMPACT or value != int(value):  # noqa: PLR0124 - no number
        return None
    if SERIALS[0] < value < SERIALS[1]:
        return EPOCH + dt.timedelta(days=int(value))
    if _FIRST_COMPACT <= value <= _LAST_COMPACT:
        # 20250314: year, month and day run together, which some programs export as a number.
        rest, day = divmod(int(value), 100)
        try:
            return dt.date(rest // 100, rest % 100, day)
        except ValueError:
            return None
    return None
