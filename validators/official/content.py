"""What the cells of an official column are for: whether a type of ours fits, what examples are, how it is written."""

from __future__ import annotations

import re

from validators import clean, identifiers
from workbook_templates.measure import Column, ColumnType
from workbook_templates.official.areas import AreaColumn
from workbook_templates.official.formats import kind_of

_NISS, _DOTTED = 11, 15
"""Characters of a national number, bare and as it is printed."""
_LATEST = 2100
_MARKED = re.compile(
    r"^\W*(?:ex(?:emple)?|bv|bijv|vb|voorbeeld|z\.? ?B|Beispiel|e\.?g)\.?\s*:?\s*", flags=re.IGNORECASE
)
_AMOUNT = re.compile(r"[€ ]*-?\d[\d .\u00a0\u202f]*[,.]\d{2}[ €]*")
_DOTTED_SAID = re.compile(
    r"\d{2}\.\d{2}\.\d{2}[- ]\d{3}[.-]\d{2}|[09xXaAjJ]{2}\.[09xXmM]{2}\.[09xXdDjJtT]{2}|\d{3}\.\d{3}\.\d{3}"
)
_BARE_SAID = re.compile(
    r"\b\d{10,11}\b|11 (?:chiffres|cijfers|Ziffern|digits)"
    r"|sans (?:points|s[ée]parat)|zonder (?:punten|scheid)|ohne (?:Punkte|Trenn)",
    re.IGNORECASE,
)
_CODES = {"document_number", "article", "file_number", "household"}
"""Texts that may be whole numbers."""
_TYPES = {ColumnType.NISS, ColumnType.ENTERPRISE_NUMBER}
_SHOWN: dict[ColumnType, dict[str, int | None]] = {
    ColumnType.DATE: {
        "date": 3, "general": 0, "text": -2, "amount": None, "number": None, "integer": None, "percent": None,
        "identifier": None,
    },
    ColumnType.AMOUNT: {"amount": 2, "text": -4, "date": None, "identifier": None, "percent": None},
    ColumnType.COUNT: {"integer": 2, "text": -3, "amount": -3, "date": None, "identifier": None, "percent": None},
    ColumnType.NUMBER: {"number": 1, "integer": 1, "text": -3, "date": None, "identifier": None},
    ColumnType.NISS: {"identifier": 2, "date": None, "amount": None, "percent": None},
    ColumnType.ENTERPRISE_NUMBER: {"identifier": 2, "date": None, "amount": None, "percent": None},
    ColumnType.CHOICE: {"date": None, "amount": None, "percent": None, "number": None, "identifier": None},
    ColumnType.TEXT: {
        "date": None, "amount": None, "percent": None, "number": None, "integer": None, "identifier": None,
    },
}  # fmt: skip
"""How well the kind of a number format suits a type: points to add or take off, 0 where it is not named, None: not."""
_RULED: dict[ColumnType, dict[str, int | None]] = {
    ColumnType.DATE: {"date": 3, "custom": 0},
    ColumnType.AMOUNT: {"decimal": 2, "whole": 0, "custom": 0},
    ColumnType.COUNT: {"whole": 2, "decimal": 0, "custom": 0},
    ColumnType.NUMBER: {"decimal": 1, "whole": 0, "custom": 0},
    ColumnType.NISS: {"textLength": 2, "whole": 0, "custom": 0},
    ColumnType.ENTERPRISE_NUMBER: {"textLength": 2, "whole": 0, "custom": 0},
    ColumnType.CHOICE: {"list": 2, "custom": -4},
    ColumnType.TEXT: {"textLength": 0, "custom": 0},
}
"""The same for what a validation accepts; what is not named does not suit."""


def fits(ours: Column, column: AreaColumn) -> int | None:
    """Return how well cells suit one of our columns: points to add or take off; None where they cannot."""
    shown, wants = kind_of(column.format), column.validation.kind if column.validation else "none"
    if wants == "list" and ours.id in {"article", "position"}:
        return -8
    coded = ours.id in _CODES
    looks: int | None = 0 if coded and shown in {"integer", "identifier"} else _SHOWN[ours.type].get(shown, 0)
    accepts: int | None = 0 if wants == "none" or (coded and wants == "whole") else _RULED[ours.type].get(wants)
    if wants == "date" and ours.type is ColumnType.DATE:
        return 3
    return None if looks is None or accepts is None else max(looks, accepts, key=abs)


def example_type(sample: str) -> ColumnType | None:
    """Return what an example is, where its look tells: a date, an amount, a national number."""
    text = _MARKED.sub("", sample).strip()
    if clean.date(text, clean.DateStyle("dmy")) is not None and not text.isdigit():
        return ColumnType.DATE
    digits = re.sub(r"[\s.-]", "", text)
    if len(digits) == _NISS and digits.isdigit() and identifiers.niss(text, _LATEST):
        return ColumnType.NISS
    return ColumnType.AMOUNT if _AMOUNT.fullmatch(text) else None


def form_of(ours: Column, column: AreaColumn) -> str:
    """Return how an official column wants an identifier, or a date in a column of texts; empty for the usual way."""
    shown, rule = kind_of(column.format), column.validation
    if ours.type is ColumnType.DATE:
        return "text" if shown == "text" else ""
    if ours.type not in _TYPES:
        return ""
    if shown in {"identifier", "integer"} or (rule and rule.kind in {"whole", "decimal"}):
        return "number"
    length = rule.formula if rule and rule.kind == "textLength" and rule.operator in {"equal", "between"} else ""
    said = " ".join((*column.samples, column.note, *column.titles))
    dotted, bare = _DOTTED_SAID.search(said), _BARE_SAID.search(said)
    return "dotted" if length == str(_DOTTED) or (dotted and not bare and length != str(_NISS)) else "digits"
