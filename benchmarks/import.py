"""A ledger of 100,000 rows of 12 columns taken over, against python-calamine reading the same file in the same run.

Two ratios. The engine's: reading, mapping, cleaning and reconciling (``import_ledger``) against the rows of the sheet
as Python objects, in turn in one process. And the whole command's, from its start to the workbook on the disk with its
rows, records and totals, against that same reading, each as a process that loads what it needs. Both are processor
time: all of it is one thread's work, and on a shared machine the clock would tell of the others.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from benchmarks.measure import RUNS, in_turn, verdict
from validators import ledger
from workbook_templates import packs
from workbook_templates.build import build

ROWS = 100_000
WHOLE_RUNS = 3
RATIO_BUDGET = 3.0
WHOLE_RATIO_BUDGET = 6.0
MEMORY_BUDGET = 400
_HEADINGS = (
    "Exercice", "Date facture", "N° pièce", "Article budgétaire", "Libellé", "Fournisseur", "N° registre national",
    "IBAN", "Montant HTVA", "TVA", "Montant TVAC", "Statut",
)  # fmt: skip


def export(path: Path) -> None:
    """Write the ledger, the same every time."""
    dice = random.Random(2025)
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet, date = book.add_worksheet("Export"), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, _HEADINGS)
    for row in range(1, ROWS + 1):
        cents = dice.randrange(500, 49_000)
        tax = cents * 21 // 121
        day = dt.datetime(2025, 1, 1) + dt.timedelta(days=row * 364 // ROWS)  # noqa: DTZ001 - a day has no zone
        sheet.write_number(row, 0, 2025)
        sheet.write_datetime(row, 1, day, date)
        texts = (f"2025/{row:06d}", f"8451/333-{row % 40:02d}", f"Stage d'été, groupe {row % 4000}",
                 f"Association {row % 300}", "90090999806" if row % 3 else "", "BE68 5390 0754 7034")  # fmt: skip
        for column, text in enumerate(texts, start=2):
            if text:
                sheet.write_string(row, column, text)
        for column, amount in enumerate((cents - tax, tax, cents), start=8):
            sheet.write_number(row, column, amount / 100)
        sheet.write_string(row, 11, "Payé")
    book.close()


def read(data: bytes) -> int:
    """Read the sheet and return its rows."""
    return len(CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python())


def work(path: Path) -> dict[str, float]:
    """Return the seconds of the best run of each, in turn, all in this process."""
    data, measure = path.read_bytes(), packs.load("pas", 2025)
    costs: dict[str, list[float]] = {"read": [], "import": []}
    for _ in range(RUNS + 1):
        start = time.process_time()
        read(data)
        middle = time.process_time()
        taken = ledger.import_ledger(data, path.name, measure, sheet_id="volet_a")
        costs["read"].append(middle - start)
        costs["import"].append(time.process_time() - middle)
        if taken.row_count != ROWS:
            raise AssertionError(taken.row_count)
        del taken
    return {name: min(taken[1:]) for name, taken in costs.items()}


def main() -> int:
    """Print ratio and peaks, and return 1 where a budget is exceeded."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, template = folder / "ledger.xlsx", folder / "pas.xlsx"
        # In processes of their own: a child's peak counts what its parent held when it was started.
        here = [sys.executable, "-m", "benchmarks.import"]
        subprocess.run([*here, "export", str(path)], check=True)
        subprocess.run([*here, "template", str(template)], check=True)
        told = json.loads(subprocess.run([*here, "work", str(path)], check=True, capture_output=True).stdout)
        command = [sys.executable, "-m", "addin.cli", "import", str(path), "--into", str(template), "--json", "--force"]
        command += ["--sheet", "volet_a", "-o", str(folder / "filled.xlsx")]
        raw, alone, whole = in_turn([*here, "read", str(path)], [*here, "once", str(path)], command, runs=WHOLE_RUNS)
    print(f"{ROWS:,} rows x {len(_HEADINGS)} columns, best of {RUNS} in one process, of {WHOLE_RUNS} whole processes")
    print(f"calamine, rows of the sheet     {told['read']:6.2f} s")
    print(f"import_ledger                   {told['import']:6.2f} s")
    print(f"process: calamine               {raw.processor:6.2f} s {raw.peak_mb:6.0f} MB")
    print(f"process: import_ledger          {alone.processor:6.2f} s {alone.peak_mb:6.0f} MB")
    print(f"command: import, workbook filled{whole.processor:6.2f} s {whole.peak_mb:6.0f} MB")
    good = [
        verdict("import_ledger / calamine", told["import"] / told["read"], RATIO_BUDGET, "x"),
        verdict("import_ledger, peak memory", alone.peak_mb, MEMORY_BUDGET, " MB"),
        verdict("command / calamine", whole.processor / raw.processor, WHOLE_RATIO_BUDGET, "x"),
        verdict("command, peak memory", whole.peak_mb, MEMORY_BUDGET, " MB"),
    ]
    return 0 if all(good) else 1


def part(what: str, path: Path) -> None:
    """Do one part of the benchmark in a process of its own."""
    match what:
        case "export":
            export(path)
        case "template":
            path.write_bytes(build(packs.load("pas", 2025), "fr"))
        case "read":
            read(path.read_bytes())
        case "once":
            ledger.import_ledger(path.read_bytes(), path.name, packs.load("pas", 2025), sheet_id="volet_a")
        case "work":
            print(json.dumps(work(path)))


if __name__ == "__main__":
    if sys.argv[1:]:
        part(sys.argv[1], Path(sys.argv[2]))
    else:
        raise SystemExit(main())
