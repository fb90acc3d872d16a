"""A click that the LibreOffice extension hands over inside LibreOffice's own process.

The other half is :mod:`addin.libreoffice.extension`, which may be older or newer than this: they exchange plain
fields, the same as with the local helper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from addin.transport import clicks
from addin.uno_engine.engine import attach


def click(
    context: Any,  # noqa: ANN401 - objects of LibreOffice have no types
    document: Any,  # noqa: ANN401 - as above
    action: str,
    answers: Mapping[str, str],
    lang: str,
    cancelled: Callable[[], bool],
) -> list[clicks.Field]:
    """Return the fields of the next question, or of what was told; ``lang`` is that of LibreOffice's menus."""
    clicked = clicks.click(action, lang, answers)
    if asked := clicked.ask():
        return asked
    return clicked.tell(
        clicked.action.macro(attach(context, document), cancelled=cancelled, host_lang=clicked.lang, **answers)
    )
