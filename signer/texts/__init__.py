"""Sentences for every code of ``errors.CODES``, one catalogue per language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = ("fr", "nl", "de", "en")


class Text(NamedTuple):
    """What happened, and what to do about it."""

    message: str
    remedy: str


@cache
def catalogue(language: str) -> Mapping[str, Text]:
    """Return code -> Text with ``{param}`` placeholders; ``language`` is one of ``LANGUAGES``."""
    source = resources.files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return {code: Text(**entry) for code, entry in tomllib.loads(source).items()}


def explain(code: str, params: Mapping[str, str], language: str) -> Text:
    """Return the sentence and the remedy with the parameters filled in."""
    text = catalogue(language)[code]
    return Text(text.message.format_map(params), text.remedy.format_map(params))
