"""``check`` on 100,000 rows of 12 columns with 1 % faulty cells, against a raw polars pass over the same file."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import RUNS, in_turn, verdict
from workbook_templates import packs, parts
from workbook_templates.build import build

ROWS = 100_000
FAULTY = 0.01
RATIO_BUDGET = 2.5
MEMORY_BUDGET = 350


def workbook(count: int = ROWS) -> bytes:
    """Return a workbook of so many rows, the same every time."""
    dice = random.Random(2025)
    columns: dict[str, list[object]] = {
        "date": [dt.date(2025, 1, 1) + dt.timedelta(days=dice.randrange(365)) for _ in range(count)],
        "document_number": [f"2025/{number:06d}" for number in range(count)],
        "article": ["831/333-01"] * count,
        "label": [f"Stage d'été, groupe {number % 4000}" for number in range(count)],
        "payee": [f"Association {number % 300}" for number in range(count)],
        "niss": ["90090999806" if number % 3 else None for number in range(count)],
        "nature": ["leisure" if number % 2 else "travel" for number in range(count)],
        "total_amount": [dice.randrange(500, 49_000) for _ in range(count)],
        "other_subsidy": [None] * count,
        "participants_target": [6] * count,
        "participants_all": [20] * count,
    }
    columns["eligible_amount"] = [(2 * cents * 6 + 20) // 40 for cents in columns["total_amount"]]  # type: ignore[operator]
    wrong: dict[str, object] = {
        "date": "31/02/2025", "document_number": None, "article": "#", "label": "xxx", "payee": None,
        "niss": "90090999807", "nature": "Inconnu", "total_amount": "12,3,4", "other_subsidy": "abc",
        "participants_target": "x", "participants_all": "vingt", "eligible_amount": 1,
    }  # fmt: skip
    for name, value in wrong.items():
        for row in dice.sample(range(count), int(count * FAULTY)):
            columns[name][row] = value
    package = parts.Package(build(packs.load("pas", 2025), "fr"))
    parts.append_rows(package, {"volet_a": columns})
    return package.to_bytes()


def main() -> int:
    """Print the ratio and the peak, and return 1 where a budget is exceeded."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.xlsx"
        # In a process of its own: a child's peak counts what its parent held when it was started.
        subprocess.run([sys.executable, "-m", "benchmarks.check", str(path)], check=True)
        ours = [sys.executable, "-m", "addin.cli", "check", str(path), "--json"]
        floor = [sys.executable, "-m", "benchmarks.floor", str(path)]
        check, raw = in_turn(ours, floor)
    print(f"{ROWS:,} rows x 12 columns, 1 % faulty cells, whole processes, best of {RUNS}")
    print(f"check         {check.seconds:6.2f} s {check.peak_mb:6.0f} MB")
    print(f"polars floor  {raw.seconds:6.2f} s {raw.peak_mb:6.0f} MB")
    ratio = verdict("check / polars floor", check.seconds / raw.seconds, RATIO_BUDGET, "x")
    memory = verdict("check, peak memory", check.peak_mb, MEMORY_BUDGET, " MB")
    return 0 if ratio and memory else 1


if __name__ == "__main__":
    if sys.argv[1:]:
        Path(sys.argv[1]).write_bytes(workbook())
    else:
        raise SystemExit(main())
