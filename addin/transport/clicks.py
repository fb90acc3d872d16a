"""One click on an action, whichever way it comes: what is still to be asked, and what is told, as fields for a host.

A host asks the user, and clicks again with every answer so far. Fields are pairs of key and value; a key may repeat.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from addin import settings
from addin.macros.actions import BY_ID, Action, Ask, Kind
from validators.findings import InputError
from workbook_templates.measure import LANGUAGES
from workbook_templates.texts import catalogue

if TYPE_CHECKING:
    from addin.macros.steps import Question, Told

Field = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Click:
    """What a user clicked, and has answered so far."""

    action: Action
    lang: str
    """In which the user is asked."""
    answers: Mapping[str, str]

    def ask(self, code: str = "") -> list[Field]:
        """Return what is to be asked for before the macro runs, or after a refusal; nothing where nothing is."""
        missing = (ask for ask in self.action.asks if ask.after == code and ask.name not in self.answers)
        ask = next(missing, None)
        return list(_asked(self, ask)) if ask else []

    def tell(self, told: Told) -> list[Field]:
        """Return what the macro had to say, or what it asks, or what is to be asked for after its refusal."""
        if told.ask:
            return list(_wondered(self, told.ask))
        return (self.ask(told.code) if told.code else []) or list(_said(self, told))


def click(action: str, host_lang: str, answers: Mapping[str, str]) -> Click:
    """Return a click on an action by its id; KeyError where there is none.

    The user's own language is spoken, else the host's.
    """
    lang = _chosen() or host_lang
    return Click(BY_ID[action], lang if lang in LANGUAGES else "en", answers)


def _chosen() -> str:
    try:
        return settings.load().lang
    except InputError:
        return ""


def _asked(click: Click, ask: Ask) -> Iterator[Field]:
    yield from (("state", "ask"), ("name", ask.name), ("kind", ask.kind.value))
    yield "title", click.action.label(click.lang)
    yield "prompt", str(catalogue("addin", click.lang)["ask"][ask.name])
    yield from (("suffix", suffix) for suffix in ask.suffixes)
    yield from (("choice", f"{value}={label}") for value, label in ask.choices(click.lang).items())


def _wondered(click: Click, question: Question) -> Iterator[Field]:
    yield from (("state", "ask"), ("name", question.name), ("kind", Kind.CHOICE.value))
    yield from (("title", click.action.label(click.lang)), ("prompt", question.prompt))
    yield from (("choice", f"{answer}={label}") for answer, label in question.choices.items())


def _said(click: Click, told: Told) -> Iterator[Field]:
    yield from (("state", "done"), ("title", click.action.label(click.lang)), ("tone", told.tone.value))
    yield from (("first", told.first), ("second", told.second), ("code", told.code), ("file", told.file))
    yield from (("more", line) for line in told.more)
