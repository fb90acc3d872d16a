"""What the ribbon and the toolbar call on an open workbook: check, walk through the findings, accept, total, help.

Signing is in :mod:`addin.macros.signatures`. Every macro takes an ``xlwings.Book`` and returns what is to be told;
none knows which spreadsheet it is in.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from addin import doctor as examining
from addin import files, settings
from addin.macros import live, mend
from addin.macros.steps import MacroError, Told, Tone, Work, macro
from addin.story import dossier
from validators import control
from validators.check import CheckResult, judge
from validators.findings import InputError, euros
from workbook_templates import cells, packs
from workbook_templates.measure import LANGUAGES, TOTALS, Severity, severity_of
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from addin.macros.live import Live
    from workbook_templates.measure import Measure

_SHOWN: dict[str, str] = {}
"""Full name of a workbook to the place of the finding shown last: once a cell is mended, another is selected."""


@macro
def check(work: Work) -> Told:
    """Check the workbook: remarks in the status columns and on the control sheet, the first one selected."""
    return checked(work)[1]


def judged(work: Work, found: Live) -> CheckResult:
    """Check what was read, by the centre's own rules too."""
    local = files.local_rules(None)
    raw = replace(found.raw, measure=_adopted(found.measure.id, found.measure.year, local)) if local else found.raw
    return judge(raw, work.lang)


@cache
def _adopted(measure_id: str, year: int, local: bytes) -> Measure:
    """Return a measure with a centre's rules, whose trial takes as long as a check."""
    from validators.local import adopt  # noqa: PLC0415 - most centres have none

    return adopt(packs.load(measure_id, year), local, judge)


def checked(work: Work) -> tuple[CheckResult, Told]:
    """Check the live workbook, write what was found into it, and return both."""
    found = work.open()
    work.step("rules")
    result = judged(work, found)
    told = control.content(result, live.control_reasons(found))
    work.step("writing")
    mended = [*mend.formats(work.book, found), *mend.totals(work.book, found)]
    live.write_statuses(work.book, found, told.statuses)
    live.write_control(work.book, found, told)
    rows = sum(count.read for count in result.rows.values())
    second = work.words["rows_read"].format(rows=rows, hidden=sum(count.hidden for count in result.rows.values()))
    if told.links:
        sheet_id, cell = told.links[min(told.links)]
        name = found.layout.sheets[sheet_id].name
        live.show(work.book, name, cell)
        _SHOWN[work.book.fullname] = f"{name}!{cell}"
        second = result.findings[0].message
    if mended:
        second = f"{second} {work.words['mended'].format(places=', '.join(mended))}"
    return result, Told(told.headline, second, Tone.FOUND if result.findings else Tone.GOOD)


@macro
def next_finding(work: Work) -> Told:
    """Select the cell of the next finding."""
    return _walk(work, 1)


@macro
def previous_finding(work: Work) -> Told:
    """Select the cell of the finding before."""
    return _walk(work, -1)


def _walk(work: Work, step: int) -> Told:
    rows = _findings(work)
    places = list(dict.fromkeys(row["place"] for row in rows))
    sheet, row, column = live.selected(work.book)
    here = f"{sheet}!{cells.a1(row, column)}" if sheet else ""
    if here not in places:
        here = _SHOWN.get(work.book.fullname, "")
    start = places.index(here) if here in places else min(-step, 0)
    position = (start + step) % len(places)
    place = places[position]
    found = [one for one in rows if one["place"] == place]
    if not live.still_told(work.book, work.layout, place, [one["code"] for one in found]):
        raise MacroError("RU-M14", place=place)
    sheet, _, cell = place.rpartition("!")
    live.show(work.book, sheet, cell)
    _SHOWN[work.book.fullname] = place
    first = work.words["finding"].format(
        number=position + 1, count=len(places), place=place, message=found[0]["message"]
    )
    second = work.words["mend"].format(
        found=found[0]["found"], expected=found[0]["expected"], remedy=found[0]["remedy"]
    )
    return Told(first, second, Tone.QUIET, more=tuple(one["message"] for one in found[1:]))


def _findings(work: Work) -> list[dict[str, str]]:
    """Return the rows of the control sheet that are about a cell; MacroError where there is none."""
    layout = work.layout
    where = layout.sheets[cells.CONTROL]
    grid = live.read_grid(work.book.sheets[where.name])
    rows = [row for row in live.control_rows(layout, grid) if row["place"]]
    if not rows:
        raise MacroError("RU-M05")
    return rows


