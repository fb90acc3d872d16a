"""What the builder wrote beside the modules: actions, and sentences in each language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from com.sun.star.beans import PropertyValue

_WRITTEN = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))

PROTOCOL: str = _WRITTEN["protocol"]
"""How our addresses begin."""
IDENTITY: str = _WRITTEN["identity"]
"""Defined name of our templates."""
ACTIONS: dict[str, dict[str, Any]] = _WRITTEN["actions"]
"""Action to its properties."""
MORE = "more"
"""Path of the address that shows the lines for which a message had no room."""


def language(context: Any) -> str:
    """Return the language of LibreOffice's menus, English where it is none of ours."""
    node = PropertyValue()
    node.Name, node.Value = "nodepath", "/org.openoffice.Setup/L10N"
    provider = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.configuration.ConfigurationProvider", context
    )
    access = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", (node,))
    found = str(access.getByName("ooLocale"))[:2]
    return found if found in _WRITTEN["words"] else "en"


def words(context: Any) -> dict[str, Any]:
    """Return the sentences in the language of the menus."""
    return dict(_WRITTEN["words"][language(context)])
