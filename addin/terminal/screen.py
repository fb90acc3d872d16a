"""What a person reads in the terminal: tables and sentences, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from addin.story import dossier
from validators.findings import euros, moment
from validators.ledger import record
from workbook_templates.measure import Measure, Severity
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from addin.doctor import Check
    from addin.story.intake import Taken
    from addin.story.upgrade import Upgrade
    from validators.check import CheckResult
    from validators.findings import Finding

console = Console(highlight=False, markup=False)
_EXAMPLES = 3
"""Findings shown of one code; the rest are counted."""
_PLACES = 8
"""Rows named of one reason."""
_UNSURE = frozenset(("similar", "content"))
"""How a column was recognised where its name alone did not tell."""
_TONES = {"valid": "green", "unsealed": "yellow", "invalid": "red"}
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def words(lang: str) -> dict[str, str]:
    """Return the short words of the screen."""
    return catalogue("addin", lang)["words"]  # type: ignore[no-any-return]


def table(*headers: str, right: Iterable[int] = ()) -> Table:
    """Return an empty table in the house style; ``right`` names the columns of numbers."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    numbers = set(right)
    for position, header in enumerate(headers):
        made.add_column(header, justify="right" if position in numbers else "left", overflow="fold")
    return made


def written(path: Path, lang: str) -> None:
    """Say which file was written."""
    console.print(words(lang)["written"].format(file=path), soft_wrap=True)


def noted(path: Path, lang: str) -> None:
    """Say in which mapping file a decision was kept."""
    console.print(catalogue("addin", lang)["mapping"]["kept"].format(file=path), soft_wrap=True)


def measures(known: Sequence[Measure], lang: str) -> None:
    """Show the measures and years."""
    w = words(lang)
    made = table(w["measure"], w["year"], w["version"], w["title"])
    for one in known:
        made.add_row(one.id, str(one.year), one.version, one.title[lang])
    console.print(made)


def taken(result: Taken, lang: str) -> None:
    """Tell an import: the outcome first, then what changed, was not certain, was repaired or set aside; the balance."""
    w, told = words(lang), result.imported
    console.print(_headline(result, lang), style="bold green" if told.row_count or not told.changes else "bold yellow")
    for position in range(len(told.changes)):
        console.print(record.changed(told, position, lang), style="yellow")
    _mapped(result, lang)
    for note in result.notes(lang):
        console.print(note)
    texts = catalogue("validators.ledger", lang)
    if told.reversals:
        pairs = [f"{told.table.line(credit)} ↔ {told.table.line(expense)}" for credit, expense in told.reversals]
        shown = ", ".join(pairs[:_PLACES]) + (" …" if len(pairs) > _PLACES else "")
        console.print(texts["note"]["reversals"].format(count=len(pairs), places=shown))
    if counts := told.repaired:
        console.print(w["repairs"].format(count=counts.total()), style="bold")
        made = table(w["repair"], w["count"], right=(1,))
        for kind, count in counts.most_common():
            made.add_row(texts["repair"][kind], str(count))
        console.print(made)
    _aside(result, lang)
    console.print(_balance(result, lang), style="green")


def _headline(result: Taken, lang: str) -> str:
    """Return the outcome in one line."""
    w, told = words(lang), result.imported
    reasons = Counter(entry.reason for entry in told.set_aside)
    if not told.row_count:
        return w["nothing_new"].format(count=reasons["known"])
    names = catalogue("validators.ledger", lang)["reason"]
    aside = ", ".join(f"{count} {names[reason]}" for reason, count in reasons.most_common()) or "0"
    return w["outcome"].format(
        rows=told.row_count,
        amount=euros(told.balance.imported_cents, lang),
        set_aside=aside,
        difference=euros(told.balance.difference_cents, lang),
    )


