"""The command that plays the whole story."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addin.terminal.console import FINE, FOUND, HELP, LANG, Force, ReaderLang, command


@command("demo")
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help=HELP["out"])],
    force: Force = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Play the whole story with invented data and test signatures."""
    from addin.story import demo as story  # noqa: PLC0415

    return FINE if story.play(out, LANG, force=force) else FOUND
