"""The guide as one page of HTML for each language, pictures inside: what the button *Guide* opens."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

FOLDER = Path(__file__).parent / "guide"
LANGUAGES = ("fr", "nl")
PARTS = ("preparer", "signer", "it")
"""Pages of the guide, in the order of the booklet."""
_STYLE = """
body { font: 1rem/1.5 "Segoe UI", system-ui, sans-serif; color: #1f2933; margin: auto; }
body { max-width: 80rem; padding: 1rem; }
h1, p, ol, ul, table, pre { max-width: 52rem; }
figure { margin: .75rem 0; }
h1, h2, a { color: #1f3a5f; }
h1 { margin-top: 3rem; border-bottom: 2px solid #1f3a5f; }
li { margin: .35rem 0; }
img { max-width: 100%; border: 1px solid #b8c4d3; border-radius: 4px; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #b8c4d3; padding: .35rem .6rem; text-align: left; vertical-align: top; }
th { background: #eef3f9; }
code, pre { font-family: Consolas, monospace; background: #eef3f9; }
code { overflow-wrap: anywhere; }
pre { padding: .75rem; overflow-x: auto; font-size: .85rem; }
nav a { margin-right: 1.5rem; }
@media print { h1 { break-before: page; margin-top: 0; } nav { display: none; } img { break-inside: avoid; } }
"""


def page(lang: str) -> str:
    """Return the guide in a language."""
    markdown = MarkdownIt("commonmark").enable("table")
    titles, bodies = [], []
    for part in PARTS:
        tokens = markdown.parse((FOLDER / lang / f"{part}.md").read_text(encoding="utf-8"))
        _point_inside(tokens, lang)
        titles.append(next(token.content for token in tokens if token.type == "inline"))
        drawn = str(markdown.renderer.render(tokens, markdown.options, {}))
        # Text has lines of a readable length, pictures their own size.
        drawn = re.sub(r"<p>(<img [^>]+>)</p>", r"<figure>\1</figure>", drawn)
        bodies.append(f'<section id="{part}">\n{drawn}</section>')
    links = "".join(f'<a href="#{part}">{title}</a>' for part, title in zip(PARTS, titles, strict=True))
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>Rapport Unique</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<nav>{links}</nav>\n"
        f"{chr(10).join(bodies)}\n</body>\n</html>\n"
    )


def _point_inside(tokens: Iterable[Token], lang: str) -> None:
    """Put the pictures into the page, and let links lead to its parts."""
    for token in tokens:
        if token.type == "image":
            data = (FOLDER / lang / str(token.attrs["src"])).read_bytes()
            token.attrs["src"] = f"data:image/png;base64,{base64.b64encode(data).decode()}"
        elif token.type == "link_open":
            token.attrs["href"] = f"#{str(token.attrs['href']).removesuffix('.md')}"
        _point_inside(token.children or (), lang)