@macro
def accept_warning(work: Work, reason: str) -> Told:
    """Write the centre's reason beside every finding with the code of the selected one; errors cannot be accepted."""
    if len(reason.strip()) < dossier.SHORTEST_REASON:
        raise InputError("RU-X21", length=dossier.SHORTEST_REASON)
    layout = work.layout
    where = layout.sheets[cells.CONTROL]
    page = work.book.sheets[where.name]
    grid = live.read_grid(page)
    rows = live.control_rows(layout, grid)
    codes = _codes_here(work, rows, where.name, where.first_row)
    if not codes:
        raise MacroError("RU-M09")
    warnings = [code for code in codes if severity_of(code) is Severity.WARNING]
    if not warnings:
        raise MacroError("RU-M04", code=codes[0])
    reasons = [[reason.strip() if row["code"] in warnings and not row["place"] else row["reason"]] for row in rows]
    live.write(page, where.first_row, where.columns["reason"], reasons)
    count = sum(row["code"] in warnings and bool(row["place"]) for row in rows)
    left = sorted({row["code"] for row in rows if row["code"] and not row["reason"]} - set(warnings))
    return Told(
        work.words["accepted"].format(code=", ".join(warnings), count=count),
        work.words["accept_left"].format(codes=", ".join(left)) if left else work.words["accept_all"],
    )


def _codes_here(work: Work, rows: list[dict[str, str]], control_name: str, first_row: int) -> list[str]:
    """Return the codes of the findings at the selected cell, or of the selected row of the control sheet."""
    sheet, row, column = live.selected(work.book)
    if sheet == control_name:
        found = rows[row - first_row : row - first_row + 1] if row >= first_row else []
    else:
        here = f"{sheet}!{cells.a1(row, column)}"
        found = [one for one in rows if one["place"] == here]
    return list(dict.fromkeys(one["code"] for one in found if one["code"]))


@macro
def clear_remarks(work: Work) -> Told:
    """Empty the status columns and the control sheet, but for the reasons that the centre has typed."""
    found = work.open()
    kept = [row for row in live.control_rows(found.layout, found.grids[cells.CONTROL]) if row["reason"]]
    rows = tuple(tuple(row[column] for column in cells.CONTROL_COLUMNS) for row in kept)
    live.write_statuses(work.book, found, {})
    live.write_control(work.book, found, control.Control(work.words["cleared"], rows, {}, {}))
    return Told(work.words["cleared"], work.words["kept"].format(count=len(kept)) if kept else "")


@macro
def totals(work: Work) -> Told:
    """Show the totals sheet, and say the key figures as the check computes them, to the cent."""
    found = work.open()
    work.step("rules")
    result = judged(work, found)
    mended = mend.totals(work.book, found)
    # What the sheet shows must be what is told: a file may come with the results of another day.
    work.book.app.calculate()
    if TOTALS in found.layout.sheets:
        live.show(work.book, found.layout.sheets[TOTALS].name, "A1")
    first, *more = key_figures(result, work.lang)
    errors = result.count(Severity.ERROR)
    second = work.words["mended"].format(places=", ".join(mended)) if mended else ""
    if errors:
        second = work.words["totals_errors"].format(errors=errors)
    return Told(first, second, Tone.FOUND if errors else Tone.GOOD, more=tuple(more))


def key_figures(result: CheckResult, lang: str) -> list[str]:
    """Return the key figures, a line for each group; the line of all groups together comes first."""
    measure = result.measure
    cents = {(total.line, total.group): total.cents for total in result.totals}
    told, pattern = [], str(catalogue("addin", lang)["macro"]["figures"])
    for group in sorted(measure.groups, key=lambda group: not group.sums_others):
        figures = [
            f"{line.label[lang]} {euros(cents[line.id, group.id], lang)}"
            for line in measure.lines_of(group)
            if line.emphasis
        ]
        told.append(pattern.format(group=group.label[lang], figures=", ".join(figures)))
    return told


