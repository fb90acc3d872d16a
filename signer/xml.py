"""XML: one safe way in, one canonical way out.

Out: the declaration and then Canonical XML, so that bytes do not depend on a library's taste. In: no DOCTYPE,
entity, comment, CDATA or processing instruction can reach the parser, because no byte sequence that opens one
is let through.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from signer.errors import SignerError

MAX_BYTES: Final = 8 * 2**20
_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def parse(source: bytes, file: str) -> etree._Element:
    """Return the root element. Raises SignerError naming ``file``."""
    body = source.removeprefix(_DECLARATION)
    if body == source or len(source) > MAX_BYTES:
        raise SignerError("SIG-E402", file=file)
    if b"<!" in body or b"<?" in body:
        raise SignerError("SIG-E403", file=file)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SignerError("SIG-E402", file=file) from error


def serialise(root: etree._Element) -> bytes:
    """Return the document: declaration and Canonical XML 1.0 of the root."""
    return _DECLARATION + bytes(etree.tostring(root, method="c14n"))


def canonical(element: etree._Element) -> bytes:
    """Return Exclusive XML Canonicalization 1.0 of one element, without comments."""
    return bytes(etree.tostring(element, method="c14n", exclusive=True))
