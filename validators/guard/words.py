"""The guard's verdict in words: differences, totals, the sentence. No national number is shown in clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.findings import euros
from validators.identifiers import mask
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from validators.guard.verdict import OfficialTotal, Verdict
    from workbook_templates.official.compare import Difference


def sentence(verdict: Verdict, lang: str) -> str:
    """Return the verdict in a sentence."""
    words = catalogue("validators.guard", lang)["verdict"]
    count = len(verdict.wrong) or sum(not one.equal for one in verdict.totals)
    return str(words[verdict.word].format(count=count))


def told(one: Difference, lang: str) -> tuple[str, str, str, str]:
    """Return a difference as place, what it is, before and after."""
    texts = catalogue("validators.guard", lang)
    nothing = texts["verdict"]["nothing"]
    where = "!".join(filter(None, (one.sheet, one.place))) or one.part
    return where, texts["difference"][one.kind.value], mask(one.before) or nothing, mask(one.after) or nothing


def total(one: OfficialTotal, lang: str) -> str:
    """Return a total in a sentence."""
    words = catalogue("validators.guard", lang)["verdict"]
    shown = one.computed if one.official == one.ours and one.computed is not None else one.official
    official = words["no_number"] if shown is None else euros(shown, lang)
    key = "total_equal" if one.equal else "total"
    return str(words[key].format(place=one.place, official=official, ours=euros(one.ours, lang)))
