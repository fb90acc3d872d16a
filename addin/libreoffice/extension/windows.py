"""What the user sees: questions, a message of two lines above the sheet, and the window with the lines behind it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any, Callable, Mapping, Sequence

import uno
from com.sun.star.beans import StringPair

from .words import MORE, PROTOCOL, words

_BAR = "rapport-unique"
_INFO, _SUCCESS, _WARNING, _DANGER = range(4)
"""com.sun.star.frame.InfobarType"""
_KINDS = {"good": _SUCCESS, "found": _WARNING, "refused": _DANGER, "quiet": _INFO}
_FILE_OPEN, _FILE_SAVE = 0, 10
"""com.sun.star.ui.dialogs.TemplateDescription: FILEOPEN_SIMPLE, FILESAVE_AUTOEXTENSION"""
_GAP, _LINE, _BUTTON = 6, 10, 56
"""Measures of a window: between things, of a line, of a button."""
_POSITION = 3
"""com.sun.star.awt.PosSize.POS"""
_NORMAL, _BOLD = 100.0, 150.0
_OK, _CANCEL = 1, 2
"""com.sun.star.awt.PushButtonType"""
_TOLD: dict[str, tuple[str, str, list[str]]] = {}
"""Lines behind the message of a document, by its own identity."""


def tell(context: Any, document: Any, told: Mapping[str, Sequence[str]]) -> None:
    """Show two lines above the sheet, with a button for more; a file that was opened shows them itself."""
    document = _shown(context, document, told.get("file", [""])[0])
    controller = document.CurrentController
    if controller is None:
        return
    first, second = told["first"][0], told.get("second", [""])[0]
    more = list(told.get("more", ()))
    _TOLD[document.RuntimeUID] = (first, second, more)
    buttons = []
    if more:
        button = StringPair()
        button.First, button.Second = words(context)["more"], PROTOCOL + MORE
        buttons.append(button)
    if controller.hasInfobar(_BAR):
        controller.removeInfobar(_BAR)
    controller.appendInfobar(_BAR, first, second, _KINDS[told["tone"][0]], tuple(buttons), True)  # noqa: FBT003
    # The button that was clicked gives the keyboard back: what is typed next goes into the cell that is shown.
    controller.Frame.ComponentWindow.setFocus()


def _shown(context: Any, document: Any, path: str) -> Any:
    """Return the document that was opened from a path, else the given one."""
    if path.endswith(".xlsx"):
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        opened = desktop.Components.createEnumeration()
        url = uno.systemPathToFileUrl(path)
        while opened.hasMoreElements():
            one = opened.nextElement()
            if getattr(one, "URL", "") == url:
                return one
    return document


def details(context: Any, frame: Any) -> None:
    """Show the lines for which the message above the sheet had no room."""
    first, second, more = _TOLD.get(frame.Controller.Model.RuntimeUID, ("", "", []))
    said = words(context)
    dialog = _Dialog(context, frame, 300, said["title"])
    dialog.label(first, 2, bold=True)
    dialog.edit("\n".join([*([second] if second else []), *more]), 16, readonly=True)
    dialog.buttons((said["close"], _OK))
    dialog.execute()


def ask(context: Any, frame: Any, question: Mapping[str, Sequence[str]], answers: Mapping[str, str]) -> str | None:
    """Return the user's answer; None where they give none."""
    kind = question["kind"][0]
    if kind in ("open", "save"):
        return _file(context, frame, question, answers, save=kind == "save")
    said = words(context)
    dialog = _Dialog(context, frame, 280 if kind == "choice" else 220, question["title"][0])
    dialog.label(question["prompt"][0], 2)
    if kind == "choice":
        values = [one.split("=", 1)[0] for one in question["choice"]]
        answer = dialog.list([one.split("=", 1)[1] for one in question["choice"]])
    else:
        answer = dialog.edit("", 1)
    dialog.buttons((said["ok"], _OK), (said["cancel"], _CANCEL))
    if not dialog.execute():
        return None
    return values[answer().SelectedItems[0]] if kind == "choice" else str(answer().Text)


