"""The LibreOffice extension, made from the actions and their texts: menu, toolbar, icons, and the modules beside them.

An ``.oxt`` is a zip of configuration (``.xcu``), a description, and what LibreOffice's own Python runs
(:mod:`addin.libreoffice.extension`). The same program gives the same bytes.
"""

from __future__ import annotations

import io
import json
import sys
import sysconfig
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files as resources
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from addin import files
from addin.libreoffice.extension import helper
from addin.macros.actions import ACTIONS, Action
from workbook_templates.cells import IDENTITY_NAME
from workbook_templates.measure import LANGUAGES
from workbook_templates.texts import catalogue

NAME = "rapport-unique.libreoffice"
"""Identifier of the extension."""
PLACE = "libreoffice.txt"
"""File in the user's folder that tells the extension where the program is."""
PROTOCOL = "vnd.rapport-unique:"
"""How the addresses of our actions begin in LibreOffice."""
_SHEETS = "com.sun.star.sheet.SpreadsheetDocument"
_TOOLBAR = "rapport-unique.toolbar"
_PACKAGE = "rapport_unique_office"
"""Name of :mod:`addin.libreoffice.extension` inside the extension."""
_MOMENT = (1980, 1, 1, 0, 0, 0)
_REGISTERED = "vnd.rapport-unique:*"
_NEEDED = "7.0"
"""The first LibreOffice that can show a message above the sheet."""


