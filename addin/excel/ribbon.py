"""The ribbon tab: its two parts, for Excel 2007 and for later ones, made from the actions.

A control says which action it is for by its tag, and asks the add-in for everything that depends on the language or on
the workbook; the callbacks stand in ``vba/Host.bas``, what they answer comes from :func:`words`.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby
from string import ascii_uppercase
from xml.sax.saxutils import quoteattr

from addin.macros.actions import ACTIONS
from workbook_templates.texts import catalogue

_SCHEMAS = {
    "customUI/customUI.xml": "http://schemas.microsoft.com/office/2006/01/customui",
    "customUI/customUI14.xml": "http://schemas.microsoft.com/office/2009/07/customui",
}
"""Part -> its schema."""
_TAB_KEYTIP = "YR"
"""Behind Alt; Excel's own tabs never begin with Y, in no language of the product."""


def parts() -> dict[str, bytes]:
    """Return both parts: name -> XML."""
    return {part: _part(schema).encode() for part, schema in _SCHEMAS.items()}


def _part(schema: str) -> str:
    title = catalogue("addin", "en")["macro"]["title"]
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        f'<customUI xmlns="{schema}" onLoad="RapportUniqueLoad">',
        "  <ribbon>",
        "    <tabs>",
        f'      <tab id="rapport_unique" label={quoteattr(title)} keytip="{_TAB_KEYTIP}">',
    ]
    for group, actions in groupby(ACTIONS, lambda action: action.group):
        lines.append(f'        <group id="group_{group}" tag="group.{group}" getLabel="RapportUniqueLabel">')
        lines += [
            f'          <button id="action_{action.id}" tag="action.{action.id}"'
            f' size="{"large" if action.large else "normal"}" imageMso="{action.icon}"'
            ' onAction="RapportUniqueAction" getEnabled="RapportUniqueEnabled" getLabel="RapportUniqueLabel"'
            ' getScreentip="RapportUniqueLabel" getSupertip="RapportUniqueTip" getKeytip="RapportUniqueKeytip"/>'
            for action in actions
        ]
        lines.append("        </group>")
    return "\n".join([*lines, "      </tab>", "    </tabs>", "  </ribbon>", "</customUI>", ""])


def words(lang: str) -> dict[str, str]:
    """Return what the ribbon and its windows say in a language, by the key that the add-in asks for."""
    texts, tips = catalogue("addin", lang), keytips(lang)
    told = {"title": texts["macro"]["title"]}
    for action in ACTIONS:
        told[f"group.{action.group}.label"] = texts["group"][action.group]
        told[f"action.{action.id}.label"] = action.label(lang)
        told[f"action.{action.id}.tip"] = action.tip(lang)
        told[f"action.{action.id}.keytip"] = tips[action.id]
    return told | {f"excel.{key}": text for key, text in texts["excel"].items()}


def keytips(lang: str) -> dict[str, str]:
    """Return the key of each action behind the tab's: the first letter of its label that is still free, else any."""
    taken: dict[str, str] = {}
    for action in ACTIONS:
        plain = unicodedata.normalize("NFD", action.label(lang)).upper()
        letters = [letter for letter in plain if letter in ascii_uppercase]
        taken[action.id] = next(one for one in [*letters, *ascii_uppercase] if one not in taken.values())
    return taken