def _file(
    context: Any, frame: Any, question: Mapping[str, Sequence[str]], answers: Mapping[str, str], *, save: bool
) -> str | None:
    picker = context.ServiceManager.createInstanceWithArgumentsAndContext(
        "com.sun.star.ui.dialogs.FilePicker", (_FILE_SAVE if save else _FILE_OPEN,), context
    )
    picker.setTitle(question["prompt"][0])
    patterns = [f"*{suffix}" for suffix in question["suffix"]]
    picker.appendFilter(" ".join(patterns), ";".join(patterns))
    url = frame.Controller.Model.URL
    if url.startswith("file:"):
        picker.setDisplayDirectory(str(PurePosixPath(url).parent).replace("file:/", "file:///", 1))
    if save:
        told = [value.replace("/", "-") for value in answers.values()]
        picker.setDefaultName("-".join(told or [PurePosixPath(url).stem]) + question["suffix"][0])
    if not picker.execute():
        return None
    return str(uno.fileUrlToSystemPath(picker.getSelectedFiles()[0]))


class _Dialog:
    """A small window, filled from top to bottom; measures are LibreOffice's own for dialogs."""

    def __init__(self, context: Any, frame: Any, width: int, title: str) -> None:
        manager = context.ServiceManager
        self._model = manager.createInstanceWithContext("com.sun.star.awt.UnoControlDialogModel", context)
        self._model.Width, self._model.Title = width, title
        self._dialog = manager.createInstanceWithContext("com.sun.star.awt.UnoControlDialog", context)
        self._dialog.setModel(self._model)
        self._window = frame.ContainerWindow
        self._toolkit = manager.createInstanceWithContext("com.sun.star.awt.Toolkit", context)
        self._top = _GAP
        self._first = ""

    def _add(self, kind: str, lines: int, **values: object) -> Any:
        model = self._model.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
        model.PositionX, model.PositionY = _GAP, self._top
        model.Width, model.Height = self._model.Width - 2 * _GAP, lines * _LINE + (0 if kind == "FixedText" else 4)
        model.Name = f"{kind}{len(self._model.ElementNames)}"
        for key, value in values.items():
            setattr(model, key, value)
        self._model.insertByName(model.Name, model)
        self._top += model.Height + _GAP
        return model

    def label(self, text: str, lines: int, *, bold: bool = False) -> None:
        """Add lines of text."""
        weight = _BOLD if bold else _NORMAL
        # Not the label of what follows, whose first letter LibreOffice would underline.
        self._add("FixedText", lines, Label=text, MultiLine=True, FontWeight=weight, NoLabel=True)

    def edit(self, text: str, lines: int, *, readonly: bool = False) -> Callable[[], Any]:
        """Add a field to type in, or to read and copy from; return what gives it once it is shown."""
        model = self._add("Edit", lines, Text=text, MultiLine=readonly, ReadOnly=readonly, VScroll=readonly)
        self._first = self._first or model.Name
        return lambda: self._dialog.getControl(model.Name)

    def list(self, labels: Sequence[str]) -> Callable[[], Any]:
        """Add a list to choose one of, the first unless told; return what gives it."""
        model = self._add("ListBox", min(max(len(labels), 3), 12), StringItemList=tuple(labels))
        model.SelectedItems = (0,)
        self._first = self._first or model.Name
        return lambda: model

    def buttons(self, *told: tuple[str, int]) -> None:
        """Add the buttons, the first for Enter; Esc presses the one that cancels."""
        left = self._model.Width - len(told) * (_BUTTON + _GAP)
        for label, kind in told:
            model = self._add("Button", 1, Label=label, PushButtonType=kind, DefaultButton=kind == _OK)
            self._top = model.PositionY
            model.PositionX, model.Width = left, _BUTTON
            left += _BUTTON + _GAP
        self._model.Height = self._top + _LINE + 4 + _GAP

    def execute(self) -> bool:
        """Show the window; return whether the first button was pressed."""
        self._dialog.setVisible(False)
        self._dialog.createPeer(self._toolkit, self._window)
        outer, inner = self._window.PosSize, self._dialog.PosSize
        left, top = (outer.Width - inner.Width) // 2, (outer.Height - inner.Height) // 3
        self._dialog.setPosSize(outer.X + left, outer.Y + top, 0, 0, _POSITION)
        if self._first:
            self._dialog.getControl(self._first).setFocus()
        return bool(self._dialog.execute())
