"""The button *Check* in LibreOffice, warm and in LibreOffice's own process, against the same check in plain Python.

A click is timed as the user feels it, by the clock. Product time is what it takes without LibreOffice's own reads and
writes; the plain check goes from the file's bytes to the same findings, in words, in a warm process of the same Python.
Both are processor time of the thread that works: on a shared machine the clock would tell of the others.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.check import workbook
from benchmarks.measure import RUNS, verdict
from tests.addin.office import Office, load_uno
from tests.house.kit import ROOT

SIZES = (1_000, 10_000, 100_000)
BUDGET_ROWS = 10_000
SECONDS_BUDGET = 0.6
RATIO_BUDGET = 1.5
SYSTEM_PYTHON = "/usr/bin/python3"
"""The Python that Debian's LibreOffice brings into its process."""
PATHS = [str(ROOT), *(one for one in sys.path if one.endswith("site-packages"))]


class Plain:
    """A warm Python process that checks a workbook whenever it is asked."""

    def __init__(self, path: Path) -> None:
        environment = {"PYTHONPATH": ":".join(PATHS)}
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, "-m", "benchmarks.button", str(path)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def check(self) -> dict[str, Any]:
        """Check once; return seconds and headline."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())  # type: ignore[no-any-return]

    def end(self) -> None:
        """Let it go."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


class Button:
    """The component inside LibreOffice."""

    def __init__(self, office: Office) -> None:
        self._uno = load_uno()
        manager = office.context.ServiceManager
        loader = manager.createInstanceWithContext("com.sun.star.loader.Python", office.context)
        place = Path(__file__).with_name("inside.py").as_uri()
        self._job = loader.activate("rapport-unique.Benchmark", "", place, None).createInstanceWithContext(
            office.context
        )

    def open(self, path: Path) -> None:
        """Open a workbook in place of the one before."""
        self._job.execute((self._told("url", path.as_uri()), self._told("path", json.dumps(PATHS))))

    def check(self) -> dict[str, Any]:
        """Click once; return seconds and headline."""
        return json.loads(self._job.execute(()))  # type: ignore[no-any-return]

    def _told(self, name: str, value: str) -> Any:  # noqa: ANN401 - a UNO object
        made = self._uno.createUnoStruct("com.sun.star.beans.NamedValue")
        made.Name, made.Value = name, value
        return made


def serve(path: Path) -> None:
    """Check a workbook from its bytes for each line that comes in."""
    from validators import control  # noqa: PLC0415 - in the plain process only
    from validators.check import check  # noqa: PLC0415 - as above

    data = path.read_bytes()
    for _ in sys.stdin:
        start = time.thread_time()
        told = control.content(check(data, "fr"), {})
        print(json.dumps({"plain": time.thread_time() - start, "told": told.headline}), flush=True)


def measured(button: Button, path: Path) -> dict[str, float]:
    """Return the least disturbed run of each kind: total, product and plain seconds."""
    plain = Plain(path)
    button.open(path)
    runs = []
    for _ in range(RUNS + 1):
        inside, outside = button.check(), plain.check()
        assert inside.pop("told") == outside.pop("told")
        runs.append({**inside, **outside})
    plain.end()
    return {name: min(run[name] for run in runs[1:]) for name in runs[0]}


def main() -> int:
    """Print the figures, and return 1 where a budget is exceeded."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = Office(folder)
        try:
            button = Button(office)
            figures = {}
            print(f"check in LibreOffice, 12 columns, 1 % faulty cells, warm, best of {RUNS}, seconds")
            print(f"{'rows':>10}{'click':>10}{'product':>10}{'plain check':>14}")
            for rows in SIZES:
                path = folder / f"{rows}.xlsx"
                path.write_bytes(workbook(rows))
                figures[rows] = one = measured(button, path)
                print(f"{rows:10,}{one['total']:10.2f}{one['product']:10.2f}{one['plain']:14.2f}", flush=True)
        finally:
            office.close()
    found = figures[BUDGET_ROWS]
    seconds = verdict(f"product at {BUDGET_ROWS:,} rows", found["product"], SECONDS_BUDGET, " s")
    ratio = verdict("product / plain check", found["product"] / found["plain"], RATIO_BUDGET, "x")
    return 0 if seconds and ratio else 1


if __name__ == "__main__":
    if sys.argv[1:]:
        serve(Path(sys.argv[1]))
    else:
        raise SystemExit(main())
