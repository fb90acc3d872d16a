"""Kill a program again and again while it writes a package, and look at what is left.

Run by ``test_kills``: FOLDER holds ``workbook.xlsx``, ``signed.asice`` and ``root.pem``. Everything is loaded once;
each try is a fork that writes as the commands do, killed after a random time. Prints, for each act, how often the
file was the old one, the new one, or anything else.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from addin import files
from addin.story import dossier
from signer.seal import seal
from signer.trust import TrustStore
from tests.dossier.conftest import NOW, Office
from tests.signer.pki import AUTHORITY, ROOT, issue

KILLS = 67
"""For each of the three acts."""


def main(folder: Path, tsa: str) -> None:
    """Print the counts as JSON."""
    root = issue(ROOT)
    office = Office(root, issue(AUTHORITY, root))
    served = TrustStore.with_pem((folder / "root.pem").read_bytes())
    workbook = (folder / "workbook.xlsx").read_bytes()
    package = dossier.package(workbook, "pas.xlsx", {}, lang="fr", at=NOW)
    once = office.sign(package, "secretary", "secretary")
    sealable = (folder / "signed.asice").read_bytes()
    chance = random.Random(2025)
    acts: dict[str, tuple[bytes, Callable[[bytes], bytes], Callable[[bytes], bool]]] = {
        "package": (
            b"an older package",
            lambda _: dossier.package(workbook, "pas.xlsx", {}, lang="fr", at=NOW),
            lambda found: not dossier.verify(found, office.store).broken,
        ),
        "sign": (
            once,
            lambda old: office.sign(old, "president", "president"),
            lambda found: dossier.verify(found, office.store).next_role is None,
        ),
        "seal": (
            sealable,
            lambda old: seal(old, served, authorities=[tsa]).package,
            lambda found: dossier.verify(found, served).valid,
        ),
    }
    counts: dict[str, Counter[str]] = {}
    for name, (old, act, is_new) in acts.items():
        path = folder / f"{name}.asice"
        files.write(path, old)
        start = time.perf_counter()
        files.write(folder / "new", act(old))
        takes = time.perf_counter() - start
        counts[name] = Counter()
        for _ in range(KILLS):
            _kill(lambda path=path, act=act: files.write(path, act(path.read_bytes())), chance.uniform(0, 2 * takes))  # type: ignore[misc]
            found = path.read_bytes()
            counts[name]["old" if found == old else "new" if is_new(found) else "neither"] += 1
            files.write(path, old)
    sys.stdout.write(json.dumps(counts))


def _kill(work: Callable[[], None], after: float) -> None:
    """Start work in a process of its own and kill it after so many seconds, if it still lives."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
