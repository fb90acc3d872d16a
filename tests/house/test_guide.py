"""The guide with pictures: it says what the screen says, in both languages, and its pictures show what is so today."""

from __future__ import annotations

import re
from typing import Any

import pytest

from docs import booklet, pictures
from tests.house.kit import PROJECT, ROOT, name
from tests.validators.test_texts import ROOMS, leaves
from workbook_templates import packs
from workbook_templates.texts import catalogue

PAGES = sorted(booklet.FOLDER.rglob("*.md"))
LARGEST, LARGEST_OF_ALL = 150_000, 3_000_000
"""Bytes of a picture, and of all of them."""


def on_screen(lang: str) -> set[str]:
    """Return everything that a user may read in a language, without what has a blank to fill."""
    said = {text for room in ROOMS for _, text in leaves(catalogue(room, lang))}
    return said | {sheet.title[lang] for pack in packs.available() for sheet in packs.load(*pack).sheets}


def shown_on(lang: str, part: str) -> list[str]:
    """Return the pictures of a page, without their language, in their order."""
    text = (booklet.FOLDER / lang / f"{part}.md").read_text(encoding="utf-8")
    return re.findall(rf"!\[[^\]]+\]\(\.\./pictures/(\w+)\.{lang}\.png\)", text)


def test_no_picture_of_the_guide_is_stale() -> None:
    """Whoever changes what a picture shows runs `make docs`, which takes it anew."""
    assert pictures.stale() == []


def test_a_picture_is_stale_once_a_word_on_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another question in a window makes the pictures of windows stale, and no other."""
    true = pictures.catalogue

    def altered(room: str, lang: str) -> Any:  # noqa: ANN401 - what TOML holds
        return {**true(room, lang), "ask": {"reason": "?"}} if room == "addin" and lang == "nl" else true(room, lang)

    monkeypatch.setattr(pictures, "catalogue", altered)
    found = pictures.stale()
    assert "reason.nl" in found
    assert not {"reason.fr", "pasted.nl", "page.nl"} & set(found)


def test_the_pictures_are_small_and_all_of_them_are_used() -> None:
    """Each picture stands on a page of its own language, once; none is heavy, nor are all together."""
    used = [f"{one}.{lang}" for lang in booklet.LANGUAGES for part in booklet.PARTS for one in shown_on(lang, part)]
    sizes = {path.stem: path.stat().st_size for path in pictures.FOLDER.glob("*.png")}
    assert sorted(used) == sorted(sizes) == sorted(pictures.names())
    assert max(sizes.values()) < LARGEST
    assert sum(sizes.values()) < LARGEST_OF_ALL


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_guide_calls_things_as_the_screen_does(page: Any) -> None:  # noqa: ANN401 - a path
    """Whatever a page prints in bold is a text of the product, letter by letter."""
    told = re.findall(r"\*\*([^*]+)\*\*", page.read_text(encoding="utf-8"))
    assert told
    assert [one for one in told if one not in on_screen(page.parent.name)] == []


@pytest.mark.parametrize("part", booklet.PARTS)
def test_the_guide_has_the_same_steps_in_each_language(part: str) -> None:
    """The pages of a part have the same headings, steps and pictures in the same order."""
    first, *others = booklet.LANGUAGES
    shapes = [
        re.findall(r"^(#+|\d+\.|!\[|- )", (booklet.FOLDER / lang / f"{part}.md").read_text("utf-8"), re.MULTILINE)
        for lang in booklet.LANGUAGES
    ]
    assert all(shape == shapes[0] for shape in shapes)
    assert all(shown_on(lang, part) == shown_on(first, part) for lang in others)


@pytest.mark.parametrize("lang", booklet.LANGUAGES)
def test_the_page_that_the_button_opens_needs_nothing_else(lang: str) -> None:
    """The guide as one page has every picture inside, its links lead to its own parts, and it is installed."""
    page = booklet.page(lang)
    assert page.count('<img src="data:image/png;base64,') == page.count("<img") == len(pictures.names()) // 2
    links = re.findall(r'href="([^"]*)"', page)
    assert {link.removeprefix("#") for link in links} <= set(booklet.PARTS)
    assert "guide/*.html" in PROJECT["tool"]["setuptools"]["package-data"]["addin"]
    assert (ROOT / "addin" / "guide" / f"{lang}.html").exists()
