"""Catalogues of texts: one TOML file per language beside the code that shows them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def catalogue(package: str, lang: str) -> dict[str, Any]:
    """Return the catalogue ``texts/LANG.toml`` of a package as nested dictionaries of strings."""
    return tomllib.loads((files(package) / "texts" / f"{lang}.toml").read_text(encoding="utf-8"))
