"""XAdES: one baseline signature as plain values, and its only possible XML (ETSI EN 319 132-1, level B).

``render`` is the single writer. ``prepare`` and ``Draft.complete`` use it to sign in two steps; ``parse``
reads the values out of a signature and renders them again: what differs by one byte is refused, so wrapping,
a second Object, a foreign transform or a stray attribute cannot exist in anything that is accepted.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from lxml import etree

from signer import algorithms, xml
from signer import certificate as certificates
from signer.algorithms import ALGORITHMS, CANONICAL, DIGEST, digest
from signer.errors import SignerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from signer.certificate import Certificate
    from signer.container import DataFile

NAMESPACES: Final = {
    "asic": "http://uri.etsi.org/02918/v1.2.1#",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
}
SIGNED_PROPERTIES: Final = "http://uri.etsi.org/01903#SignedProperties"
PROOF_OF_APPROVAL: Final = "http://uri.etsi.org/01903/v1.2.2#ProofOfApproval"
MAX_TEXT: Final = 100
MAX_PARTS: Final = 64
"""Documents, certificates or proofs in one signature: more is no signature of ours, and would cost time to read."""
_ENCAPSULATED: Final = ("TimeStamp", "X509Certificate", "CRLValue", "OCSPValue")
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Reference:
    """One data file as the signature names it."""

    name: str
    mimetype: str
    digest: bytes
    """SHA-256 of the content."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the signer says they signed."""

    city: str
    postal_code: str
    country: str
    """ISO 3166 letters, ``BE``."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Every value of one signature; its XML is a function of these."""

    number: int
    """Place in the package, from 0; part of each Id, so that no Id occurs twice in a package."""
    references: tuple[Reference, ...]
    certificates: tuple[Certificate, ...]
    """Signer first, each issued by the next, root last."""
    role: str
    place: Place | None
    time: datetime
    """Claimed signing time, UTC, whole seconds."""
    value: bytes = b""
    """Signature value as RFC 9231 has it; empty while unsigned."""
    time_stamp: bytes = b""
    """Level T: RFC 3161 token over the canonical SignatureValue, DER."""
    extra_certificates: tuple[Certificate, ...] = ()
    """Level LT: certificates of the time stamp's chain that stand nowhere else in the signature."""
    crls: tuple[bytes, ...] = ()
    """Level LT: revocation lists, DER."""
    ocsps: tuple[bytes, ...] = ()
    """Level LT: OCSP responses, DER."""

    @property
    def signer(self) -> Certificate:
        """The certificate of the person who signs."""
        return self.certificates[0]

    @property
    def id(self) -> str:
        """The signature's Id."""
        return f"S{self.number}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A signature that only lacks its value."""

    signature: Signature
    to_be_signed: bytes
    """Canonical SignedInfo: what the token hashes and signs."""

    def complete(self, value: bytes) -> bytes:
        """Return the XML with its value; SignerError (SIG-E306) unless the certificate's key made it."""
        if not algorithms.verifies(self.signature.signer, self.to_be_signed, value):
            raise SignerError("SIG-E306")
        return xml.serialise(render(replace(self.signature, value=value)))


def prepare(  # noqa: PLR0913 - what a signer states, all by name
    files: Mapping[str, DataFile],
    certificate: Certificate,
    chain: Sequence[Certificate],
    *,
    role: str,
    place: Place | None,
    time: datetime,
    number: int = 0,
) -> Draft:
    """Return the draft of signature ``number`` over all ``files``; ``time`` has a zone.

    Raises SignerError for a key type outside the closed list or a text that XML cannot hold.
    """
    for field, text in _texts(role, place).items():
        if not _usable(text):
            raise SignerError("SIG-E307", field=field)
    references = tuple(Reference(name, one.mimetype, digest(one.content)) for name, one in files.items())
    moment = time.astimezone(UTC).replace(microsecond=0)
    signature = Signature(number, references, (certificate, *chain), role, place, moment)
    return Draft(signature, signed_info(signature))


def signed_info(signature: Signature) -> bytes:
    """Return the bytes that the signature value is made over."""
    return xml.canonical(_find(render(signature), "ds:Signature/ds:SignedInfo"))


def render(signature: Signature) -> etree._Element:
    """Return the document element of ``META-INF/signaturesN.xml``."""
    root = etree.Element(_name("asic:XAdESSignatures"), nsmap=NAMESPACES)
    outer = _add(root, "ds:Signature", Id=signature.id)
    info = _add(outer, "ds:SignedInfo")
    _add(outer, "ds:SignatureValue", _base64(signature.value), Id=f"{signature.id}-SIG")
    key_info = _add(_add(outer, "ds:KeyInfo"), "ds:X509Data")
    for certificate in signature.certificates:
        _add(key_info, "ds:X509Certificate", _base64(certificate.der))
    qualifying = _add(_add(outer, "ds:Object"), "xades:QualifyingProperties", Target=f"#{signature.id}")
    properties = _signed_properties(qualifying, signature)
    _signed_info(info, signature, digest(xml.canonical(properties)))
    if signature.time_stamp:
        _unsigned_properties(qualifying, signature)
    return root


