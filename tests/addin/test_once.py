"""One click through xlwings' RunPython: what Excel's side sends is done, and told in windows of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import xlwings

from addin.macros import actions
from addin.macros.steps import Question, Told, Tone
from addin.transport import once
from addin.transport.wire import encode
from tests.addin.drafts import draft, saved
from tests.addin.engine_openpyxl import opened
from tests.tables import rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Make a report the caller, and return the windows that will be shown: mode and text."""
    path = saved(tmp_path, draft())
    book = opened(path.read_bytes(), str(path))
    shown: list[tuple[str, str]] = []

    def alert(_app: object, prompt: str, **told: Any) -> str:  # noqa: ANN401 - xlwings' options
        shown.append((told["mode"], prompt))
        return "yes" if "second" in prompt else "no"

    monkeypatch.setattr(xlwings.App, "alert", alert)
    monkeypatch.setattr(xlwings.Book, "caller", lambda: book)
    return shown


def request(**fields: str) -> str:
    """Return what Excel's side hands over."""
    return encode([("action", "totals"), ("host", "excel"), ("lang", "fr"), *fields.items()]).hex()


def test_a_click_is_done_and_told(windows: list[tuple[str, str]]) -> None:
    """The macro runs on the workbook in front, and what it says is shown once."""
    once.run(request())
    assert len(windows) == 1
    assert windows[0][0] == "info"
    assert "erreur" in windows[0][1]


TONES = """
| tone    | mode     |
| ------- | -------- |
| good    | info     |
| found   | info     |
| refused | critical |
| quiet   |          |
"""


@pytest.mark.parametrize(("tone", "mode"), rows(TONES))
def test_a_tone_has_its_window(
    windows: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, tone: str, mode: str
) -> None:
    """A refusal looks like one; what is said in passing wants no click."""
    told = Told("First.", "Second.", Tone(tone), more=("Second.", "Third."))
    macro = actions.Action("totals", lambda _book, **_told: told, "check")
    monkeypatch.setitem(actions.BY_ID, "totals", macro)
    once.run(request())
    assert windows == ([(mode, "First.\nSecond.\nThird.")] if mode else [])


def test_a_question_is_asked_choice_by_choice(windows: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """What a macro must know is asked, and the macro runs again with the answer beside the others."""
    question = Question("which", "Which?", {"a": "first", "b": "second"})

    def macro(_book: object, given: str, which: str = "", **_told: object) -> Told:
        return Told(f"{given}{which}") if which else Told("", ask=question)

    monkeypatch.setitem(actions.BY_ID, "totals", actions.Action("totals", macro, "check"))
    once.run(request(**{"answer.given": "x"}))
    assert [text for _, text in windows] == ["Which?\n\nfirst ?", "Which?\n\nsecond ?", "xb"]