def build() -> bytes:
    """Return the extension as a file."""
    parts = dict(_parts())
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(parts):
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), parts[name].encode(), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def write_place() -> Path:
    """Tell the extension, in the user's folder, where the running program and its Python are; return the file."""
    folders = (Path(__file__).parents[2], *(Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")))
    told = [("version", version("rapport-unique")), ("python", "{}.{}".format(*sys.version_info[:2]))]
    told += [("path", str(folder)) for folder in dict.fromkeys(folders)]
    target = files.home() / PLACE
    files.write(target, helper.encode(told))
    return target


def _parts() -> Iterator[tuple[str, str]]:
    """Yield name and text of each part."""
    yield "META-INF/manifest.xml", _manifest()
    yield "description.xml", _description()
    yield "Addons.xcu", _addons()
    yield "CalcWindowState.xcu", _window_state()
    yield "ProtocolHandler.xcu", _protocol_handler()
    for lang in LANGUAGES:
        yield f"description/{lang}.txt", catalogue("addin", lang)["office"]["description"] + "\n"
    yield "component.py", _component()
    room = resources("addin.libreoffice.extension")
    for one in room.iterdir():
        if one.name.endswith(".py"):
            yield f"pythonpath/{_PACKAGE}/{one.name}", one.read_text(encoding="utf-8")
    yield f"pythonpath/{_PACKAGE}/words.json", _words()
    for icon in (room / "icons").iterdir():
        yield f"icons/{icon.name}", icon.read_text(encoding="utf-8")


def _component() -> str:
    return f'''"""Registers the handler of our addresses."""

import unohelper

from {_PACKAGE}.component import IMPLEMENTATION, SERVICES, Handler

g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Handler, IMPLEMENTATION, SERVICES)
'''


def _words() -> str:
    told = {
        "protocol": PROTOCOL,
        "identity": IDENTITY_NAME,
        "actions": {action.id: {"anywhere": action.anywhere} for action in ACTIONS},
        "words": {lang: _said(lang) for lang in LANGUAGES},
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _said(lang: str) -> dict[str, object]:
    """Return the extension's own sentences; most of what it shows comes from the program with each click."""
    texts = catalogue("addin", lang)
    return {"title": texts["macro"]["title"], "unexpected": texts["refused"]["RU-M07"], **texts["office"]}


def _manifest() -> str:
    kinds = {
        "Addons.xcu": "application/vnd.sun.star.configuration-data",
        "CalcWindowState.xcu": "application/vnd.sun.star.configuration-data",
        "ProtocolHandler.xcu": "application/vnd.sun.star.configuration-data",
        "component.py": "application/vnd.sun.star.uno-component;type=Python",
    }
    entries = "".join(
        f"<manifest:file-entry manifest:media-type={quoteattr(kind)} manifest:full-path={quoteattr(name)}/>\n"
        for name, kind in kinds.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{entries}</manifest:manifest>\n'
    )


def _description() -> str:
    names = "".join(f'<name lang="{lang}">{title}</name>' for lang, title in _titles().items())
    texts = "".join(f'<src lang="{lang}" xlink:href="description/{lang}.txt"/>' for lang in LANGUAGES)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006"
  xmlns:d="http://openoffice.org/extensions/description/2006" xmlns:xlink="http://www.w3.org/1999/xlink">
<identifier value="{NAME}"/>
<version value="{version("rapport-unique")}"/>
<dependencies><LibreOffice-minimal-version value="{_NEEDED}" d:name="LibreOffice {_NEEDED}"
  xmlns="http://libreoffice.org/extensions/description/2011"/></dependencies>
<display-name>{names}</display-name>
<icon><default xlink:href="icons/check_and_sign.svg"/></icon>
<extension-description>{texts}</extension-description>
</description>
"""


# Configuration: nodes and properties, as LibreOffice's registry writes them.


def _registry(package: str, name: str, *nodes: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'oor:package="org.openoffice.{package}" oor:name="{name}">\n{"".join(nodes)}</oor:component-data>\n'
    )


def _node(name: str, *inner: str, fresh: bool = False) -> str:
    """Return a node; a fresh one is ours, another is LibreOffice's."""
    operation = ' oor:op="replace"' if fresh else ""
    return f"<node oor:name={quoteattr(name)}{operation}>\n{''.join(inner)}</node>\n"


def _property(name: str, value: str | Mapping[str, str], kind: str = "") -> str:
    """Return a property, the same in every language or one value for each."""
    told = {"": value} if isinstance(value, str) else {"en-US": value["en"], **value}
    values = "".join(
        f"<value{f' xml:lang={quoteattr(lang)}' if lang else ''}>{escape(text)}</value>"
        for lang, text in told.items()
        if lang != "en"
    )
    return f'<prop oor:name="{name}"{f" oor:type={quoteattr(kind)}" if kind else ""}>{values}</prop>\n'


def _titles() -> dict[str, str]:
    return {lang: str(catalogue("addin", lang)["macro"]["title"]) for lang in LANGUAGES}


def _addons() -> str:
    return _registry(
        "Office",
        "Addons",
        _node(
            "AddonUI",
            _node(
                "OfficeMenuBar",
                _node(
                    NAME,
                    _property("Context", _SHEETS, "xs:string"),
                    _property("Title", _titles(), "xs:string"),
                    _node("Submenu", *_entries()),
                    fresh=True,
                ),
            ),
            _node("OfficeToolBar", _node(_TOOLBAR, *_entries(), fresh=True)),
            _node("Images", *(_image(action) for action in ACTIONS)),
        ),
    )


def _entries() -> Iterator[str]:
    """Yield the actions in their order, a line between groups."""
    group = ACTIONS[0].group
    for position, action in enumerate(ACTIONS):
        if action.group != group:
            group = action.group
            yield _node(f"m{2 * position:02}", _property("URL", "private:separator", "xs:string"), fresh=True)
        yield _node(
            f"m{2 * position + 1:02}",
            _property("URL", PROTOCOL + action.id, "xs:string"),
            _property("Title", {lang: action.label(lang) for lang in LANGUAGES}, "xs:string"),
            _property("Target", "_self", "xs:string"),
            _property("Context", _SHEETS, "xs:string"),
            fresh=True,
        )


def _image(action: Action) -> str:
    icon = f"%origin%/icons/{action.id}.svg"
    return _node(
        f"{NAME}.{action.id}",
        _property("URL", PROTOCOL + action.id, "xs:string"),
        _node("UserDefinedImages", _property("ImageSmallURL", icon), _property("ImageBigURL", icon)),
        fresh=True,
    )


def _window_state() -> str:
    return _registry(
        "Office.UI",
        "CalcWindowState",
        _node(
            "UIElements",
            _node(
                "States",
                _node(
                    f"private:resource/toolbar/addon_{_TOOLBAR}",
                    _property("UIName", _titles(), "xs:string"),
                    _property("Docked", "true", "xs:boolean"),
                    _property("DockingArea", "0", "xs:int"),
                    _property("DockPos", "0,3", "xs:string"),
                    _property("Visible", "true", "xs:boolean"),
                    _property("Style", "2", "xs:int"),
                    _property("ContextSensitive", "false", "xs:boolean"),
                    fresh=True,
                ),
            ),
        ),
    )


def _protocol_handler() -> str:
    return _registry(
        "Office",
        "ProtocolHandler",
        _node(
            "HandlerSet",
            _node(
                "rapport-unique.ProtocolHandler",
                # A list whose values are parted by blanks.
                f'<prop oor:name="Protocols" oor:type="oor:string-list"><value>{_REGISTERED}</value></prop>\n',
                fresh=True,
            ),
        ),
    )