def stamped(signature: Signature) -> bytes:
    """Return what the time stamp is over: the canonical SignatureValue."""
    return xml.canonical(_find(render(signature), "ds:Signature/ds:SignatureValue"))


def parse(source: bytes, file: str) -> Signature:
    """Return the values of the signature XML ``source``, which stands in the entry ``file``.

    Raises SignerError with the most telling code when ``render`` would not have written these very bytes.
    """
    root = xml.parse(source, file)
    try:
        signature = _parse(root, file)
        written = xml.serialise(render(signature))
    except (ValueError, AttributeError, IndexError) as error:
        raise SignerError("SIG-E402", file=file) from error
    if written != source:
        raise SignerError(_difference(root, signature), file=file)
    return signature


def _signed_info(info: etree._Element, signature: Signature, properties: bytes) -> None:
    _add(info, "ds:CanonicalizationMethod", Algorithm=CANONICAL)
    _add(info, "ds:SignatureMethod", Algorithm=algorithms.algorithm_of(signature.signer).uri)
    for position, reference in enumerate(signature.references):
        uri = quote(reference.name, safe="")
        _reference(info, reference.digest, Id=f"{signature.id}-R{position}", URI=uri)
    uri = f"#{signature.id}-SignedProperties"
    _reference(info, properties, Id=f"{signature.id}-RP", URI=uri, Type=SIGNED_PROPERTIES)


def _reference(info: etree._Element, value: bytes, **attributes: str) -> None:
    reference = _add(info, "ds:Reference", **attributes)
    if "Type" in attributes:
        _add(_add(reference, "ds:Transforms"), "ds:Transform", Algorithm=CANONICAL)
    _add(reference, "ds:DigestMethod", Algorithm=DIGEST)
    _add(reference, "ds:DigestValue", _base64(value))


def _signed_properties(parent: etree._Element, signature: Signature) -> etree._Element:
    """Element order is the schema's."""
    properties = _add(parent, "xades:SignedProperties", Id=f"{signature.id}-SignedProperties")
    person = _add(properties, "xades:SignedSignatureProperties")
    _add(person, "xades:SigningTime", signature.time.strftime(_TIME))
    certificate = _add(_add(person, "xades:SigningCertificateV2"), "xades:Cert")
    certificate_digest = _add(certificate, "xades:CertDigest")
    _add(certificate_digest, "ds:DigestMethod", Algorithm=DIGEST)
    _add(certificate_digest, "ds:DigestValue", _base64(digest(signature.signer.der)))
    _add(certificate, "xades:IssuerSerialV2", _base64(signature.signer.issuer_serial))
    if signature.place:
        place = _add(person, "xades:SignatureProductionPlaceV2")
        _add(place, "xades:City", signature.place.city)
        _add(place, "xades:PostalCode", signature.place.postal_code)
        _add(place, "xades:CountryName", signature.place.country)
    roles = _add(_add(person, "xades:SignerRoleV2"), "xades:ClaimedRoles")
    _add(roles, "xades:ClaimedRole", signature.role)
    data = _add(properties, "xades:SignedDataObjectProperties")
    for position, reference in enumerate(signature.references):
        document = _add(data, "xades:DataObjectFormat", ObjectReference=f"#{signature.id}-R{position}")
        _add(document, "xades:MimeType", reference.mimetype)
    commitment = _add(data, "xades:CommitmentTypeIndication")
    _add(_add(commitment, "xades:CommitmentTypeId"), "xades:Identifier", PROOF_OF_APPROVAL)
    _add(commitment, "xades:AllSignedDataObjects")
    return properties


def _unsigned_properties(parent: etree._Element, signature: Signature) -> None:
    """Write the time stamp, and what a later validator needs; element order is the schema's."""
    properties = _add(_add(parent, "xades:UnsignedProperties"), "xades:UnsignedSignatureProperties")
    stamp = _add(properties, "xades:SignatureTimeStamp", Id=f"{signature.id}-TS")
    _add(stamp, "ds:CanonicalizationMethod", Algorithm=CANONICAL)
    _add(stamp, "xades:EncapsulatedTimeStamp", _base64(signature.time_stamp))
    if signature.extra_certificates:
        values = _add(properties, "xades:CertificateValues")
        for certificate in signature.extra_certificates:
            _add(values, "xades:EncapsulatedX509Certificate", _base64(certificate.der))
    if signature.crls or signature.ocsps:
        values = _add(properties, "xades:RevocationValues")
        for name, found in (("CRL", signature.crls), ("OCSP", signature.ocsps)):
            group = _add(values, f"xades:{name}Values") if found else None
            for one in found:
                _add(group, f"xades:Encapsulated{name}Value", _base64(one))


