"""What a person reads in the terminal about an official workbook: rows filled, differences, the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addin.terminal.screen import console, table
from addin.terminal.screen import words as short
from validators.guard import words
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from addin.story.official import Filled
    from validators.guard.verdict import Verdict

_SHOWN = 40
"""Differences listed; --json gives them all."""
_LONGEST = 60


def filled(done: Filled, lang: str) -> None:
    """Tell what was filled, whether formulas are up to date, and the verdict."""
    w, texts = short(lang), catalogue("addin", lang)["official_fill"]
    made = table(w["sheet"], w["rows"], right=(1,))
    for name, count in done.rows.items():
        made.add_row(name, str(count))
    console.print(made)
    for title, count in done.left.items():
        console.print(texts["left"].format(sheet=title, count=count), style="yellow")
    if done.undated:
        console.print(texts["undated"].format(columns=", ".join(done.undated)), style="yellow")
    console.print(texts["computed" if done.up_to_date else "marked"])
    compared(done.verdict, lang)


def compared(verdict: Verdict, lang: str) -> None:
    """Tell the differences that count, the totals, and the verdict; of the harmless ones the kinds."""
    said, texts = catalogue("validators.guard", lang), catalogue("addin", lang)["official_fill"]
    if verdict.wrong:
        made = table(texts["where"], texts["what"], texts["before"], texts["after"])
        for one in verdict.wrong[:_SHOWN]:
            made.add_row(*(_short(text) for text in words.told(one, lang)))
        console.print(made)
        if len(verdict.wrong) > _SHOWN:
            console.print(texts["more"].format(count=len(verdict.wrong) - _SHOWN))
    for total in verdict.totals:
        console.print(words.total(total, lang), style="" if total.equal else "red")
    console.print(said["verdict"]["filled"].format(count=verdict.filled))
    kinds = dict.fromkeys(said["difference"][one.kind.value] for one in verdict.differences if one.harmless)
    if kinds:
        count = sum(one.harmless for one in verdict.differences)
        console.print(said["verdict"]["harmless"].format(count=count) + " " + ", ".join(kinds), style="dim")
    console.print(words.sentence(verdict, lang), style="bold green" if verdict.clean else "bold red")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
