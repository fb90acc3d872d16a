"""The command line: every topic registers its commands, then one runs."""

from __future__ import annotations

import gc
import os
import sys

# In the order of the help; importing a topic registers its commands.
from addin.commands import workbook, official, package, doctor, addin, demo, helper  # isort: skip  # noqa: F401
from addin.terminal.console import UNUSABLE, app


def main() -> None:
    """Run the command line."""
    # A name that the console's encoding does not know must not end in a traceback.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # One short command: collecting garbage among a hundred thousand rows, and taking them apart at the end, is wasted.
    gc.disable()
    try:
        app()
    except SystemExit as done:
        for stream in (sys.stdout, sys.stderr):
            if stream:  # there is none where Windows starts a program without a console
                stream.flush()
        os._exit(done.code if isinstance(done.code, int) else UNUSABLE)


if __name__ == "__main__":
    main()
