"""The command that says whether a machine is ready to sign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.commands.package import machine_settings, trusted
from addin.terminal.console import FINE, FOUND, HELP, LANG, Json, ReaderLang, Trust, command, print_json


@command("doctor")
def doctor(
    module: Annotated[Path | None, typer.Option("--module", metavar="PATH", help=HELP["module"])] = None,
    trust: Trust = None,
    as_json: Json = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Look at card software, readers, card, services and clock."""
    from addin import doctor as examining  # noqa: PLC0415 - PKCS#11 loads for the commands that need it

    set_here = machine_settings()
    checks = examining.examine(LANG, module or set_here.module, trusted(trust), set_here.tsa)
    told = examining.to_json(checks)
    if as_json:
        print_json(told)
    else:
        from addin.terminal import screen  # noqa: PLC0415

        screen.examined(checks, LANG)
    return FINE if told["ready"] else FOUND
