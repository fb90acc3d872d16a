"""eID: the conventions of the Belgian card and of its middleware, on top of any PKCS#11 conversation."""

from __future__ import annotations

import configparser
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asn1crypto import x509

from signer import card, trust
from signer import certificate as certificates
from signer.algorithms import algorithm_of
from signer.errors import Reason, SignerError
from signer.trust import TrustStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from signer.card import Card
    from signer.certificate import Certificate

SIGNATURE, AUTHORITY, ROOT = "Signature", "CA", "Root"
"""Labels of the objects on the card. Its key ``Card`` (applet 1.8) is never touched."""

MODULES: Final = {
    "win32": (Path(r"C:\Windows\System32\beidpkcs11.dll"),),
    "darwin": (Path("/Library/Belgium Identity Card/Pkcs11/libbeidpkcs11.dylib"),),
    "linux": tuple(
        Path(folder) / "libbeidpkcs11.so.0"
        for folder in (
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/usr/lib64",
            "/usr/local/lib",
        )
    ),
}
"""sys.platform -> where the middleware's installer puts its PKCS#11 module."""


_SETTINGS: Final = {"darwin": "Library/Preferences/beid.conf"}
"""sys.platform -> the middleware's settings under the user's home; on Windows they are in the registry."""


@dataclass(frozen=True, slots=True)
class EidCard:
    """A Belgian card with its signature certificates, read without a PIN."""

    card: Card = field(repr=False)
    signer: Certificate
    chain: tuple[Certificate, ...]
    """Its issuer, then the root, both as the card holds them."""


def module_path(override: Path | None = None) -> Path:
    """Return the middleware's PKCS#11 module: ``override``, or the first standard place of this system.

    Raises SignerError (SIG-E101) if there is none.
    """
    places = (override,) if override else MODULES.get(sys.platform, ())
    for place in places:
        if place.is_file():
            return place
    raise SignerError("SIG-E101", path=", ".join(map(str, places)))


def middleware_warnings(home: Path) -> tuple[Reason, ...]:
    """Warn (SIG-W115) when the middleware of the user with this home folder logs its talk with the card."""
    settings = home / _SETTINGS.get(sys.platform, ".config/beid.conf")
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(settings, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return ()
    level = parser.get("logging", "log_level", fallback="error").strip().casefold()
    return (Reason("SIG-W115", {"path": str(settings)}),) if level == "debug" else ()


def list_cards(module: Path | None = None) -> tuple[EidCard, ...]:
    """Return the cards with a Signature certificate in all readers.

    Raises SignerError: no middleware, no reader, no card, or cards without Signature certificate only.
    """
    found = [one for one in card.read_cards(module_path(module)) if SIGNATURE in one.certificates]
    if not found:
        raise SignerError("SIG-E111")
    return tuple(
        EidCard(
            card=one,
            signer=certificates.load(one.certificates[SIGNATURE]),
            chain=tuple(
                certificates.load(one.certificates[label]) for label in (AUTHORITY, ROOT) if label in one.certificates
            ),
        )
        for one in found
    )


class EidToken:
    """The card of one officer, as ``signer.sign`` wants it."""

    def __init__(
        self,
        officers: Sequence[str] = (),
        *,
        module: Path | None = None,
        store: TrustStore | None = None,
        at: datetime | None = None,
        on_pin: Callable[[Reason], None] = lambda _: None,
    ) -> None:
        """Choose the card of the first of ``officers`` (national numbers) who has one in a reader.

        Without officers there must be one card.

        The certificate is checked against ``store`` (the Belgian roots by default) at ``at`` (now by
        default) before anybody is asked for anything; ``on_pin`` is told, just before the middleware asks
        for the PIN, to look there (SIG-N114). Raises SignerError.
        """
        self._card = _choose(list_cards(module), officers)
        self._on_pin = on_pin
        reasons = trust.check_signer(self._card.signer)
        chain = (self._card.signer, *self._card.chain)
        reasons += trust.check_chain(chain, store or TrustStore(), at or datetime.now(UTC))[1]
        if reasons:
            raise SignerError(reasons[0].code, **reasons[0].params)
        self.certificate: x509.Certificate = _plain(self._card.signer)
        self.chain: Sequence[x509.Certificate] = tuple(map(_plain, self._card.chain))

    def sign(self, data: bytes) -> bytes:
        """Return the XML Signature value over ``data``; the middleware asks for the PIN."""
        algorithm = algorithm_of(self._card.signer)
        self._on_pin(Reason("SIG-N114"))
        return card.sign(self._card.card, SIGNATURE, algorithm, data)


def _choose(cards: Sequence[EidCard], officers: Sequence[str]) -> EidCard:
    found = _masked(one.signer.niss for one in cards)
    if not officers:
        if len({one.signer.der for one in cards}) > 1:
            raise SignerError("SIG-E112", found=found)
        return cards[0]
    present = {one.signer.niss: one for one in reversed(cards)}
    chosen = next((present[niss] for niss in officers if niss in present), None)
    if chosen is None:
        raise SignerError("SIG-E104", wanted=_masked(officers), found=found)
    return chosen


def _masked(numbers: Iterable[str]) -> str:
    return ", ".join(map(certificates.mask_niss, numbers))


def _plain(certificate: Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.der)
