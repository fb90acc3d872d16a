"""Commands on the add-in itself: make it, install it, remove it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from addin import files
from addin.terminal.console import FINE, TEXTS, Force, Json, Output, ReaderLang, addin_group, command, print_json

if TYPE_CHECKING:
    from addin.install.install import Done


@command("build", addin_group)
def build(output: Output, force: Force = False, lang: ReaderLang = None) -> int:  # noqa: ARG001 - read from argv
    """Make the add-in from its sources."""
    from addin.excel import xlam  # noqa: PLC0415 - the actions load what they do

    files.want_free(output, force=force)
    files.write(output, xlam.build())
    sys.stdout.write(TEXTS["words"]["written"].format(file=output) + "\n")
    return FINE


@command("install", addin_group)
def install(as_json: Json = False, lang: ReaderLang = None) -> int:  # noqa: ARG001 - read from argv
    """Install the add-in for this user."""
    from addin.install import install as installing  # noqa: PLC0415 - as above
    from addin.install.machine import MAC, Machine  # noqa: PLC0415

    machine = Machine()
    done = installing.install(machine)
    if as_json:
        print_json([asdict(one) for one in done])
        return FINE
    _show(done, "installed")
    sys.stdout.write(TEXTS["install"]["next_mac" if machine.system == MAC else "next"] + "\n")
    return FINE


@command("uninstall", addin_group)
def uninstall(as_json: Json = False, lang: ReaderLang = None) -> int:  # noqa: ARG001 - read from argv
    """Remove the add-in of this user."""
    from addin.install import install as installing  # noqa: PLC0415 - as above
    from addin.install.machine import Machine  # noqa: PLC0415

    done = installing.uninstall(Machine())
    if as_json:
        print_json([asdict(one) for one in done])
        return FINE
    _show(done, "removed")
    sys.stdout.write(TEXTS["install"]["left"] + "\n")
    return FINE


def _show(done: Sequence[Done], word: str) -> None:
    texts = TEXTS["install"]
    for one in done:
        sys.stdout.write(f"{texts[one.id]}: {texts[word if one.changed else 'already']}  {one.where}\n")