def _mapped(result: Taken, lang: str) -> None:
    """Show the columns that were not known by their names, with reason and confidence; and those left out."""
    w, told = words(lang), result.imported
    texts = catalogue("validators.ledger", lang)
    if unsure := [one for one in told.guesses if one.how in _UNSURE]:
        made = table(w["header"], w["column"], w["how"], "%", right=(3,))
        for one in unsure:
            label = record.column_label(result.measure, one.column or one.selects, lang)
            made.add_row(one.header, label, texts["how"][one.how], str(one.confidence))
        console.print(made)
    if unused := [one.header for one in told.guesses if not one.how]:
        console.print(w["unused"].format(headings=", ".join(unused)), style="dim")


def _aside(result: Taken, lang: str) -> None:
    """Show what was set aside by reason, and which expenses no selection wanted."""
    w, told = words(lang), result.imported
    reasons = catalogue("validators.ledger", lang)["reason"]
    made = table(w["reason"], w["count"], w["amount"], w["rows"], right=(1, 2))
    for reason in dict.fromkeys(entry.reason for entry in told.set_aside):
        entries = [entry for entry in told.set_aside if entry.reason == reason]
        cents = sum(entry.cents for entry in entries)
        places = told.table.lines([entry.row for entry in entries], _PLACES)
        made.add_row(reasons[reason], str(len(entries)), euros(cents, lang) if cents else "", places)
    if left := told.not_selected:
        places = told.table.lines([row for row, _ in left], _PLACES)
        made.add_row(w["not_selected"], str(len(left)), euros(told.balance.not_selected_cents, lang), places)
    if made.row_count:
        console.print(w["set_aside"].format(count=len(told.set_aside) + len(told.not_selected)), style="bold")
        console.print(made)


def _balance(result: Taken, lang: str) -> str:
    balance = result.imported.balance
    names = ("ledger", "imported", "set_aside", "not_selected", "difference")
    return words(lang)["balance"].format(**{name: euros(getattr(balance, f"{name}_cents"), lang) for name in names})


def checked(result: CheckResult, lang: str) -> None:
    """Tell a check: rows read, findings with the useful ones first, totals, and the verdict."""
    rows(result, lang)
    findings(result.findings, lang)
    w = words(lang)
    if result.covered:
        console.print(w["covered"].format(count=len(result.covered)), style="dim")
    totals(result, lang)
    errors, warnings = result.count(Severity.ERROR), result.count(Severity.WARNING)
    if result.findings:
        console.print(w["summary"].format(errors=errors, warnings=warnings), style="red" if errors else "yellow")
    else:
        console.print(w["clean"], style="green")


def rows(result: CheckResult, lang: str) -> None:
    """Show how many rows were read in each sheet."""
    w = words(lang)
    made = table(w["sheet"], w["rows"], w["hidden"], w["blank"], right=(1, 2, 3))
    for sheet_id, count in result.rows.items():
        name = result.layout.sheets[sheet_id].name
        made.add_row(name, str(count.read), str(count.hidden), str(count.blank))
    console.print(made)


def findings(found: Sequence[Finding], lang: str) -> None:
    """Show findings by code, a few of each."""
    w = words(lang)
    counts = Counter(finding.code for finding in found)
    shown: Counter[str] = Counter()
    for finding in found:
        shown[finding.code] += 1
        if shown[finding.code] > _EXAMPLES:
            continue
        line = Text(f"{finding.code}  ", style=_COLOURS[finding.severity])
        line.append(finding.message, style="default")
        console.print(line)
        console.print(Text(f"          → {finding.remedy}", style="dim"))
        if shown[finding.code] == _EXAMPLES < counts[finding.code]:
            more = w["more"].format(count=counts[finding.code] - _EXAMPLES)
            console.print(Text(f"          {more}", style="dim"))


def totals(result: CheckResult, lang: str) -> None:
    """Show the totals sheet: lines against groups."""
    measure = result.measure
    cents = {(total.line, total.group): total.cents for total in result.totals}
    made = table("", *(group.label[lang] for group in measure.groups), right=range(1, len(measure.groups) + 1))
    for line in measure.lines:
        figures = [
            euros(cents[line.id, group.id], lang) if (line.id, group.id) in cents else "–" for group in measure.groups
        ]
        made.add_row(line.label[lang], *figures, style="bold" if line.emphasis else None)
    console.print(made)


