"""Killed at any moment, a program leaves the old file or the new one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from addin.story.intake import with_totals
from tests.dossier.kills import KILLS
from tests.signer.authority import Authority
from tests.validators.drafts import valid
from workbook_templates import packs


def test_two_hundred_kills_leave_the_old_file_or_the_new_one(signed: Path, authority: Authority) -> None:
    """During package, sign and seal: never half a file, and both outcomes were seen in each act."""
    folder = signed.parent
    (folder / "signed.asice").write_bytes(signed.read_bytes())
    (folder / "workbook.xlsx").write_bytes(with_totals(valid(packs.load("pas", 2025), 3).to_bytes()))
    done = subprocess.run(
        [sys.executable, "-m", "tests.dossier.kills", str(folder), authority.tsa],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=Path(__file__).parents[2],
    )
    assert not done.returncode, done.stderr
    counts = json.loads(done.stdout)
    assert {name: sum(found.values()) for name, found in counts.items()} == dict.fromkeys(counts, KILLS)
    assert 3 * KILLS >= 200
    for name, found in counts.items():
        assert set(found) == {"old", "new"}, (name, counts)
