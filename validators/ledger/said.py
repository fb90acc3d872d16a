"""What the words in a row say that it is: a subtotal, a sum carried forward, a total, an opening balance."""

from __future__ import annotations

import re
from functools import cache

from validators.ledger.words import vocabulary

_ACCENTS = {"a": "aàâäá", "e": "eéèêë", "i": "iîï", "o": "oôöó", "u": "uùûü"}
_ORDER = ("subtotal", "carried", "total")


@cache
def words_of(reason: str) -> tuple[str, ...]:
    """Return the words of one kind of row, the longest first."""
    return tuple(sorted(vocabulary()["rows"][reason], key=len, reverse=True))


@cache
def suspicious() -> re.Pattern[str]:
    """Return a pattern that every text beginning like a row word matches, and few others; accents and case ignored."""
    starts = {word[:3] for reason in (*_ORDER, "opening") for word in words_of(reason)}
    spelt = ["".join(f"[{_ACCENTS[mark]}]" if mark in _ACCENTS else mark if mark != " " else r"\W*" for mark in start)
             for start in sorted(starts)]  # fmt: skip
    # Possessive: what is skipped in front is never given back.
    compound = "|".join(vocabulary()["rows"]["compound"])
    return re.compile(rf"[\W\d_]*+(?:{'|'.join(spelt)}|\w+(?:{compound})\b)", re.IGNORECASE)


@cache
def beginning(reason: str) -> re.Pattern[str]:
    """Return a pattern for texts in plain form that begin with a word of one kind of row."""
    return re.compile(rf"(?:{'|'.join(map(re.escape, words_of(reason)))})(?: |$)")


def reason_of(text: str) -> str:
    """Return what a text in plain form says a row is: ``subtotal``, ``carried`` or ``total``; empty for any other."""
    for reason in _ORDER:
        if beginning(reason).match(text):
            return reason
    if text.split(" ", 1)[0].endswith(tuple(vocabulary()["rows"]["compound"])):
        # "Monatssumme", "jaartotaal"
        return "subtotal"
    if not text[:1].isdigit():
        return ""
    # "831/333-01 - Total": the word at the end, behind a code.
    return next((reason for reason in ("subtotal", "total") for word in words_of(reason) if text.endswith(f" {word}")
                 and text[: -len(word)].replace(" ", "").isdigit()), "")  # fmt: skip


def is_opening(text: str) -> bool:
    """Whether a text in plain form names an opening or closing balance, which ledgers date like an expense."""
    return bool(beginning("opening").match(text))
