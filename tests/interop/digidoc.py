"""Validate packages with libdigidocpp, Estonia's library, in a process of its own: it keeps its trust list for good.

The folder given holds a signed trust list (list.xml), its operator's certificate (list.der) and packages (*.asice). One
line for each signature, separated by tabs: package, signature, profile, verdict.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pydigidoc
from pydigidoc import digidoc


def main(folder: Path) -> None:
    """Print what libdigidocpp says of every package in ``folder``."""
    home = folder / "home"
    shutil.copytree(Path(pydigidoc.__file__).parent / "schema", home)
    shutil.copy(folder / "list.xml", home)
    settings = pydigidoc.DigiDocConf(str(home))
    settings.set_tslurl("http://127.0.0.1/list.xml")  # its last part names the file; nothing is fetched
    settings.set_tslcert((folder / "list.der").read_bytes())
    settings.set_log_file(str(folder / "log.txt"))
    settings.this.disown()
    pydigidoc.Conf.init(settings)
    digidoc.initialize("interop", "interop")
    for path in sorted(folder.glob("*.asice")):
        package = pydigidoc.Container.open(str(path))  # signatures point into it
        for number, signature in enumerate(package.signatures()):
            try:
                signature.validate()
                verdict = "OK"
            except RuntimeError as error:
                verdict = " ".join(str(error).split())
            sys.stdout.write(f"{path.stem}\t{number}\t{signature.profile()}\t{verdict}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
