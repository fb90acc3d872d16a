"""Commands on official workbooks, which somebody else publishes: learn how one is built."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin import files
from addin.console import FINE, FOUND, HELP, LANG, Force, Json, Output, ReaderLang, command, official, print_json
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
    from addin import learning, prompts  # noqa: PLC0415 - heavy libraries load for the commands that need them
    from validators.official import errors  # noqa: PLC0415

    files.want_free(output, force=force)
    structure = errors.scanned(files.read(blank))
    wanted = year or learning.year_of(structure, measure)
    if (measure, wanted) not in packs.available():
        known = ", ".join(f"{name} {of}" for name, of in packs.available())
        raise InputError("RU-X18", found=f"{measure} {wanted}", known=known)
    old = files.read(earlier).decode("utf-8", "replace") if earlier else None
    ask = learning.nobody if as_json or not prompts.somebody() else learning.ask
    learned = learning.learned(structure, packs.load(measure, wanted), old, ask)
    files.write(output, learning.text(learned, LANG).encode())
    if as_json:
        print_json(learning.to_json(learned))
    else:
        from addin import screen  # noqa: PLC0415 - Rich is not loaded for --json

        learning.show(learned, packs.load(measure, wanted), LANG)
        screen.written(output, LANG)
    return FOUND if learned.questions else FINE
