"""What the suites need from the system beside Python packages: the one list of it, and how to get it.

``python -m tools.system_packages`` installs what is missing where it may (apt, as root or with sudo), and
says which suites are left out where it may not; with ``CI=true`` leaving one out is an error. The marker
``needs`` of the tests looks things up in the same list.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


OOXML = Path(__file__).parents[1] / "tests" / "interop" / "ooxml"
OOXML_VALIDATOR = OOXML / "node_modules" / "@xarsh" / "ooxml-validator-linux-x64" / "ooxml-validator"
"""Says in JSON on its output whether a file is valid; its exit status does not tell."""


@dataclass(frozen=True, slots=True)
class Need:
    """A counterpart that a suite works with."""

    suite: str
    """What is left out without it, in a reader's words."""
    packages: Mapping[str, str]
    """The program or absolute path of a file that must be there -> its package in Debian and Ubuntu."""

    def missing(self) -> dict[str, str]:
        """Return the part of ``packages`` that this machine has not."""
        return {
            wanted: package
            for wanted, package in self.packages.items()
            if not (Path(wanted).exists() if wanted.startswith("/") else shutil.which(wanted))
        }


OPENSC = Path("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so")
"""OpenSC's PKCS#11 module."""
VIRTUAL_READER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"

NEEDS: Mapping[str, Need] = {
    # A LibreOffice without Calc has the program too: the library tells.
    "soffice": Need(
        "workbooks recalculated by LibreOffice",
        {"/usr/lib/libreoffice/program/libsclo.so": "libreoffice-calc", "soffice": "libreoffice-calc"},
    ),
    "uno": Need(
        "workbooks edited in LibreOffice",
        {"/usr/lib/python3/dist-packages/uno.py": "python3-uno"},
    ),
    "desktop": Need(
        "LibreOffice used by keys and clicks on a screen in memory",
        {
            "Xvfb": "xvfb",
            "openbox": "openbox",
            "xdotool": "xdotool",
            "xclip": "xclip",
            "import": "imagemagick",
            "unopkg": "libreoffice-common",
            **{
                f"/usr/lib/libreoffice/share/registry/Langpack-{lang}.xcd": f"libreoffice-l10n-{lang}"
                for lang in ("fr", "nl", "de")
            },
        },
    ),
    "card": Need(
        "signing with a card in a virtual reader",
        {
            "softhsm2-util": "softhsm2",
            "/usr/lib/softhsm/libsofthsm2.so": "softhsm2",
            "pkcs11-tool": "opensc",
            "gcc": "gcc",
            "/usr/include/stdlib.h": "libc6-dev",
            "/usr/include/p11-kit-1/p11-kit/pkcs11.h": "libp11-kit-dev",
        },
    ),
    "reader": Need(
        "cards read through virtual readers",
        {
            "pcscd": "pcscd",
            VIRTUAL_READER: "vsmartcard-vpcd",
            "opensc-tool": "opensc",
            str(OPENSC): "opensc-pkcs11",
        },
    ),
    "xmlsec1": Need("signatures verified by xmlsec1", {"xmlsec1": "xmlsec1"}),
    "dss": Need(
        "signatures validated by DSS, the European Commission's library",
        {"javac": "default-jdk-headless", "mvn": "maven"},
    ),
    "openssl": Need("certificates and time stamps read by OpenSSL", {"openssl": "openssl"}),
    "poppler": Need("PDF pages read by Poppler", {"pdftotext": "poppler-utils", "pdftoppm": "poppler-utils"}),
    "ooxml": Need("workbooks validated by the Open XML SDK", {str(OOXML_VALIDATOR): "npm"}),
    "fonts": Need(
        "column widths and pages drawn with known fonts",
        {
            "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf": "fonts-dejavu-core",
            "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf": "fonts-liberation",
        },
    ),
}


def left_out(needs: Iterable[Need]) -> list[str]:
    """Return a line per need that is not met: the suite, what is missing, and where it comes from."""
    return [
        f"{need.suite}: " + ", ".join(f"{wanted} (Debian package {package})" for wanted, package in missing.items())
        for need in needs
        if (missing := need.missing())
    ]


def install(packages: Iterable[str]) -> None:
    """Install packages with apt, as root or with sudo; where neither can be had, do nothing."""
    if not shutil.which("apt-get"):
        return
    if os.geteuid() == 0:
        root = []
    elif shutil.which("sudo"):
        root = ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    else:
        return
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    names = sorted(packages)
    print(f"Installing {', '.join(names)}.", flush=True)
    done = subprocess.run([*apt, "update"], check=False)
    if done.returncode == 0:
        subprocess.run([*apt, "install", "-y", "--no-install-recommends", *names], check=False)


def main() -> int:
    """Install what is missing where it may; return 1 if something is left out and CI allows none."""
    missing = {package for need in NEEDS.values() for package in need.missing().values()}
    if packages := {package for package in missing if package != "npm" or not shutil.which("npm")}:
        install(packages)
    if "npm" in missing and shutil.which("npm"):
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=OOXML, check=False)
    if lines := left_out(NEEDS.values()):
        print("Not installed on this machine, so these suites are left out:", *lines, sep="\n  - ")
        if os.environ.get("CI") == "true":
            print("CI may leave nothing out.")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
