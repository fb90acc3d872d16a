"""A helper in a process of its own whose workbooks are in memory, for tests: ``python -m tests.addin.helper_process``.

Each argument is a workbook; ``--pause SECONDS`` makes every step of a macro last.
"""

from __future__ import annotations

import argparse
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from addin.transport import helper

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlwings import Book

    from addin.transport.books import Place
    from addin.transport.jobs import Jobs


def main() -> None:
    """Serve until it ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--idle", type=float, default=helper.IDLE)
    parser.add_argument("books", nargs="*", type=Path)
    told = parser.parse_args()
    helper.run(helper.Helper(lambda: jobs(told.books, told.pause), idle=told.idle, patience=1.0, look_around=0.05))


def jobs(paths: Sequence[Path], pause: float) -> Jobs:
    """Return jobs on these workbooks; what they need is loaded while the helper listens already."""
    from addin.macros.steps import MacroError, Work  # noqa: PLC0415 - as above
    from addin.transport.jobs import Jobs  # noqa: PLC0415 - as the product does
    from tests.addin.engine_openpyxl import opened  # noqa: PLC0415 - as above

    books = {path.name: opened(path.read_bytes(), str(path)) for path in paths}

    @contextmanager
    def found(place: Place) -> Iterator[Book]:
        if place.name not in books:
            raise MacroError("RU-M12", name=place.name)
        yield books[place.name]

    if pause:
        step = Work.step

        def lasting(work: Work, name: str, **words: object) -> None:
            step(work, name, **words)
            time.sleep(pause)

        setattr(Work, "step", lasting)  # noqa: B010 - a test may
    return Jobs(found)


if __name__ == "__main__":
    main()
