"""What only the user knows, asked on every way to them: by the helper's wire, by Excel's module, inside LibreOffice."""

from __future__ import annotations

import sys
import threading
import zipfile
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from addin import files
from addin.libreoffice import oxt
from addin.libreoffice.extension.helper import grouped
from addin.macros import live
from addin.transport import wire
from addin.transport.jobs import Jobs
from tests.addin.desks import InMemory, LibreOffice
from tests.addin.drafts import draft, saved
from tests.addin.helpers import until
from tests.addin.office import load_uno
from tests.addin.portable import add_in
from tests.ledgers.test_questions import CREDITS, TWO
from validators.check import judge
from validators.totals import column_cents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlwings import Book

    from addin.transport.books import Place

Fields = list[tuple[str, str]]
Ask = Callable[[Mapping[str, list[str]]], str | None]
"""A user: the fields of a question to an answer; None for one who turns away."""
Run = Callable[[dict[str, str]], Fields]
"""A way to the program: answers to the fields of what is asked or told."""
Follow = Callable[[Fields, Ask], str | None]
"""A way to the user: the fields of a question to an answer."""
CHOSEN = 4335
"""Cents of the ledger's second column of amounts, which the right answer chooses."""
WAYS = [
    "wire",
    pytest.param("Excel", marks=[pytest.mark.needs("soffice", "uno"), pytest.mark.xdist_group("office")]),
    pytest.param("LibreOffice", marks=[pytest.mark.needs("soffice", "uno"), pytest.mark.xdist_group("office")]),
]


class Clicked:
    """A report in which somebody clicks on *paste ledger*, on one of the ways."""

    def __init__(self, book: Book, run: Run, follow: Follow) -> None:
        self.book, self._run, self._follow = book, run, follow
        self.asked: list[Mapping[str, list[str]]] = []

    def cents(self) -> int:
        """Return the sum of the expenses."""
        tables = judge(live.read(self.book).raw).tables
        return sum(column_cents(tables[one], "total_amount") for one in ("volet_a", "volet_b", "volet_c"))

    def click(self, ledger: Path, *replies: str | None) -> dict[str, list[str]]:
        """Click, reply to the questions one after the other, and return what is told at the end."""
        answers, left = {"ledger": str(ledger)}, list(replies)

        def user(question: Mapping[str, list[str]]) -> str | None:
            self.asked.append(question)
            return left.pop(0)

        while (told := grouped(fields := self._run(answers)))["state"] == ["ask"]:
            answer = self._follow(fields, user)
            if answer is None:
                break
            answers[told["name"][0]] = answer
        assert not left
        return told


@pytest.fixture(params=WAYS)
def clicked(request: pytest.FixtureRequest, tmp_path: Path, home: Path) -> Iterator[Clicked]:
    """Return a report on each way."""
    assert not (home / files.MAPPING).exists()
    path = saved(tmp_path, draft(faults=False))
    if request.param == "LibreOffice":
        desk = LibreOffice(request.getfixturevalue("office"))
        book = desk.open(path)
        with component(tmp_path) as program:
            way = program.product.Inside(
                import_module("addin.transport.inside"),
                request.getfixturevalue("office").context,
                book.impl.uno,
                threading.Event(),
            )
            yield Clicked(book, lambda answers: _flat(way.run("paste_ledger", answers, "fr")), _in_a_window(program))
        desk.close()
        return
    book = InMemory().open(path)

    @contextmanager
    def found(_place: Place) -> Iterator[Book]:
        yield book

    jobs = Jobs(found)
    if request.param == "wire":
        yield Clicked(book, partial(_posted, jobs), lambda told, user: user(grouped(told)))
    else:
        with add_in(request.getfixturevalue("office"), tmp_path) as call:
            yield Clicked(
                book, lambda answers: _posted(jobs, answers, call), lambda told, user: _typed(call, told, user)
            )


def _posted(jobs: Jobs, answers: Mapping[str, str], call: Any = None) -> Fields:  # noqa: ANN401 - a Protocol elsewhere
    """Post a run as a host does, and return the fields of its end; Excel's module writes the lines itself."""
    fields = [
        ("action", "paste_ledger"),
        ("host", "excel"),
        ("window", ""),
        ("book", "b"),
        ("path", "b"),
        ("lang", "fr"),
    ]
    fields += [(f"answer.{name}", value) for name, value in answers.items()]
    body = wire.encode(fields)
    if call:
        body = bytes.fromhex(call("ToHex", "".join(call("MessageLine", *field) for field in fields)))
    told = list(jobs.begin(wire.one(wire.decode(body))))
    if told[0] == ("state", "running"):
        told = list(until(lambda: (now := jobs.look(dict(told)["job"]))[0] != ("state", "running") and now))
    return wire.decode(wire.encode(told))


