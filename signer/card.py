"""Card: one PKCS#11 conversation, and what each of its outcomes means. The only module that imports pkcs11.

Sessions are opened without a PIN: the middleware draws its own PIN window inside the sign call, so the PIN
never passes through this program.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pkcs11
from pkcs11 import Attribute, Mechanism, ObjectClass, exceptions
from pkcs11.types import SignMixin

from signer.algorithms import RSA, Algorithm
from signer.errors import SignerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

OUTCOMES: Final[Mapping[type[exceptions.PKCS11Error], str]] = {
    exceptions.FunctionCancelled: "SIG-E105",
    exceptions.FunctionRejected: "SIG-E105",
    exceptions.PinIncorrect: "SIG-E106",
    exceptions.PinLocked: "SIG-E107",
    exceptions.DeviceRemoved: "SIG-E108",
    exceptions.TokenNotPresent: "SIG-E108",
    exceptions.SessionHandleInvalid: "SIG-E108",
    exceptions.SessionClosed: "SIG-E108",
    exceptions.PinLenRange: "SIG-E110",
    exceptions.PinInvalid: "SIG-E110",
    exceptions.FunctionNotSupported: "SIG-E113",
}
"""PKCS#11 outcome -> code; every other outcome is SIG-E109 with its name, never a wrong PIN."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card as it stood in its reader when it was read."""

    module: Path
    slot: int
    reader: str
    certificates: Mapping[str, bytes] = field(repr=False)
    """Label of the certificate object -> DER."""


def read_cards(module: Path) -> list[Card]:
    """Return the cards in all readers. Raises SignerError: no middleware, no reader, no card."""
    with _outcomes():
        slots = _slots(module)
        if not slots:
            raise SignerError("SIG-E102")
        cards = [card for slot in slots if (card := _read(module, slot))]
    if not cards:
        raise SignerError("SIG-E103")
    return cards


def describe(module: Path) -> tuple[str, int]:
    """Return what a module says it is, with its version, and how many readers it sees.

    Raises SignerError: no middleware.
    """
    with _outcomes():
        slots = _slots(module)
        library = pkcs11.lib(str(module))
        return f"{library.library_description.strip()} {library.library_version}", len(slots)


def sign(card: Card, label: str, algorithm: Algorithm, data: bytes) -> bytes:
    """Return the XML Signature value over ``data`` by the key ``label``; here the PIN is asked for.

    Runs in a thread of its own, so that the caller's can be interrupted. Raises SignerError.
    """
    result: list[bytes] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            result.append(_sign(card, label, algorithm, data))
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread, whatever it is
            failure.append(error)

    worker = threading.Thread(target=work, name="card", daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(0.2)
    if failure:
        raise failure[0]
    return result[0]


def _sign(card: Card, label: str, algorithm: Algorithm, data: bytes) -> bytes:
    with _outcomes():
        slot = next((one for one in _slots(card.module) if one.slot_id == card.slot), None)
        if slot is None:
            raise SignerError("SIG-E108")
        with slot.get_token().open() as session:
            if _certificates(session).get(label) != card.certificates[label]:
                raise SignerError("SIG-E306")
            wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: label}
            keys = [one for one in session.get_objects(wanted) if isinstance(one, SignMixin)]
            if len(keys) != 1:
                raise SignerError("SIG-E113")
            if algorithm is RSA:
                return bytes(keys[0].sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))
            digest = hashlib.new(algorithm.hash_name, data).digest()
            return bytes(keys[0].sign(digest, mechanism=Mechanism.ECDSA))


def _read(module: Path, slot: pkcs11.Slot) -> Card | None:
    """Read a reader's card; None for an empty reader, or a card that the middleware does not know."""
    try:
        with slot.get_token().open() as session:
            return Card(module, slot.slot_id, slot.slot_description.strip(), _certificates(session))
    except (exceptions.TokenNotPresent, exceptions.TokenNotRecognised, exceptions.DeviceRemoved):
        return None


def _certificates(session: pkcs11.Session) -> dict[str, bytes]:
    # Identifiers are native integers whose size differs by system: labels tell objects apart.
    found = list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
    return {str(one[Attribute.LABEL]): bytes(one[Attribute.VALUE]) for one in found}


def _slots(module: Path) -> list[pkcs11.Slot]:
    """Return the readers as they are now."""
    try:
        library = pkcs11.lib(str(module))
    except (exceptions.PKCS11Error, OSError) as error:
        raise SignerError("SIG-E101", path=str(module)) from error
    return list(library.get_slots())


@contextmanager
def _outcomes() -> Iterator[None]:
    """Turn what PKCS#11 raises into a code."""
    try:
        yield
    except exceptions.PKCS11Error as error:
        code = OUTCOMES.get(type(error))
        if code:
            raise SignerError(code) from error
        raise SignerError("SIG-E109", outcome=type(error).__name__) from error
