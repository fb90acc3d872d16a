"""LibreOffice for the live tests: one process in a profile of its own, reached through a pipe of this user's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

LIBREOFFICES_PYTHON = "/usr/lib/python3/dist-packages"
_PATIENCE = 60


class Office:
    """A running LibreOffice without a window."""

    def __init__(self, folder: Path) -> None:
        """Start it, with its profile in a folder."""
        self.pipe = f"rapport-{uuid.uuid4().hex}"
        self.process = subprocess.Popen(
            [
                "soffice",
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--norestore",
                "--nologo",
                f"--accept=pipe,name={self.pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.context = self._connect()
        manager = self.context.ServiceManager
        self.desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)

    def _connect(self) -> Any:  # noqa: ANN401 - a UNO object
        uno = load_uno()
        here = uno.getComponentContext()
        resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                return resolver.resolve(f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext")
            except Exception:  # UNO's, which cannot be named before it is loaded
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.2)

    def open(self, path: Path, **properties: object) -> Any:  # noqa: ANN401 - a UNO object
        """Open a workbook, not shown."""
        return self.open_url(path.as_uri(), **properties)

    def open_url(self, url: str, **properties: object) -> Any:  # noqa: ANN401 - a UNO object
        """Open a workbook by its address."""
        uno = load_uno()
        told = []
        for name, value in {"Hidden": True, **properties}.items():
            told.append(uno.createUnoStruct("com.sun.star.beans.PropertyValue"))
            told[-1].Name, told[-1].Value = name, value
        return self.desktop.loadComponentFromURL(url, "_blank", 0, tuple(told))

    def close(self) -> None:
        """End the process, and those that it started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def load_uno() -> Any:  # noqa: ANN401 - a module without types
    """Return LibreOffice's own module, which stands beside the system's Python."""
    if LIBREOFFICES_PYTHON not in sys.path:
        sys.path.append(LIBREOFFICES_PYTHON)
    import uno  # noqa: PLC0415 - only where LibreOffice is

    return uno