def _typed(call: Any, told: Fields, user: Ask) -> str | None:  # noqa: ANN401 - as above
    """Ask as Excel's module does: choices with numbers, and again where what is typed is none of them."""
    message = call("FromHex", wire.encode(told).hex())
    shown = call("Numbered", message, "fr")
    question = grouped(told)
    while typed := user(question | {"shown": [shown]}):
        values = [choice.partition("=")[0] for choice in question["choice"]]
        number = str(values.index(typed) + 1) if typed in values else typed
        if chosen := call("ChosenOf", message, number):
            return str(chosen)
    return None


def _in_a_window(program: Any) -> Follow:  # noqa: ANN401 - a package made for LibreOffice
    """Ask as the extension does: a list to choose one of, in a window that a user closes with OK or Cancel."""

    def follow(told: Fields, user: Ask) -> str | None:
        question = grouped(told)
        labels = [choice.partition("=")[2] for choice in question["choice"]]
        reply: list[str | None] = []

        class Window(program.windows._Dialog):  # type: ignore[misc] # noqa: SLF001 - without a screen
            def __init__(self, *_told: object) -> None:
                """Need no screen."""

            def label(self, text: str, *_look: object) -> None:
                assert text == question["prompt"][0]

            def list(self, shown: Any) -> Any:  # noqa: ANN401 - as above
                assert list(shown) == labels
                values = [choice.partition("=")[0] for choice in question["choice"]]
                return lambda: type("List", (), {"SelectedItems": (values.index(str(reply[0])),)})

            def buttons(self, *told: tuple[str, int]) -> None:
                assert len(told) == 2

            def execute(self) -> bool:
                reply.append(user(question))
                return reply[0] is not None

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(program.windows, "_Dialog", Window)
            patch.setattr(program.windows, "words", lambda _context: {"ok": "OK", "cancel": "Annuler"})
            answer: str | None = program.windows.ask(None, None, question, {})
        return answer

    return follow


@contextmanager
def component(folder: Path) -> Iterator[Any]:
    """Yield the package of the extension, as LibreOffice's Python finds it."""
    load_uno()
    with zipfile.ZipFile(BytesIO(oxt.build())) as archive:
        archive.extractall(folder / "extension")
    sys.path.insert(0, str(folder / "extension" / "pythonpath"))
    try:
        for name in ("windows", "product"):
            import_module(f"rapport_unique_office.{name}")
        yield import_module("rapport_unique_office")
    finally:
        sys.path.pop(0)
        for name in [name for name in sys.modules if name.startswith("rapport_unique_office")]:
            del sys.modules[name]


def _flat(told: Mapping[str, list[str]]) -> Fields:
    return [(key, value) for key, values in told.items() for value in values]


def ledger(folder: Path, text: str) -> Path:
    """Write a ledger."""
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_question_is_answered(clicked: Clicked, tmp_path: Path) -> None:
    """The user sees prompt and choices, chooses, and every cent arrives; the question is not asked again."""
    before = clicked.cents()
    told = clicked.click(ledger(tmp_path, TWO), "2")
    assert (told["tone"], clicked.cents()) == (["good"], before + CHOSEN)
    assert len(clicked.asked) == 1
    assert "Montant total" in clicked.asked[0]["prompt"][0]
    assert [choice.partition("=")[0] for choice in clicked.asked[0]["choice"]] == ["1", "2", "0"]
    assert "Montant TVAC" in clicked.asked[0]["choice"][1]
    assert clicked.click(ledger(tmp_path, TWO))["state"] == ["done"]


def test_a_question_that_is_not_answered_leaves_everything(clicked: Clicked, tmp_path: Path, home: Path) -> None:
    """Who cancels has the workbook as it was, nothing is remembered, and the next click asks the same."""
    before = clicked.cents()
    for _ in range(2):
        assert clicked.click(ledger(tmp_path, TWO), None)["state"] == ["ask"]
    assert clicked.asked[0]["choice"] == clicked.asked[1]["choice"]
    assert clicked.cents() == before
    assert not (home / files.MAPPING).exists()


@pytest.mark.parametrize("clicked", WAYS[:2], indirect=True)
@pytest.mark.parametrize("wrong", ["9", "-1", "un", "Montant"])
def test_a_wrong_answer_is_asked_again(clicked: Clicked, tmp_path: Path, wrong: str) -> None:
    """What is none of the choices counts for nothing; a window of LibreOffice offers nothing else."""
    before = clicked.cents()
    told = clicked.click(ledger(tmp_path, TWO), wrong, "1")
    assert (told["tone"], clicked.cents()) == (["good"], before + 3500)
    assert clicked.asked[0]["prompt"] == clicked.asked[1]["prompt"]


def test_a_yes_or_no_is_asked_on_every_way(clicked: Clicked, tmp_path: Path) -> None:
    """A proposal that is refused ends in its sentence, and nothing is written."""
    before = clicked.cents()
    told = clicked.click(ledger(tmp_path, CREDITS), "0")
    assert (told["tone"], told["code"]) == (["refused"], ["RU-L29"])
    assert clicked.cents() == before
