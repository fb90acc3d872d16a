"""How far an import is, how long it will still take, and what is left of one that is stopped."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from addin import files
from addin.cli import app
from addin.terminal import progress
from tests.validators.drafts import template
from validators import ledger
from workbook_templates.measure import LANGUAGES
from workbook_templates.texts import catalogue

LEDGER = "Date;N° pièce;Libellé;Fournisseur;Montant\n21/02/2025;A1;Stage enfants;ASBL X;10,00\n"


class Terminal(io.StringIO):
    """A standard error that somebody looks at."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize("stage", progress.SHARES)
def test_a_stopped_import_leaves_every_file_as_it_was(
    stage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in any stage ends with status 130 and a sentence, and nothing was written or left behind."""
    monkeypatch.setenv(files.HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    before = {"pas.xlsx": template("pas", 2025, "fr"), "ledger.csv": LEDGER.encode()}
    for name, data in before.items():
        Path(name).write_bytes(data)
    begun = progress.Bar.step

    def stopped(bar: progress.Bar, name: str) -> None:
        begun(bar, name)
        if name == stage:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(progress.Bar, "step", stopped)
    arguments = ["import", "ledger.csv", "--into", "pas.xlsx", "-o", "pas.xlsx", "--force", "--remember"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 130
    assert "half written" in done.output
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_every_stage_has_its_part_and_its_words() -> None:
    """The stages are the engine's and the writing, their parts add up to one, and each language names them."""
    assert list(progress.SHARES) == [*ledger.STEPS, "write"]
    assert sum(progress.SHARES.values()) == pytest.approx(1)
    for lang in LANGUAGES:
        assert catalogue("addin", lang)["progress"].keys() == {*progress.SHARES, "left"}


def test_what_is_left_is_foreseen_from_what_is_done() -> None:
    """The size says it at first, the stages that are done correct it, and it never turns negative."""
    now = 0.0
    pace = progress.Pace(100, lambda: now)
    pace.step("read")
    assert (pace.left, pace.part) == (100, 0)
    now = 10.0
    assert (pace.left, pace.part) == (90, 0.1)
    now = 50.0
    assert pace.left == pytest.approx(150), "a quarter has taken 50 seconds already"
    pace.step("map")
    assert pace.left == pytest.approx(150)
    pace.step("read")
    assert pace.part == 0, "an answer begins everything anew"
    for stage in progress.SHARES:
        pace.step(stage)
    now = 1000.0
    assert (pace.left, pace.part) == (0, 1)


@pytest.mark.parametrize("seen", [True, False])
def test_only_a_terminal_shows_the_bar(*, seen: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """It tells stage and time left, goes for a question, comes back, and is gone at the end; a file gets not a byte."""
    told = Terminal() if seen else io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    words = catalogue("addin", "nl")["progress"]
    with progress.Bar(b"x" * 10**7, "nl") as bar:
        for stage in ("read", "write"):
            bar.step(stage)
            end = time.monotonic() + 20
            while seen and words[stage] not in told.getvalue() and time.monotonic() < end:
                time.sleep(0.01)
            bar.pause()
            told.write("asked")
    assert told.getvalue().count("asked") == 2
    assert seen == (words["read"] in told.getvalue()) == (words["write"] in told.getvalue())
    assert seen == ("nog ongeveer" in told.getvalue())
    assert seen or told.getvalue() == "askedasked"