def verified(outcome: dossier.Outcome, lang: str) -> None:
    """Tell a verification: files, signatures, reasons, verdict."""
    w = words(lang)
    for cause in outcome.causes:
        refusal(cause, lang)
    if outcome.verdict.signatures:
        made = table(w["role"], w["name"], "NISS", w["level"], w["when"], w["trust"], w["verdict"])
        for one in outcome.verdict.signatures:
            good = not outcome.causes and not outcome.by_signature[one.entry]
            made.add_row(
                _role(outcome, one.role, lang),
                one.name,
                one.niss_masked,
                one.level,
                moment(one.signing_time),
                one.trust,
                Text(w["valid"] if good else w["invalid"], style="green" if good else "red"),
            )
        console.print(made)
    else:
        console.print(w["no_signature"])
    for causes in outcome.by_signature.values():
        for cause in causes:
            refusal(cause, lang)
    count = 0 if outcome.causes else len(outcome.signed_roles)
    console.print(
        w["signatures"].format(valid=count, count=len(outcome.verdict.signatures)),
        style="green" if outcome.valid else "red",
    )
    told = catalogue("addin", lang)["verdict"]
    line = Text(f"{told[outcome.word]}. ", style=f"bold {_TONES[outcome.word]}")
    console.print(line.append(told["meaning"][outcome.word], style="default"))


def status(outcome: dossier.Outcome, lang: str, name: str) -> None:
    """Say who has signed, who is next, and what comes then; ``name`` is the package's file."""
    w = words(lang)
    told = dossier.status_json(outcome, lang, dt.datetime.now(dt.UTC).date(), name)
    for cause in (*outcome.causes, *(cause for causes in outcome.by_signature.values() for cause in causes)):
        refusal(cause, lang)
    for one in told["signed"]:
        console.print(w["signed_by"].format(role=one["label"], name=one["name"], when=one["when"]))
    if not told["signed"]:
        console.print(w["unsigned"])
    for step in told["next"]:
        console.print(step, style="bold")


def upgraded(carried: Upgrade, lang: str) -> None:
    """Tell what went over into a fresh template, and what did not fit."""
    w = words(lang)
    made = table(w["sheet"], w["rows"], right=(1,))
    for sheet in carried.measure.sheets:
        if sheet.columns:
            made.add_row(sheet.title[lang], str(carried.rows.get(sheet.id, 0)))
    console.print(f"{carried.measure.title[lang]} ({carried.measure.version})")
    console.print(made)
    for place in carried.left:
        console.print(w["left_behind"].format(place=place), style="yellow")


def examined(checks: Sequence[Check], lang: str) -> None:
    """Tell what a machine has and lacks for signing."""
    told = catalogue("addin", lang)["doctor"]
    made = table("", told["title"], "")
    marks = {"good": Text("✓", style="green"), "note": Text("–", style="yellow"), "bad": Text("✗", style="red")}
    for check in checks:
        found = Text(check.found)
        made.add_row(
            marks[check.state.value], check.title, found.append(f"\n→ {check.remedy}", "dim") if check.remedy else found
        )
    console.print(made)
    bad = sum(check.state.value == "bad" for check in checks)
    console.print(told["bad"].format(count=bad) if bad else told["good"], style="red" if bad else "green")


def refusal(found: dossier.Cause, lang: str) -> None:
    """Tell one thing that is wrong, and what to do."""
    message, remedy = dossier.words(found, lang)
    console.print(Text(f"{found.code}  ", style="red").append(message, style="default"))
    console.print(Text(f"          → {remedy}", style="dim"))


def _role(outcome: dossier.Outcome, role: str, lang: str) -> str:
    return dossier.role_label(outcome.contents.checked.measure, role, lang) if outcome.contents else role
