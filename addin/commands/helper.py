"""The command that answers a user's spreadsheets."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from addin.terminal.console import FINE, HELP, TEXTS, ReaderLang, command


@command("helper")
def helper(
    trace: Annotated[bool, typer.Option("--trace", help=HELP["trace"])] = False,
    lang: ReaderLang = None,  # noqa: ARG001 - read from argv
) -> int:
    """Answer this user's spreadsheets until nobody asks any more."""
    from addin.transport import client  # noqa: PLC0415 - as above
    from addin.transport import helper as serving  # noqa: PLC0415 - no other command listens

    if version := client.running():
        _say(TEXTS["helper"]["running"].format(version=version))
        return FINE
    _say(TEXTS["helper"]["started"])
    serving.run(serving.Helper(trace=_say if trace else serving.silent))
    return FINE


def _say(line: str) -> None:
    # At logon, on Windows, there is no console.
    if sys.stdout:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
