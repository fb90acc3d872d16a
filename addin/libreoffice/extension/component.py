"""The extension's door: LibreOffice hands every click in our menu and toolbar to the handler here.

It also says which buttons are of use in the document at hand.
"""

from __future__ import annotations

from typing import Any

import unohelper
from com.sun.star.frame import FeatureStateEvent, XDispatch, XDispatchProvider, XFrameActionListener
from com.sun.star.lang import XInitialization, XServiceInfo

from . import product, windows
from .click import Click, on_main
from .words import ACTIONS, IDENTITY, MORE, PROTOCOL

IMPLEMENTATION = "rapport-unique.ProtocolHandler"
SERVICES = ("com.sun.star.frame.ProtocolHandler",)
_LISTENERS: list[tuple[Any, Any, Any]] = []
"""Window, listener and address of every button and menu entry that is shown."""
_FRAMES: list[Any] = []
"""Windows that tell when another document comes into them."""


class Handler(unohelper.Base, XServiceInfo, XInitialization, XDispatchProvider):
    """Makes the dispatches of one window."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.frame: Any = None

    def initialize(self, arguments: tuple[Any, ...]) -> None:
        """Learn the window."""
        self.frame = arguments[0] if arguments else None

    def queryDispatch(self, url: Any, _target: str, _flags: int) -> Any:
        """Return what carries out an address of ours; None for any other."""
        if url.Protocol != PROTOCOL or not self.frame or url.Path not in (*ACTIONS, MORE):
            return None
        return Dispatch(self.context, self.frame)

    def queryDispatches(self, requests: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return several."""
        return tuple(self.queryDispatch(one.FeatureURL, one.FrameName, one.SearchFlags) for one in requests)

    def getImplementationName(self) -> str:
        """Return the name that is registered."""
        return IMPLEMENTATION

    def supportsService(self, name: str) -> bool:
        """Whether this is such a service."""
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        """Return the services."""
        return SERVICES


class Dispatch(unohelper.Base, XDispatch):
    """Carries out clicks in one window."""

    def __init__(self, context: Any, frame: Any) -> None:
        self.context = context
        self.frame = frame

    def dispatch(self, url: Any, _arguments: tuple[Any, ...]) -> None:
        """Begin; what is clicked while another click is at work, counts for nothing."""
        if url.Path == MORE:
            windows.details(self.context, self.frame)
        elif not Click.running and usable(self.frame, url.Path):
            Click(self.context, self.frame, url.Path, lambda: on_main(self.context, refresh)).start()
            refresh()

    def addStatusListener(self, listener: Any, url: Any) -> None:
        """Tell a button whether it is of use, now and whenever that changes."""
        _LISTENERS.append((self.frame, listener, url))
        if self.frame not in _FRAMES:
            _FRAMES.append(self.frame)
            self.frame.addFrameActionListener(Watcher())
        _tell(self.frame, listener, url)

    def removeStatusListener(self, listener: Any, url: Any) -> None:
        """Forget a button."""
        _LISTENERS[:] = [one for one in _LISTENERS if one[1] != listener or one[2].Complete != url.Complete]


class Watcher(unohelper.Base, XFrameActionListener):
    """Looks at the buttons again when another document comes into a window."""

    def frameAction(self, _event: Any) -> None:
        """Look again."""
        refresh()

    def disposing(self, event: Any) -> None:
        """Forget a closed window."""
        _FRAMES[:] = [one for one in _FRAMES if one != event.Source]
        _LISTENERS[:] = [one for one in _LISTENERS if one[0] != event.Source]


def usable(frame: Any, action: str) -> bool:
    """Whether an action is of use in a window: some are everywhere, most in our templates only."""
    if action == MORE:
        return True
    controller = frame.Controller
    document = controller.Model if controller else None
    if document is None or not hasattr(document, "NamedRanges"):
        return False
    ours = bool(document.NamedRanges.hasByName(IDENTITY))
    if ours:
        product.warm_up()
    return ours or bool(ACTIONS[action]["anywhere"])


def refresh() -> None:
    """Tell every button anew; only on the thread that draws them."""
    for one in tuple(_LISTENERS):
        _tell(*one)


def _tell(frame: Any, listener: Any, url: Any) -> None:
    event = FeatureStateEvent()
    event.FeatureURL = url
    event.IsEnabled = not Click.running and usable(frame, url.Path)
    listener.statusChanged(event)
