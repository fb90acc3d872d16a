"""Commands on workbooks: make a template, take a ledger over, check, total."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from addin import files
from addin.terminal.console import (
    FINE,
    FOUND,
    HELP,
    LANG,
    TEXTS,
    Force,
    Json,
    Lang,
    Output,
    ReaderLang,
    Rules,
    Workbook,
    command,
    keep,
    print_json,
    reader_language,
)
from validators.findings import InputError
from workbook_templates import packs
from workbook_templates.measure import Severity

if TYPE_CHECKING:
    from validators.ledger import LedgerQuestion
    from validators.ledger.answer import Query
    from workbook_templates.measure import Measure


@command("measures")
def measures(as_json: Json = False, lang: ReaderLang = None) -> int:  # noqa: ARG001 - read from argv
    """List the measures and years that there are templates for."""
    known = [packs.load(*pack) for pack in packs.available()]
    if as_json:
        print_json(
            [
                {"measure": one.id, "year": one.year, "pack_version": one.version, "title": one.title[LANG]}
                for one in known
            ]
        )
        return FINE
    from addin.terminal import screen  # noqa: PLC0415 - Rich is not loaded for --json

    screen.measures(known, LANG)
    return FINE


@command("template")
def template(
    measure: Annotated[str, typer.Argument(metavar="MEASURE", help=HELP["measure"])],
    year: Annotated[int, typer.Option("--year", help=HELP["year"])],
    output: Output,
    lang: Annotated[Lang | None, typer.Option("--lang", help=HELP["template_lang"])] = None,
    force: Force = False,
) -> int:
    """Make an empty template."""
    from workbook_templates.build import build  # noqa: PLC0415 - XlsxWriter is needed here only

    files.want_free(output, force=force)
    if (measure, year) not in packs.available():
        known = ", ".join(f"{name} {of}" for name, of in packs.available())
        raise InputError("RU-X18", found=f"{measure} {year}", known=known)
    files.write(output, build(packs.load(measure, year), str(lang or LANG)))
    sys.stdout.write(TEXTS["template"]["done"].format(file=output) + "\n")
    return FINE


@command("import")
def import_(
    ledger: Annotated[Path, typer.Argument(metavar="LEDGER", help=HELP["ledger"], allow_dash=True)],
    into: Annotated[Path, typer.Option("--into", metavar="WORKBOOK", help=HELP["into"])],
    output: Output,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="SHEET", help=HELP["sheet"])] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", metavar="FILE", help=HELP["mapping"])] = None,
    remember: Annotated[bool, typer.Option("--remember", help=HELP["remember"])] = False,
    as_json: Json = False,
    force: Force = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Add the rows of a ledger to a workbook."""
    from addin.story import intake  # noqa: PLC0415 - heavy libraries load for the commands that need them
    from addin.story.remembering import MappingFile  # noqa: PLC0415
    from addin.terminal import progress, prompts  # noqa: PLC0415 - heavy libraries load for the commands that need them

    files.want_free(output, force=force)
    decisions = MappingFile.open(mapping, fresh=remember)
    pasted = str(ledger) == "-"
    data = sys.stdin.buffer.read(files.LARGEST) if pasted else files.read(ledger)
    with progress.Bar(data, LANG, quiet=as_json) as bar:

        def ask(question: LedgerQuestion, query: Query, measure: Measure) -> str | None:
            bar.pause()
            return prompts.ask(question, query, measure)

        taken = intake.take(
            data,
            TEXTS["mapping"]["clipboard"] if pasted else ledger.name,
            files.read(into),
            sheet,
            mapping=decisions,
            ask=prompts.nobody if as_json or not prompts.somebody() else ask,
            step=bar.step,
        )
    if remember:
        decisions.remember(taken.imported.proposal)
    files.write(output, taken.workbook)
    decisions.save()
    if as_json:
        print_json(intake.to_json(taken))
    else:
        from addin.terminal import imported, screen  # noqa: PLC0415

        imported.show(taken, LANG)
        screen.written(output, LANG)
        if decisions.added:
            screen.noted(decisions.path, LANG)
    return FINE


@command("check")
def check(
    workbook: Workbook,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help=HELP["annotated"])] = None,
    others: Annotated[list[Path] | None, typer.Option("--with", metavar="WORKBOOK", help=HELP["with"])] = None,
    rules: Rules = None,
    whole: Annotated[bool, typer.Option("--all", help=HELP["all"])] = False,
    as_json: Json = False,
    force: Force = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Check a workbook: findings with address, and totals."""
    from validators import check as checking  # noqa: PLC0415 - heavy libraries load for the commands that need them

    if output:
        files.want_free(output, force=force)
    data = files.read(workbook)
    result = keep(
        checking.check(
            data,
            reader_language(),
            others={path.name: files.read(path) for path in others or []},
            local=files.local_rules(rules),
            whole=whole,
        )
    )
    if output:
        from addin.story import intake  # noqa: PLC0415

        files.write(output, intake.annotated(data, result))
    if as_json:
        print_json(checking.to_json(result))
    else:
        from addin.terminal import screen  # noqa: PLC0415

        screen.checked(result, result.lang)
        if output:
            screen.written(output, result.lang)
    return FOUND if result.findings else FINE


@command("totals")
def totals(workbook: Workbook, as_json: Json = False, lang: ReaderLang = None) -> int:  # noqa: ARG001
    """Show the totals of a workbook, to the cent."""
    from validators import check as checking  # noqa: PLC0415

    result = checking.check(files.read(workbook), reader_language())
    if as_json:
        told = checking.to_json(result)
        print_json({key: told[key] for key in ("measure", "year", "workbook_sha256", "rows", "totals", "summary")})
    else:
        from addin.terminal import screen  # noqa: PLC0415

        screen.totals(result, result.lang)
    return FOUND if result.count(Severity.ERROR) else FINE


@command("upgrade")
def upgrade(
    workbook: Workbook,
    output: Output,
    year: Annotated[int | None, typer.Option("--year", help=HELP["upgrade_year"])] = None,
    as_json: Json = False,
    force: Force = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Carry a workbook over into the template of a newer version, or of the next year."""
    from addin.story import upgrade as carrying  # noqa: PLC0415

    files.want_free(output, force=force)
    carried = carrying.upgrade(files.read(workbook), year)
    files.write(output, carried.workbook)
    if as_json:
        print_json(carrying.to_json(carried))
    else:
        from addin.terminal import screen  # noqa: PLC0415

        screen.upgraded(carried, LANG)
        screen.written(output, LANG)
    return FOUND if carried.left else FINE
