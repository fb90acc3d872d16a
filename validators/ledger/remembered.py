"""The centre's mapping file: what a person decided about a ledger's columns and rows, in a small TOML.

::

    [[ledger]]
    fingerprint = "5d1c0a7be2f3946a"     # of the headings; found again whatever the file is called
    [ledger.columns]
    "Date facture" = "date"
    "Date comptable" = ""                # known, not taken over
    "Montant" = "total_amount"

    [[select]]
    sheet = "volet_a"
    article = ["831/333-*"]
    label = ["*stage*", "*excursion*"]

A ``"?"`` is a question that is still open. Several ledgers and selections live in one file; selections of other
measures name them with ``measure``.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from validators.ledger.errors import LedgerError
from validators.ledger.words import FAMILY

OPEN: Final = "?"
"""A question that the person has not answered."""
CRITERIA: Final = (*FAMILY, "label")
"""What a selection may look at."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person decided about ledgers with one set of headings."""

    fingerprint: str
    columns: Mapping[str, str]
    """Heading to column id; the second column of the same heading is ``Heading (2)``. Empty where not taken over."""
    sheets: tuple[str, ...] = ()
    """Sheets to read; empty for all with these headings."""
    shift: int = 0
    """Columns by which the rows stand to the right of their headings."""
    negate: bool = False
    """Whether expenses are the negative amounts."""
    swap_dates: bool = False
    """Whether day and month of real dates were swapped by a foreign locale."""
    whole: bool = False
    """Whether amounts without decimals are euros, not cents."""


CONFIRMATIONS: Final = tuple(one.name for one in fields(Confirmed) if one.default is False)
"""What a person says yes to; nobody says no to it, which is what is taken for granted."""
_KINDS = {"fingerprint": str, "columns": dict, "sheets": list, "shift": int} | dict.fromkeys(CONFIRMATIONS, bool)
"""What a ledger's entry may hold."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows go to one sheet: all criteria must agree, each with any of its patterns."""

    sheet: str
    """Sheet id; empty where a column of the ledger or the command says it."""
    measure: str
    """Measure id; empty for any."""
    patterns: Mapping[str, tuple[str, ...]]
    """Criterion to patterns with ``*`` and ``?``."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A centre's mapping file."""

    ledgers: Mapping[str, Confirmed] = field(default_factory=dict)
    selections: tuple[Selection, ...] = ()


def read(text: str) -> Remembered:
    """Return what a mapping file says; LedgerError, with the place, where it cannot be understood."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LedgerError("RU-L30", problem=str(error)) from error
    _known(table, {"ledger", "select"}, "")
    ledgers = [_confirmed(entry) for entry in _tables(table, "ledger")]
    return Remembered({one.fingerprint: one for one in ledgers}, tuple(map(_selection, _tables(table, "select"))))


def _tables(table: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise LedgerError("RU-L30", problem=f"[[{key}]]")
    return found


def _known(table: Mapping[str, Any], allowed: set[str], place: str) -> None:
    for key in table:
        if key not in allowed:
            raise LedgerError("RU-L30", problem=f"{place}{key}")


def _confirmed(entry: Mapping[str, Any]) -> Confirmed:
    _known(entry, {*_KINDS}, "ledger.")
    columns, sheets = entry.get("columns", {}), entry.get("sheets", [])
    for key, kind in _KINDS.items():
        if key in entry and not isinstance(entry[key], kind):
            raise LedgerError("RU-L30", problem=f"ledger.{key}")
    if not entry.get("fingerprint") or not all(isinstance(one, str) for one in (*columns.values(), *sheets)):
        raise LedgerError("RU-L30", problem="ledger.fingerprint" if columns else "ledger.columns")
    return Confirmed(
        entry["fingerprint"],
        columns,
        tuple(sheets),
        entry.get("shift", 0),
        **{key: entry.get(key, False) for key in CONFIRMATIONS},
    )


def _selection(entry: Mapping[str, Any]) -> Selection:
    _known(entry, {"sheet", "measure", *CRITERIA}, "select.")
    patterns = {}
    for name in CRITERIA:
        found = entry.get(name, [])
        found = [found] if isinstance(found, str) else found
        if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
            raise LedgerError("RU-L30", problem=f"select.{name}")
        if found:
            patterns[name] = tuple(found)
    sheet, measure = entry.get("sheet", ""), entry.get("measure", "")
    if not patterns or not isinstance(sheet, str) or not isinstance(measure, str):
        raise LedgerError("RU-L30", problem="select.sheet" if patterns else f"select: {', '.join(CRITERIA)}")
    return Selection(sheet, measure, patterns)


def keys(titles: Sequence[str]) -> list[str]:
    """Return the name of each heading in a mapping file: itself, numbered where it stands there twice."""
    seen: dict[str, int] = {}
    found = []
    for number, title in enumerate(titles, start=1):
        name = title or f"#{number}"
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def write(confirmed: Confirmed, notes: Mapping[str, str]) -> str:
    """Return a ledger's entry as text to add to a mapping file; ``notes`` has a remark for some headings."""
    lines = ["", "[[ledger]]", f"fingerprint = {_text(confirmed.fingerprint)}"]
    if confirmed.sheets:
        lines.append(f"sheets = [{', '.join(map(_text, confirmed.sheets))}]")
    if confirmed.shift:
        lines.append(f"shift = {confirmed.shift}")
    lines += [f"{key} = true" for key in CONFIRMATIONS if getattr(confirmed, key)]
    lines.append("[ledger.columns]")
    for title, column in confirmed.columns.items():
        note = f"  # {' '.join(notes[title].split())}" if title in notes else ""
        lines.append(f"{_text(title)} = {_text(column)}{note}")
    return "\n".join([*lines, ""])


def kept(text: str, confirmed: Confirmed) -> str:
    """Return a mapping file's text with a ledger's entry in place of the one that it has, else at its end.

    Everything else in the file stays as a person wrote it, remarks included.
    """
    blocks = re.split(r"(?m)^(?=[ \t]*\[\[)", text)
    fresh = write(confirmed, {}).lstrip("\n")
    for position, block in enumerate(blocks):
        if re.match(r"[ \t]*\[\[ledger\]\]", block) and _fingerprint(block) == confirmed.fingerprint:
            own = re.search(r"(?:^[ \t]*(?:#.*)?\n)*\Z", block, re.MULTILINE)
            blocks[position] = fresh + (own[0] if own else "")
            return "".join(blocks)
    above = text if not text or text.endswith("\n") else f"{text}\n"
    return f"{above}\n{fresh}" if above.strip() else fresh


def _fingerprint(block: str) -> str:
    found = re.search(r"""(?m)^[ \t]*fingerprint[ \t]*=[ \t]*["']([^"']*)["']""", block)
    return found[1] if found else ""


def _text(value: str) -> str:
    """Return a TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
