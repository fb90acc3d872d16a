"""Commands on the add-in itself: make it, install it, remove it."""

from __future__ import annotations

import sys

from addin import files
from addin.console import FINE, TEXTS, Force, Output, ReaderLang, addin_group, command


@command("build", addin_group)
def build(output: Output, force: Force = False, lang: ReaderLang = None) -> int:  # noqa: ARG001 - read from argv
    """Make the add-in from its sources."""
    from addin import xlam  # noqa: PLC0415 - the actions load what they do

    files.want_free(output, force=force)
    files.write(output, xlam.build())
    sys.stdout.write(TEXTS["words"]["written"].format(file=output) + "\n")
    return FINE
