"""Every code speaks every language."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import signer
from signer.errors import CODES, Reason, SignerError
from signer.texts import LANGUAGES, catalogue, explain

SOURCES = [path for path in Path(signer.__file__).parent.rglob("*.py") if path.name != "errors.py"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_knows_exactly_the_codes(language: str) -> None:
    """No code without a text, no text without a code."""
    assert set(catalogue(language)) == set(CODES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_placeholders_are_the_parameters(language: str, code: str) -> None:
    """A sentence shows every parameter of its code and asks for no other."""
    text = catalogue(language)[code]
    named = {field for part in text for _, field, _, _ in string.Formatter().parse(part) if field}
    assert named == CODES[code]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_a_text_is_a_plain_sentence(language: str, code: str) -> None:
    """Message and remedy are sentences with an end, and no parameter is left open."""
    for part in explain(code, dict.fromkeys(CODES[code], "x"), language):
        assert re.fullmatch(r"[A-ZÀ-Ýx].*\.", part), part
        assert "{" not in part


def test_languages_differ() -> None:
    """No sentence was left untranslated."""
    for code in CODES:
        messages = {catalogue(language)[code].message for language in LANGUAGES}
        assert len(messages) == len(LANGUAGES), code


def test_every_code_is_used() -> None:
    """A code that nothing can raise is taken off the list."""
    used = set(re.findall(r"SIG-[ENW]\d{3}", "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)))
    assert used == set(CODES)


def test_only_registered_codes_and_parameters_exist() -> None:
    """A misspelt code or parameter fails where it is written, not before a user."""
    with pytest.raises(KeyError):
        SignerError("SIG-E999")
    with pytest.raises(KeyError):
        Reason("SIG-E404", {"name": "report.json"})
