"""Those who prepare and sign a report at a desktop of the tests: each with LibreOffice and an identity card."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from unittest import mock

from addin import files
from addin.libreoffice import oxt
from signer.demo import demo_root_pem
from tests.live.desktop import Display, Person
from tests.signer import readers

if TYPE_CHECKING:
    from pathlib import Path


def card_holder(display: Display, keys: Path, folder: Path, signer: int, lang: str) -> Person:
    """Return somebody with a card of their own in the reader, and a viewer that keeps what it is shown.

    ``keys`` is the folder of the test authority, ``signer`` is 1 for the Secretary and 2 for the President.
    """
    home = folder / "home"
    home.mkdir(parents=True)
    with mock.patch.dict(os.environ, {files.HOME_VARIABLE: str(home)}):
        oxt.write_place()
    module, environment = readers.build(home, keys, signer)
    (home / "root.pem").write_bytes(demo_root_pem(keys))
    (home / "settings.toml").write_text(
        f'module = "{module.module}"\ntrust = "{home / "root.pem"}"\n', encoding="utf-8"
    )
    viewer = folder / "bin" / "xdg-open"
    viewer.parent.mkdir()
    viewer.write_text(f'#!/bin/sh\ncp "$1" "{folder}/shown.pdf"\n', encoding="utf-8")
    viewer.chmod(0o755)
    extension = folder / "rapport-unique.oxt"
    extension.write_bytes(oxt.build())
    path = f"{viewer.parent}:{os.environ['PATH']}"
    return Person(display, folder, lang, extension, PATH=path, **{files.HOME_VARIABLE: str(home)}, **environment)
