"""What a person reads of an import: the outcome in a line, how the ledger was read, and where each cent of it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.numbers import format_decimal

from addin.terminal.screen import console, table
from validators.findings import LOCALES, euros
from validators.ledger import record
from workbook_templates import cells
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from addin.story.intake import Taken

_PLACES = 4
"""Rows named of one reason."""
_UNSURE = frozenset(("similar", "content"))
"""How a column was recognised where its name alone did not tell."""
_PAIRS = 5
"""Reversals shown; the workbook has them all."""


def show(result: Taken, lang: str) -> None:
    """Tell an import: the outcome, how columns were read, reversals, repairs, changes, and the balance."""
    _Screen(result, lang).show()


class _Screen:
    """One import in one language."""

    def __init__(self, result: Taken, lang: str) -> None:
        self.result, self.told, self.lang = result, result.imported, lang
        self.words: Mapping[str, Any] = catalogue("addin", lang)["imported"]
        self.texts: Mapping[str, Any] = catalogue("validators.ledger", lang)
        self.locale = Locale.parse(LOCALES[lang])

    def show(self) -> None:
        good = self.told.row_count or not self.told.changes
        console.print(self.headline(), style="bold green" if good else "bold yellow", soft_wrap=True)
        self.columns()
        for note in self.result.notes(self.lang):
            console.print(note)
        self.reversals()
        self.repairs()
        if self.told.changes:
            console.print()
        for position in range(len(self.told.changes)):
            console.print(record.changed(self.told, position, self.lang), style="yellow")
        self.balance()

    def number(self, count: int) -> str:
        return str(format_decimal(count, "#,##0", self.locale))

    def counted(self, key: str, count: int, **params: str) -> str:
        forms: Mapping[str, str] = self.words[key]
        form = forms.get(self.locale.plural_form(count), forms["other"])
        return form.format(n=self.number(count), **params)

    def headline(self) -> str:
        """Return the outcome in one line."""
        told = self.told
        reasons = Counter(entry.reason for entry in told.set_aside)
        if not told.row_count:
            return self.counted("nothing_new", reasons["known"])
        said = [self.counted("rows", told.row_count), euros(told.balance.imported_cents, self.lang)]
        if len(reasons) == 1:
            said.append(self.counted("aside_as", reasons.total(), reason=self.texts["reason"][next(iter(reasons))]))
        elif reasons:
            said.append(self.counted("aside", reasons.total()))
        if told.not_selected:
            said.append(self.counted("left", len(told.not_selected)))
        said.append(self.words["balance"].format(difference=euros(told.balance.difference_cents, self.lang)))
        return ", ".join(said)

    def columns(self) -> None:
        """Show what each heading was read as, why, and how surely; and those that are not taken over."""
        words = self.words
        made = table(words["heading"], words["read_as"], words["how"], words["sure"], right=(3,))
        for one in self.told.guesses:
            if one.how:
                label = record.column_label(self.result.measure, one.column or one.selects, self.lang)
                said = one.header, label, self.texts["how"][one.how], f"{one.confidence}\u00a0%"
                made.add_row(*said, style="yellow" if one.how in _UNSURE else None)
        console.print()
        console.print(made)
        if unused := [one.header for one in self.told.guesses if not one.how]:
            console.print(words["unused"].format(headings=", ".join(unused)), style="dim")

    def reversals(self) -> None:
        """Show credits beside the expenses that they cancel."""
        told, words = self.told, self.words
        if not told.reversals:
            return
        console.print()
        console.print(self.counted("reversals", len(told.reversals)), style="bold")
        for one in told.reversals[:_PAIRS]:
            rows = words["pair"].format(credit=told.table.line(one.credit), expense=told.table.line(one.expense))
            console.print(f"  {rows}  {euros(one.cents, self.lang)}")
        if len(told.reversals) > _PAIRS:
            console.print("  …")

    def repairs(self) -> None:
        """Show how many cells of each kind were understood rather than copied, with an example."""
        told = self.told
        counts = told.repaired
        if not counts:
            return
        sheet = self.result.layout.sheets[cells.REPAIRS].name
        console.print()
        console.print(self.counted("repairs", counts.total(), sheet=sheet), style="bold")
        made = table("", "", "", right=(0,))
        made.show_header, made.columns[1].no_wrap = False, True
        for kind, count in counts.most_common():
            one = next(repair for repair in told.repairs if repair.kind == kind)
            before, after = record.shown(one, 0, self.result.measure, self.lang)
            example = f"{before} → {after}" if before and before != after else ""
            made.add_row(self.number(count), self.texts["repair"][kind], example)
        console.print(made)

    def balance(self) -> None:
        """Show where each row and cent of the ledger went."""
        words = self.words
        made = table(words["went"], words["row_count"], words["amount"], words["places"], right=(1, 2))
        made.columns[0].no_wrap = True
        for part in record.balance(self.told, self.result.layout, self.lang):
            kind = part.key.partition(":")[0]
            amount = euros(part.cents, self.lang) if part.cents or kind != "set_aside" else ""
            style = {"ledger": "bold", "difference": "bold green"}.get(kind)
            places = self.told.table.lines(part.of, _PLACES)
            made.add_row(part.item, self.number(part.rows), amount, places, style=style)
        console.print()
        console.print(made)
