"""Commands on official workbooks, which somebody else publishes: learn how one is built, fill it, compare it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin import files
from addin.terminal.console import (
    FINE,
    FOUND,
    HELP,
    LANG,
    Force,
    Json,
    Output,
    ReaderLang,
    Rules,
    Workbook,
    command,
    official,
    print_json,
    reader_language,
)
from validators.findings import InputError
from workbook_templates import packs


@command("learn", official)
def learn(
    blank: Annotated[Path, typer.Argument(metavar="BLANK", help=HELP["official_blank"])],
    measure: Annotated[str, typer.Option("--measure", metavar="MEASURE", help=HELP["measure"])],
    output: Output,
    year: Annotated[int | None, typer.Option("--year", help=HELP["year"])] = None,
    earlier: Annotated[Path | None, typer.Option("--from", metavar="MAP", help=HELP["official_from"])] = None,
    as_json: Json = False,
    force: Force = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Learn a blank official workbook."""
    from addin.story import learning  # noqa: PLC0415 - heavy libraries load for the commands that need them
    from addin.terminal import learning as spoken  # noqa: PLC0415
    from addin.terminal import prompts  # noqa: PLC0415
    from validators.official import errors  # noqa: PLC0415

    files.want_free(output, force=force)
    structure = errors.scanned(files.read(blank))
    wanted = year or learning.year_of(structure, measure)
    if (measure, wanted) not in packs.available():
        known = ", ".join(f"{name} {of}" for name, of in packs.available())
        raise InputError("RU-X18", found=f"{measure} {wanted}", known=known)
    old = files.read(earlier).decode("utf-8", "replace") if earlier else None
    ask = learning.nobody if as_json or not prompts.somebody() else spoken.ask
    learned = learning.learned(structure, packs.load(measure, wanted), old, ask)
    files.write(output, learning.text(learned, LANG).encode())
    if as_json:
        print_json(learning.to_json(learned, LANG))
    else:
        from addin.terminal import screen  # noqa: PLC0415 - Rich is not loaded for --json

        spoken.show(learned, packs.load(measure, wanted), LANG)
        screen.written(output, LANG)
    return FOUND if learned.questions else FINE


@command("fill", official)
def fill(
    workbook: Workbook,
    into: Annotated[Path, typer.Option("--into", metavar="BLANK", help=HELP["official_into"])],
    map_file: Annotated[Path, typer.Option("--map", metavar="MAP", help=HELP["official_map"])],
    output: Output,
    rules: Rules = None,
    as_json: Json = False,
    force: Force = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Fill a blank official workbook with the rows of one of ours."""
    from addin.story import official as book  # noqa: PLC0415
    from validators.check import check  # noqa: PLC0415
    from validators.guard.errors import GuardError  # noqa: PLC0415
    from validators.official.errors import read_map  # noqa: PLC0415

    if output.suffix.lower() != into.suffix.lower():
        raise GuardError("RU-O33", suffix=into.suffix.lower())
    files.want_free(output, force=force)
    known = read_map(files.read(map_file).decode("utf-8", "replace"))
    checked = check(files.read(workbook), reader_language(), local=files.local_rules(rules))
    filled = book.fill(files.read(into), into.name, known, checked)
    files.write(output, filled.workbook)
    if as_json:
        told = {"file": str(output), "rows": dict(filled.rows), "undated": list(filled.undated)}
        told["left"] = dict(filled.left)
        print_json({**told, "up_to_date": filled.up_to_date, **book.to_json(filled.verdict, LANG)})
    else:
        from addin.terminal import official, screen  # noqa: PLC0415

        official.filled(filled, LANG)
        screen.written(output, LANG)
    return FINE if not filled.verdict.wrong and not filled.left else FOUND


@command("compare", official)
def compare(
    blank: Annotated[Path, typer.Argument(metavar="BLANK", help=HELP["official_blank"])],
    filled: Annotated[Path, typer.Argument(metavar="FILLED", help=HELP["official_filled"])],
    map_file: Annotated[Path | None, typer.Option("--map", metavar="MAP", help=HELP["official_map"])] = None,
    workbook: Annotated[Path | None, typer.Option("--workbook", metavar="WORKBOOK", help=HELP["official_ours"])] = None,
    as_json: Json = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Say what differs between a blank official workbook and a filled one."""
    from addin.story import official as book  # noqa: PLC0415
    from validators.check import check  # noqa: PLC0415
    from validators.guard.errors import GuardError  # noqa: PLC0415
    from validators.official.errors import read_map  # noqa: PLC0415

    if workbook and not map_file:
        raise GuardError("RU-O35")
    known = read_map(files.read(map_file).decode("utf-8", "replace")) if map_file else None
    checked = check(files.read(workbook), reader_language()) if workbook else None
    verdict = book.compare(files.read(blank), files.read(filled), known, checked, filled.suffix.lower())
    if as_json:
        print_json(book.to_json(verdict, LANG))
    else:
        from addin.terminal import official  # noqa: PLC0415

        official.compared(verdict, LANG)
    return FINE if verdict.clean else FOUND
