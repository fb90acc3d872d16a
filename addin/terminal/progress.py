"""How far a long import is, and how long it will still take: a bar on a terminal, from one second on."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress, ProgressColumn, Task, TextColumn
from rich.progress_bar import ProgressBar
from rich.text import Text

from workbook_templates.texts import catalogue

PATIENCE = 1.0
"""Seconds after which a person wonders."""
SHARES: Mapping[str, float] = {"read": 0.25, "map": 0.14, "sort": 0.08, "type": 0.05, "compare": 0.09, "write": 0.39}
"""Stage to its part of the time that a ledger of 100,000 rows takes."""
_BYTES_A_SECOND = {True: 6e6, False: 1.2e6}
"""What is taken over in a second to begin with, of a package's XML and of plain text; then the stages done tell."""
_WIDTH = 30


def expected(data: bytes) -> float:
    """Return the seconds that a ledger's import may take, before anything is known of this machine."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return sum(entry.file_size for entry in package.infolist()) / _BYTES_A_SECOND[True]
    except zipfile.BadZipFile:
        return len(data) / _BYTES_A_SECOND[False]


class Pace:
    """How fast the stages go: what is left is foreseen from those that are done."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin; ``seconds`` is what everything may take."""
        self._clock = clock
        self._seconds = seconds
        self._done = 0.0
        self._stage = next(iter(SHARES))
        self._first = self._since = clock()

    def step(self, stage: str) -> None:
        """Begin a stage; the first one begins everything anew."""
        now = self._clock()
        before = list(SHARES)[: list(SHARES).index(stage)]
        self._done = sum(SHARES[one] for one in before)
        self._stage, self._since = stage, now
        if not before:
            self._first = now
        else:
            self._seconds = (now - self._first) / self._done

    @property
    def left(self) -> float:
        """Seconds that are left, as far as can be foreseen; a stage that takes too long foretells the others."""
        now, share = self._clock(), SHARES[self._stage]
        seconds = max(self._seconds, (now - self._first) / (self._done + share))
        return max(share * self._seconds - (now - self._since), 0.0) + (1 - self._done - share) * seconds

    @property
    def part(self) -> float:
        """The part that is done, between 0 and 1."""
        spent = self._clock() - self._first
        return spent / (spent + self.left) if spent + self.left else 1.0


class Bar:
    """A context in which :meth:`step` is told each stage of an import; without a terminal nothing is shown."""

    def __init__(self, data: bytes, lang: str, *, quiet: bool = False) -> None:
        self._words = catalogue("addin", lang)["progress"]
        self._console = Console(stderr=True)
        self._quiet = quiet or not self._console.is_terminal
        self._pace = Pace(expected(data))
        self._progress: Progress | None = None
        self._timer: threading.Timer | None = None
        self._stage = next(iter(SHARES))

    def __enter__(self) -> Self:
        """Show nothing yet."""
        self._wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Take the bar away."""
        self.pause()

    def step(self, stage: str) -> None:
        """Begin a stage."""
        self._pace.step(stage)
        self._stage = stage
        if not self._timer:
            self._wait()
        if self._progress:
            self._progress.update(self._progress.task_ids[0], description=self._words[stage])

    def pause(self) -> None:
        """Take the bar away until the next stage begins, so that something can be asked."""
        if self._timer:
            self._timer.cancel()
            self._timer.join()
            self._timer = None
        if self._progress:
            self._progress.stop()
            self._progress = None

    def _wait(self) -> None:
        if not self._quiet:
            self._timer = threading.Timer(PATIENCE, self._show)
            self._timer.daemon = True
            self._timer.start()

    def _show(self) -> None:
        columns = (TextColumn("{task.description}"), _Done(self._pace), _Left(self._pace, self._words["left"]))
        progress = Progress(*columns, console=self._console, transient=True)
        progress.add_task(self._words[self._stage], total=None)
        progress.start()
        self._progress = progress


class _Done(ProgressColumn):
    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self._pace = pace

    def render(self, task: Task) -> ProgressBar:  # noqa: ARG002 - the interface says so
        return ProgressBar(total=1.0, completed=self._pace.part, width=_WIDTH)


class _Left(ProgressColumn):
    def __init__(self, pace: Pace, words: str) -> None:
        super().__init__()
        self._pace, self._words = pace, words

    def render(self, task: Task) -> Text:  # noqa: ARG002 - the interface says so
        return Text(self._words.format(seconds=max(1, round(self._pace.left))))