@macro
def new_report(work: Work, pack: str, lang: str, path: str) -> Told:
    """Make the empty template of a measure, named as ``pas/2025``, in a language, at a path, and open it."""
    from workbook_templates.build import build  # noqa: PLC0415 - XlsxWriter is needed here only

    known = {f"{name}/{year}": (name, year) for name, year in packs.available()}
    if pack not in known:
        raise InputError("RU-X18", found=pack, known=", ".join(known))
    target = Path(path).with_suffix(".xlsx")
    work.want_free(target)
    measure = packs.load(*known[pack])
    files.write(target, build(measure, lang))
    work.book.app.books.open(str(target))
    return Told(work.words["made"].format(title=measure.title[lang]), work.words["fill"], file=str(target))


@macro
def carry_over(work: Work, path: str) -> Told:
    """Carry this workbook over into a fresh template, of a newer version or the next year, at a path, and open it."""
    from addin.story import upgrade  # noqa: PLC0415 - builds a template

    target = Path(path).with_suffix(".xlsx")
    work.want_free(target)
    carried = upgrade.upgrade(saved(work)[1])
    files.write(target, carried.workbook)
    work.book.app.books.open(str(target))
    first = work.words["carried"].format(
        title=carried.measure.title[work.lang],
        rows=sum(carried.rows.values()),
        fields=carried.fields,
    )
    second = work.words["left"].format(count=len(carried.left)) if carried.left else ""
    return Told(first, second, Tone.FOUND if carried.left else Tone.GOOD, more=carried.left, file=str(target))


@macro
def guide(work: Work) -> Told:
    """Open the guide, which comes with the program, in the user's own browser: Dutch for who speaks it, else French."""
    page = Path(str(resources("addin") / "guide" / f"{'nl' if work.lang == 'nl' else 'fr'}.html"))
    typer.launch(str(page))
    return Told(work.words["guide"], work.words["guide_at"].format(file=page), Tone.QUIET)


@macro
def doctor(work: Work) -> Told:
    """Say whether this machine is ready to sign."""
    set_here = settings.load()
    found = examining.examine(work.lang, set_here.module, set_here.store(), set_here.tsa)
    bad = [one for one in found if one.state is examining.State.BAD]
    marks = {examining.State.GOOD: "✓", examining.State.NOTE: "–", examining.State.BAD: "✗"}
    return Told(
        work.words["ready"] if not bad else work.words["not_ready"].format(count=len(bad)),
        _examined(bad[0]) if bad else "",
        Tone.FOUND if bad else Tone.GOOD,
        more=tuple(f"{marks[one.state]} {_examined(one)}" for one in found),
    )


def _examined(one: examining.Check) -> str:
    return f"{one.title}: {one.found}{f' → {one.remedy}' if one.remedy else ''}"


@macro
def language(work: Work, lang: str) -> Told:
    """Speak another language from now on, in messages and findings; the workbook keeps its own."""
    if lang not in LANGUAGES:
        raise InputError("RU-X18", found=lang, known=", ".join(LANGUAGES))
    settings.choose_language(lang)
    work.lang = lang
    return Told(work.words["language"], work.words["language_check"])


@macro
def portal_checklist(work: Work) -> Told:
    """Say what is to be typed into the federal application: each figure, to the cent, and until when."""
    found = work.open()
    work.step("rules")
    result = judged(work, found)
    measure = result.measure
    closes = measure.calendar.closes
    today = dt.datetime.now(dt.UTC).date()
    due = work.words["due"].format(closes=f"{closes:%d/%m/%Y}", days=(closes - today).days) if closes else ""
    errors = result.count(Severity.ERROR)
    return Told(
        work.words["checklist"].format(title=measure.title[work.lang]),
        work.words["totals_errors"].format(errors=errors) if errors else due,
        Tone.FOUND if errors else Tone.GOOD,
        more=tuple(f"☐ {total.label}: {euros(total.cents, work.lang)}" for total in result.totals),
    )


def saved(work: Work) -> tuple[Path, bytes]:
    """Save the workbook; return its path and exactly the bytes that are now on the disk."""
    name = work.book.fullname
    if "://" in name:
        raise MacroError("RU-M02")
    path = Path(name)
    if not path.is_absolute() or not path.exists():
        raise MacroError("RU-M01")
    if path.suffix.lower() != ".xlsx":
        raise MacroError("RU-M03", name=path.name)
    work.say("saving")
    # A file may come with the results of another day, which a spreadsheet shows until somebody has it calculate.
    work.book.app.calculate()
    try:
        work.book.save()
    except Exception as error:
        raise MacroError("RU-M08", name=path.name) from error
    return path, files.read_open(path)
