"""Container: data files and signatures in one ASiC-E package (ETSI EN 319 162-1), closed by reconstruction.

A package is ``mimetype``, the data files at the root, ``META-INF/manifest.xml`` and ``META-
INF/signaturesN.xml``, in this order and nothing else. The manifest is a function of the files, the archive a
function of its entries: the reader accepts only bytes that the writer would have written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from lxml import etree

from signer import archive, xml
from signer.archive import Entry
from signer.errors import Reason, SignerError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MIMETYPE: Final = "application/vnd.etsi.asic-e+zip"
MANIFEST: Final = "META-INF/manifest.xml"
MAX_SIGNATURES: Final = 4
_MEDIA_TYPE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,99}/[A-Za-z0-9][A-Za-z0-9.+-]{0,99}")
_NAMESPACE: Final = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


class DataFile(NamedTuple):
    """One document of the package: its bytes and its media type."""

    content: bytes
    mimetype: str


@dataclass(frozen=True, slots=True)
class Container:
    """What a package holds, in the package's own order."""

    files: dict[str, DataFile]
    """Name at the root of the package -> document."""
    signatures: tuple[bytes, ...]
    """XML of ``META-INF/signatures0.xml``, ``…1.xml`` and so on."""


def build(files: Mapping[str, tuple[bytes, str]]) -> bytes:
    """Return an unsigned package of ``files`` (name -> content and media type): same input, same bytes.

    Raises SignerError for a name or media type that a package may not hold, for no file, or for too much.
    """
    reasons = archive.check_names(list(files))
    reasons += [Reason("SIG-E212") for _, mimetype in files.values() if not _MEDIA_TYPE.fullmatch(mimetype)]
    if reasons:
        raise SignerError(reasons[0].code, **reasons[0].params)
    return _closed(Container({name: DataFile(*document) for name, document in files.items()}, ()))


def read(package: bytes) -> Container:
    """Return the content of a package that is exactly as this module writes it.

    Raises SignerError with the first reason otherwise.
    """
    container, reasons = examine(package)
    if reasons:
        raise SignerError(reasons[0].code, **reasons[0].params)
    return container


def append_signature(package: bytes, signature: bytes) -> bytes:
    """Return the package with one more ``META-INF/signaturesN.xml``; every other entry keeps its bytes."""
    found = read(package)
    return with_signatures(found, (*found.signatures, signature))


def with_signatures(container: Container, signatures: Sequence[bytes]) -> bytes:
    """Return the package of the same documents with these signatures, in order."""
    return _closed(Container(container.files, tuple(signatures)))


def signature_name(number: int) -> str:
    """Return the entry name of the signature with this number, from 0."""
    return f"META-INF/signatures{number}.xml"


def examine(package: bytes) -> tuple[Container, tuple[Reason, ...]]:
    """Return what can be read of a package, and every reason why it is not one of ours; never raises."""
    entries, reasons = archive.examine(package)
    if not entries:
        return Container({}, ()), tuple(reasons or [Reason("SIG-E201")])
    content = {entry.name: entry.content for entry in entries}
    types = _read_manifest(content.get(MANIFEST, b""))
    signed = [name for name in content if re.fullmatch(r"META-INF/signatures\d{1,3}\.xml", name)]
    names = [name for name in content if name not in {"mimetype", MANIFEST, *signed}]
    container = Container(
        {name: DataFile(content[name], types.get(name, "")) for name in names if not _is_meta(name)},
        tuple(content[name] for name in signed[:MAX_SIGNATURES]),
    )
    if entries[0] != ("mimetype", MIMETYPE.encode()):
        reasons.append(Reason("SIG-E211"))
    reasons += [Reason("SIG-E213", {"file": name}) for name in names if _is_meta(name)]
    reasons += [Reason("SIG-E205", {"file": name}) for name in container.files if "/" in name]
    reasons += [Reason("SIG-E214", {"file": name}) for name in types if name not in container.files]
    reasons += [Reason("SIG-E215", {"file": name}) for name in container.files if name not in types]
    reasons += [Reason("SIG-E424", {"file": name}) for i, name in enumerate(signed) if name != signature_name(i)]
    if not container.files:
        reasons.append(Reason("SIG-E216"))
    if len(signed) > MAX_SIGNATURES:
        reasons.append(Reason("SIG-E311"))
    if content.get(MANIFEST) != _manifest(types) or not all(map(_MEDIA_TYPE.fullmatch, types.values())):
        reasons.append(Reason("SIG-E212"))
    in_order = ["mimetype", *container.files, MANIFEST, *signed]
    if not reasons and [entry.name for entry in entries] != in_order:
        reasons.append(Reason("SIG-E204"))
    return container, tuple(reasons)


def _closed(container: Container) -> bytes:
    """Write a container and let the reader judge it, so that nothing leaves here that it would refuse."""
    package = archive.write(_entries(container))
    read(package)
    return package


def _entries(container: Container) -> list[Entry]:
    files = [Entry(name, document.content) for name, document in container.files.items()]
    manifest = _manifest({name: document.mimetype for name, document in container.files.items()})
    signatures = [Entry(signature_name(number), content) for number, content in enumerate(container.signatures)]
    return [Entry("mimetype", MIMETYPE.encode()), *files, Entry(MANIFEST, manifest), *signatures]


def _is_meta(name: str) -> bool:
    return name.casefold() == "meta-inf" or name.casefold().startswith("meta-inf/")


def _manifest(types: Mapping[str, str]) -> bytes:
    """Return the OpenDocument manifest of the root and the data files (name -> media type)."""
    root = etree.Element(f"{{{_NAMESPACE}}}manifest", nsmap={"manifest": _NAMESPACE})
    root.set(f"{{{_NAMESPACE}}}version", "1.2")
    for name, mimetype in {"/": MIMETYPE, **types}.items():
        entry = etree.SubElement(root, f"{{{_NAMESPACE}}}file-entry")
        entry.set(f"{{{_NAMESPACE}}}full-path", name)
        entry.set(f"{{{_NAMESPACE}}}media-type", mimetype)
    return xml.serialise(root)


def _read_manifest(source: bytes) -> dict[str, str]:
    """Return name -> media type, or nothing; whether the bytes are right is told by writing them again."""
    try:
        root = xml.parse(source, MANIFEST)
    except SignerError:
        return {}
    rows = [
        (entry.get(f"{{{_NAMESPACE}}}full-path", ""), entry.get(f"{{{_NAMESPACE}}}media-type", "")) for entry in root
    ]
    return dict(rows[1:])
