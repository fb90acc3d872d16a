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
from addin.story.enclosed import said
from validators.findings import euros, moment
from workbook_templates.measure import Measure, Severity
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from addin.doctor import Check
    from addin.story.upgrade import Upgrade
    from validators.check import CheckResult
    from validators.findings import Finding

console = Console(highlight=False, markup=False)
_EXAMPLES = 3
"""Findings shown of one code; the rest are counted."""
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
    for sentence in said(outcome.contents.report if outcome.contents else None, lang):
        console.print(sentence)
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
