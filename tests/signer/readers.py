"""Two virtual readers with a card each, behind a module with the face of the Belgian middleware."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from signer.demo import DemoToken
from tests.signer.kit import PIN, PRESIDENT, SECRETARY, SOFTHSM, run


@dataclass(frozen=True)
class Readers:
    """Two virtual readers with the cards of the Secretary (RSA) and of the President (P-384)."""

    module: Path


def build(folder: Path, demo_home: Path, *signers: int) -> tuple[Readers, dict[str, str]]:
    """Build the module and the cards in ``folder``; return them with the environment that the module wants.

    ``signers`` are 1 for the Secretary and 2 for the President; without any, both have their card in a reader.
    """
    module = folder / "beid_shim.so"
    source = Path(__file__).parent / "shim" / "beid_shim.c"
    flags = ("-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I/usr/include/p11-kit-1")
    run("gcc", *flags, "-o", module, source, "-ldl")
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n", encoding="ascii")
    for niss in (SECRETARY, PRESIDENT):
        DemoToken(demo_home, niss)  # makes the keys
    for signer in signers or (1, 2):
        _insert_card(folder, demo_home, signer=signer, other=3 - signer)
    environment = {
        "SOFTHSM2_CONF": str(configuration),
        "BEID_SHIM_BACKEND": SOFTHSM,
        "BEID_SHIM_PIN": PIN,
    }
    return Readers(module), environment


def _insert_card(folder: Path, demo_home: Path, *, signer: int, other: int) -> None:
    """Write a card: the signer's objects, and a log-in key of somebody else that must never be used."""
    environment = {"SOFTHSM2_CONF": str(folder / "softhsm2.conf")}
    init = ("--init-token", "--free", "--label", "BELPIC", "--pin", PIN, "--so-pin", "12345678")
    slot = re.findall(r"slot (\d+)", run("softhsm2-util", *init, **environment))[-1]
    tool = ("pkcs11-tool", "--module", SOFTHSM, "--slot", slot, "--login", "--pin", PIN, "--write-object")
    for label, name, identifier in (
        ("Authentication", f"officer-{other}", "02"),
        ("Signature", f"officer-{signer}", "03"),
        ("CA", "authority", "06"),
        ("Root", "root", "07"),
    ):
        source = (demo_home / f"{name}.pem").read_bytes()
        der = folder / f"{name}.der"
        der.write_bytes(x509.load_pem_x509_certificate(source).public_bytes(serialization.Encoding.DER))
        run(*tool, der, "--type", "cert", "--label", label, "--id", identifier, **environment)
        if label in {"Authentication", "Signature"}:
            key = ("--import", demo_home / f"{name}.pem", "--slot", slot, "--pin", PIN)
            run("softhsm2-util", *key, "--label", label, "--id", identifier, **environment)