def _parse(root: etree._Element, file: str) -> Signature:
    """Take the values from where ``render`` puts them, and nowhere else."""
    outer = _find(root, "ds:Signature")
    info = _find(outer, "ds:SignedInfo")
    person = _find(outer, "ds:Object/xades:QualifyingProperties/xades:SignedProperties/xades:SignedSignatureProperties")
    types = outer.findall(f".//{_name('xades:MimeType')}")
    _check_algorithms(root)
    references = [one for one in info.findall(_name("ds:Reference")) if "Type" not in one.attrib]
    chain = outer.findall("/".join(map(_name, ("ds:KeyInfo", "ds:X509Data", "ds:X509Certificate"))))
    place = person.find(_name("xades:SignatureProductionPlaceV2"))
    number = re.fullmatch(r"S(\d)", outer.get("Id", ""))
    parts = (types, chain, *(outer.findall(f".//xades:Encapsulated{kind}", NAMESPACES) for kind in _ENCAPSULATED))
    if number is None or not chain or len(types) != len(references) or max(map(len, parts)) > MAX_PARTS:
        raise SignerError("SIG-E402", file=file)
    signature = Signature(
        number=int(number[1]),
        references=tuple(
            Reference(unquote(one.get("URI", ""), errors="strict"), _text(kind, "."), _bytes(one, "ds:DigestValue"))
            for one, kind in zip(references, types, strict=True)
        ),
        certificates=tuple(certificates.load(_bytes(one, ".")) for one in chain),
        role=_text(person, "xades:SignerRoleV2/xades:ClaimedRoles/xades:ClaimedRole"),
        place=None
        if place is None
        else Place(_text(place, "xades:City"), _text(place, "xades:PostalCode"), _text(place, "xades:CountryName")),
        time=datetime.strptime(_text(person, "xades:SigningTime"), _TIME).replace(tzinfo=UTC),
        value=_bytes(outer, "ds:SignatureValue"),
        time_stamp=b"".join(_all_bytes(outer, "EncapsulatedTimeStamp")),
        extra_certificates=tuple(certificates.load(one) for one in _all_bytes(outer, "EncapsulatedX509Certificate")),
        crls=tuple(_all_bytes(outer, "EncapsulatedCRLValue")),
        ocsps=tuple(_all_bytes(outer, "EncapsulatedOCSPValue")),
    )
    if not all(map(_usable, _texts(signature.role, signature.place).values())):
        raise SignerError("SIG-E402", file=file)
    return signature


def _check_algorithms(root: etree._Element) -> None:
    allowed = {CANONICAL, DIGEST, *(algorithm.uri for algorithm in ALGORITHMS)}
    for element in root.iter():
        algorithm = element.get("Algorithm", CANONICAL)
        if algorithm not in allowed:
            raise SignerError("SIG-E409", algorithm=algorithm)


def _difference(root: etree._Element, signature: Signature) -> str:
    """Name what differs between a signature and its reconstruction, as closely as can be told."""
    outer = _find(root, "ds:Signature")
    certificate = ".//xades:SigningCertificateV2/xades:Cert/xades:CertDigest/ds:DigestValue"
    stated = outer.xpath(certificate, namespaces=NAMESPACES)
    if [one.text for one in stated] != [_base64(digest(signature.signer.der))]:
        return "SIG-E410"
    stated = outer.xpath(
        f"ds:SignedInfo/ds:Reference[@Type='{SIGNED_PROPERTIES}']/ds:DigestValue", namespaces=NAMESPACES
    )
    properties = outer.xpath("ds:Object/*/xades:SignedProperties", namespaces=NAMESPACES)
    try:
        found = [_base64(digest(xml.canonical(one))) for one in properties]
    except etree.LxmlError:  # namespaces that have no canonical form
        return "SIG-E402"
    return "SIG-E402" if [one.text for one in stated] == found else "SIG-E407"


def _texts(role: str, place: Place | None) -> dict[str, str]:
    """Return what the signer states in words, by the name of the field."""
    return {"role": role, **({one.name: getattr(place, one.name) for one in fields(place)} if place else {})}


def _usable(text: str) -> bool:
    """Text that XML keeps as it is and that a person can read."""
    return 0 < len(text) <= MAX_TEXT and text.isprintable() and text == text.strip()


def _name(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, _name(tag), attributes)
    element.text = text
    return element


def _find(parent: etree._Element, path: str) -> etree._Element:
    """Return the element at ``path``; AttributeError for ``None`` is left to ``parse``."""
    found = parent.find(path, NAMESPACES)
    if found is None:
        raise ValueError(path)
    return found


def _text(parent: etree._Element, path: str) -> str:
    return _find(parent, path).text or ""


def _bytes(parent: etree._Element, path: str) -> bytes:
    try:
        return base64.b64decode(_text(parent, path), validate=True)
    except binascii.Error as error:
        raise ValueError(path) from error


def _all_bytes(parent: etree._Element, tag: str) -> Iterator[bytes]:
    """Return the contents of every element of this name; rendering tells whether they stand right."""
    return (_bytes(one, ".") for one in parent.iterfind(f".//xades:{tag}", NAMESPACES))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
